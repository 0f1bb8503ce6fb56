// SPDX-License-Identifier: MIT
// One queue: whether its jobs get done, what comes again, and its jobs.

import { useRef, useState } from "preact/hooks";
import { call, Problem, type Answer } from "../shared/api";
import { Field } from "../shared/form";
import { numberOf } from "../shared/number";
import { Loading, Notice, Scroll, Title } from "../shared/page";
import type { Place } from "../shared/router";
import { errorText, showMoment } from "../shared/texts";
import { Act } from "../staff/dialog";
import { Jobs } from "./jobs";
import { AsOf, Stale, usePolled } from "./polled";
import { Bars } from "./spark";
import { a, several } from "./texts";
import { showCount, showDuration } from "./units";

type Queue = Answer<"/api/admin/queues/{name}", "get">["data"];
type Scheduler = Answer<"/api/admin/queues/{name}/schedulers", "get">["data"][number];

/** The commonest first; then each keeps its place, however the numbers grow. */
function useReasons(reasons: Queue["reasons"]): [reason: string, count: number][] {
  const order = useRef<string[]>([]);
  const added = Object.entries(reasons).filter(([reason]) => !order.current.includes(reason)).sort(([, x], [, y]) => y - x);
  order.current = [...order.current.filter((reason) => reason in reasons), ...added.map(([reason]) => reason)];
  return order.current.map((reason) => [reason, reasons[reason]!]);
}

function Condition({ queue }: { queue: Queue }) {
  const figures: [string, string][] = [
    [queue.oldestWaitMs > 0 ? showDuration(queue.oldestWaitMs / 1000) : "–", a("queue.oldest")],
    [queue.workers === null ? "–" : showCount(queue.workers), a("queue.workers")],
    [queue.concurrency === null ? "–" : showCount(queue.concurrency), a("queue.concurrency")],
    [showCount(queue.endedLately), a("queue.ended")],
    [showCount(queue.failedLately), a("queue.failed")],
  ];
  const reasons = useReasons(queue.reasons);
  return (
    <>
      <ul class="counts">{figures.map(([figure, text]) => <li key={text}><strong>{figure}</strong> {text}</li>)}</ul>
      {reasons.length > 0 && (
        <details><summary>{several("queue.reasons", reasons.length)}</summary>
          <ul class="rows">{reasons.map(([reason, count]) => <li key={reason}><span class="grow code">{reason}</span><span class="number">{showCount(count)}</span></li>)}</ul>
        </details>
      )}
    </>
  );
}

/** Undoable: done at once, with a note. */
function Pausing({ queue, done }: { queue: Queue; done: () => void }) {
  const [note, setNote] = useState<{ text: string; isBad?: boolean }>();
  const act = () => call("post", queue.paused ? "/api/admin/queues/{name}/resume" : "/api/admin/queues/{name}/pause", { params: { name: queue.name } })
    .then(() => { setNote({ text: a(queue.paused ? "queue.resumed" : "queue.paused.note") }); done(); }, (error) => setNote({ text: errorText(error), isBad: true }));
  return (
    <>
      <button type="button" onClick={act}>{a(queue.paused ? "queue.resume" : "queue.pause")}</button>
      <span role="status" class={note?.isBad ? "problem" : "soft"}>{note?.text}</span>
    </>
  );
}

function Concurrency({ queue, done }: { queue: Queue; done: () => void }) {
  return (
    <Act label={a("concurrency.change")} title={a("concurrency.title", { name: queue.name })} action={a("concurrency.set")}
      onSend={({ jobs }) => call("put", "/api/admin/queues/{name}/concurrency", { params: { name: queue.name }, body: { concurrency: jobs ? numberOf(jobs) : null } }).then(done)}>
      {(form) => <Field form={form} name="jobs" label={a("concurrency.jobs")} hint={a("concurrency.hint")} required={false} inputMode="numeric" autocomplete="off" value={String(queue.concurrency ?? "")} />}
    </Act>
  );
}

function History({ name }: { name: string }) {
  const { value } = usePolled(async () => (await call("get", "/api/admin/queues/{name}/history", { params: { name }, query: { minutes: 60 } })).data, 10_000, name);
  if (!value) return null;
  const completed = [...value.completed].reverse(), failed = [...value.failed].reverse();
  const sum = (counts: number[]) => counts.reduce((all, n) => all + n, 0);
  return (
    <section class="card hour" aria-labelledby="hour">
      <h2 id="hour">{a("queue.hour")}</h2>
      <p>{a("queue.hour.text", { completed: showCount(sum(completed)), failed: showCount(sum(failed)) })}</p>
      <Bars completed={completed} failed={failed} />
      <p class="row ends soft"><span>{a("queue.hour.ago")}</span><span>{a("queue.hour.now")}</span></p>
    </section>
  );
}

function when({ pattern, zone, everyMs }: Scheduler): string {
  return pattern === null ? a("scheduler.every", { time: showDuration((everyMs ?? 0) / 1000) }) : a("scheduler.pattern", { pattern, zone: zone ?? "" });
}

function Schedulers({ name, done }: { name: string; done: () => void }) {
  const schedulers = usePolled(async () => (await call("get", "/api/admin/queues/{name}/schedulers", { params: { name } })).data, 10_000, name);
  const [note, setNote] = useState("");
  if (!schedulers.value || schedulers.value.length === 0) return <Stale of={schedulers} />;
  const runNow = ({ id, nextJobId }: Scheduler) => call("post", "/api/admin/queues/{name}/jobs/{id}/promote", { params: { name, id: nextJobId } })
    .then(() => { setNote(a("scheduler.runs", { id })); done(); void schedulers.again(); },
      (error) => setNote(error instanceof Problem && (error.code === "job_state" || error.code === "not_found") ? a("scheduler.already", { id }) : errorText(error)));
  return (
    <section>
      <h2>{a("queue.schedulers")}</h2>
      <p role="status" class="soft">{note}</p>
      <Scroll label={a("queue.schedulers")} class="card flat">
        <table class="board">
          <thead><tr><th scope="col">{a("scheduler")}</th><th scope="col">{a("scheduler.when")}</th><th scope="col">{a("scheduler.next")}</th><th scope="col" class="number">{a("scheduler.count")}</th><td /></tr></thead>
          <tbody>{schedulers.value.map((scheduler) => (
            <tr key={scheduler.id}>
              <th scope="row">{scheduler.id}</th><td>{when(scheduler)}</td><td>{showMoment(scheduler.next)}</td><td class="number">{showCount(scheduler.runs)}</td>
              <td class="number"><button type="button" aria-label={`${a("scheduler.run")}: ${scheduler.id}`} onClick={() => runNow(scheduler)}>{a("scheduler.run")}</button></td>
            </tr>
          ))}</tbody>
        </table>
      </Scroll>
    </section>
  );
}

export function QueuePage({ id: name }: Place) {
  const queue = usePolled(async () => (await call("get", "/api/admin/queues/{name}", { params: { name } })).data, 2000, name);
  const again = () => void queue.again();
  return (
    <>
      <p class="crumb"><a href="/admin/queues">{a("queues.title")}</a></p>
      <Title>{a("queue.title", { name })}</Title>
      <div class="row bar">
        <AsOf of={queue} />
        {queue.value && <><Pausing queue={queue.value} done={again} /><Concurrency queue={queue.value} done={again} /></>}
      </div>
      <Stale of={queue} />
      {!queue.value && queue.error === undefined && <Loading />}
      {queue.value?.paused && <Notice><p>{a("queue.isPaused")}</p></Notice>}
      {queue.value && <><Condition queue={queue.value} /><Jobs name={name} counts={queue.value.counts} done={again} /><Schedulers name={name} done={again} /><History name={name} /></>}
    </>
  );
}
