// SPDX-License-Identifier: MIT
// What can be done to one job. What can be undone is done at once; what is final asks first, with the focus on the way out.

import { useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { Field } from "../shared/form";
import { errorText } from "../shared/texts";
import { Act } from "../staff/dialog";
import { a, several } from "./texts";

export type JobAct = "retry" | "promote" | "remove";

/** `look` of its button: a link in a list, a button elsewhere. */
interface ChangeProps { queue: string; id: string; look: "link" | ""; done: () => void }

/** Where jobs hang on it the server says how many, and wants their number. */
function RemoveJob({ queue, id, look, done }: ChangeProps) {
  const [children, count] = useState(0);
  const send = async ({ confirm = "" }: Record<string, string>) => {
    try {
      await call("post", "/api/admin/queues/{name}/jobs/{id}/remove", { params: { name: queue, id }, body: confirm ? { confirm: confirm.trim() } : {} });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "not_confirmed") throw error;
      const found = Number(error.details.count);
      count(found);
      throw new Problem(error.status, "", several("remove.children", found));
    }
    done();
  };
  return (
    <Act label={a("act.remove")} of={id} look={look} title={a("remove.title", { id })} action={a("act.remove")} kind="danger" onSend={send}>
      {(form) => (
        <>
          <p>{a("remove.text")}</p>
          {children > 0 && <Field form={form} name="confirm" label={a("bulk.confirm", { n: children })} inputMode="numeric" autocomplete="off" />}
        </>
      )}
    </Act>
  );
}

export function ChangeJob({ act, ...props }: ChangeProps & { act: JobAct }) {
  const [problem, setProblem] = useState("");
  if (act === "remove") return <RemoveJob {...props} />;
  const { queue, id, look, done } = props;
  const send = () => call("post", `/api/admin/queues/{name}/jobs/{id}/${act}`, { params: { name: queue, id } });
  return (
    <>
      <button type="button" class={look} aria-label={`${a(`act.${act}`)}: ${id}`} onClick={() => send().then(done, (error) => setProblem(errorText(error)))}>{a(`act.${act}`)}</button>
      {problem && <span role="alert" class="problem">{problem}</span>}
    </>
  );
}
