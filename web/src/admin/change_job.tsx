// SPDX-License-Identifier: MIT
// What can be done to one job. What can be undone is done at once; what is final asks first, with the focus on the way out.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { errorText } from "../shared/texts";
import { Act } from "../staff/dialog";
import { a } from "./texts";

export type JobAct = "retry" | "promote" | "remove";

/** `look` of its button: a link in a list, a button elsewhere. */
export function ChangeJob({ queue, id, act, look, done }: { queue: string; id: string; act: JobAct; look: "link" | ""; done: () => void }) {
  const [problem, setProblem] = useState("");
  const send = () => call("post", `/api/admin/queues/{name}/jobs/{id}/${act}`, { params: { name: queue, id } });
  if (act === "remove") {
    return (
      <Act label={a("act.remove")} of={id} look={look} title={a("remove.title", { id })} action={a("act.remove")} kind="danger" onSend={() => send().then(done)}>
        {() => <p>{a("remove.text")}</p>}
      </Act>
    );
  }
  return (
    <>
      <button type="button" class={look} aria-label={`${a(`act.${act}`)}: ${id}`} onClick={() => send().then(done, (error) => setProblem(errorText(error)))}>{a(`act.${act}`)}</button>
      {problem && <span role="alert" class="problem">{problem}</span>}
    </>
  );
}
