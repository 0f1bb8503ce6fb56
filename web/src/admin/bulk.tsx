// SPDX-License-Identifier: MIT
// Acts on all jobs that the filter means. The server counts first; it acts on those it counted and no others, and only when it
// is told their number. It does a slice at a time, so that one sees how far it is.

import { useRef, useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { Field } from "../shared/form";
import { Loading, Notice, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { errorText, showMoment } from "../shared/texts";
import { Dialog } from "../staff/dialog";
import type { JobAct } from "./change_job";
import type { State } from "./queues";
import { a, several } from "./texts";

export interface Filter { state: State; name: string; reason: string }
interface Counted { count: number; complete: boolean; asOf: string }
interface Progress { done: number; skipped: number; left: number }

const LONGEST = 60_000; // ms

interface BulkProps { queue: string; filter: Filter; act: JobAct; done: () => void }

const ask = ({ queue, filter: { state, name, reason }, act }: BulkProps, confirmed: { asOf?: string; confirm?: string }) =>
  call("post", "/api/admin/queues/{name}/bulk", { params: { name: queue }, body: { act, state, ...(name && { name }), ...(reason && { reason }), ...confirmed } });

/** What the server refuses with, when all is well. */
async function count(props: BulkProps): Promise<Counted> {
  try {
    await ask(props, {});
  } catch (error) {
    if (error instanceof Problem && error.code === "not_confirmed") return error.details as unknown as Counted;
    throw error;
  }
  throw new Error("the server did not count");
}

/** Until as many as were counted are done, or none of those that are left can be. What was done is told, whatever comes then. */
async function doAll(props: BulkProps, { asOf, count }: Counted, confirm: string, tell: (progress: Progress) => void): Promise<void> {
  const all: Progress = { done: 0, skipped: 0, left: count };
  const begun = Date.now();
  for (let next = confirm; ; next = String(all.left)) {
    const { done, skipped, left } = await ask(props, { asOf, confirm: next });
    all.done += done;
    all.skipped += skipped;
    all.left = left;
    tell({ ...all });
    if (left === 0 || done === 0 || all.done + all.skipped >= count || Date.now() - begun > LONGEST) return;
  }
}

function Ask({ close, ...props }: BulkProps & { close: (progress?: Progress) => void }) {
  const [progress, tell] = useState<Progress>();
  const { value: counted, error } = useResource(() => asPerson(() => count(props)));
  const name = a(`bulk.${props.act}`);
  const isNone = counted?.count === 0;
  const outcome = useRef<Progress | undefined>(undefined);
  const note = (now: Progress) => { outcome.current = now; tell(now); };
  return (
    <Dialog title={a("bulk.title", { act: name, state: a(`state.${props.filter.state}`) })} action={counted && !isNone ? several(`bulk.do.${props.act}`, counted.count) : name}
      kind={props.act === "remove" ? "danger" : "main"} onClose={() => close(outcome.current)}
      onSend={async ({ confirm = "" }) => { if (counted && !isNone) await doAll(props, counted, confirm.trim(), note); }}>
      {(form) => counted ? (
        <>
          <p>{several("bulk.counted", counted.count, { time: showMoment(counted.asOf) })} {!isNone && a("bulk.later")}</p>
          {!counted.complete && <Notice><p>{a("bulk.incomplete")}</p></Notice>}
          {(props.filter.name || props.filter.reason) && <p class="soft">{a("bulk.filter", { name: props.filter.name || "–", reason: props.filter.reason || "–" })}</p>}
          {!isNone && <Field form={form} name="confirm" label={a("bulk.confirm", { n: counted.count })} inputMode="numeric" autocomplete="off" />}
          {progress && <p role="status">{a("bulk.progress", { ...progress })}</p>}
        </>
      ) : error === undefined ? <Loading label={a("bulk.counting")} /> : <p class="problem">{errorText(error)}</p>}
    </Dialog>
  );
}

export function Bulk(props: BulkProps) {
  const [isOpen, open] = useState(false);
  const [last, setLast] = useState<Progress>();
  return (
    <>
      <button type="button" class={props.act === "remove" ? "danger" : ""} onClick={() => open(true)}>{a(`bulk.${props.act}`)}</button>
      {isOpen && <Ask {...props} close={(progress) => { open(false); if (progress) { setLast(progress); props.done(); } }} />}
      <span role="status" class="soft">{last && a("bulk.progress", { ...last })}</span>
    </>
  );
}
