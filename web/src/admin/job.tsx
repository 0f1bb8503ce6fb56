// SPDX-License-Identifier: MIT
// Everything about one job: data, tries, log, stack, and what it waits for. The body of a mail is not among it.

import { call, type Answer } from "../shared/api";
import { Failure, Loading, Scroll, Title, useResource } from "../shared/page";
import { goTo, type Place } from "../shared/router";
import { asPerson } from "../shared/session";
import { showMoment } from "../shared/texts";
import { ChangeJob } from "./change_job";
import { ACTS } from "./jobs";
import type { State } from "./queues";
import { a } from "./texts";

type Job = Answer<"/api/admin/queues/{name}/jobs/{id}", "get">["data"];

const LOOKS: Partial<Record<State, string>> = { failed: "bad", completed: "good", active: "busy", delayed: "warn" };
const place = (queue: string, id = "") => `/admin/queues/${encodeURIComponent(queue)}${id && `/${encodeURIComponent(id)}`}`;

function Text({ title, text }: { title: string; text: string }) {
  return <section class="card"><h2>{title}</h2><Scroll label={title}><pre>{text}</pre></Scroll></section>;
}

function Relatives({ job }: { job: Job }) {
  if (!job.parent && job.children.length === 0) return null;
  return (
    <section class="card" aria-labelledby="flow">
      <h2 id="flow">{a("job.flow")}</h2>
      <ul class="rows">
        {job.parent && <li><span class="grow">{a("job.parent")}</span><a class="code" href={place(job.parent.queue, job.parent.id)}>{job.parent.queue} / {job.parent.id}</a></li>}
        {job.children.map(({ queue, id, outcome }) => (
          <li key={`${queue} ${id}`}><a class="grow code" href={place(queue, id)}>{queue} / {id}</a><span class={`tag ${outcome === "failed" ? "bad" : outcome === "completed" ? "good" : ""}`}>{a(`child.${outcome}`)}</span></li>
        ))}
      </ul>
    </section>
  );
}

export function JobPage({ id: queue, part }: Place) {
  const id = decodeURIComponent(part);
  const { value: job, error, again } = useResource(async () => (await asPerson(() => call("get", "/api/admin/queues/{name}/jobs/{id}", { params: { name: queue, id } }))).data, part);
  const facts: [string, string | null][] = job ? [
    [a("job.name"), job.name], [a("job.added"), showMoment(job.timestamp)], [a("job.begun"), job.processedOn && showMoment(job.processedOn)],
    [a("job.ended"), job.finishedOn && showMoment(job.finishedOn)],
    [a("job.attempts"), a("job.of", { n: job.attemptsMade, total: Math.max(1, job.opts.attempts) })],
    [a("job.stalled"), job.stalledCounter > 0 ? String(job.stalledCounter) : null], [a("job.priority"), job.priority > 0 ? String(job.priority) : null],
    [a("job.worker"), job.processedBy || null],
  ] : [];
  return (
    <>
      <p class="crumb"><a href={place(queue)}>{a("queue.title", { name: queue })}</a></p>
      <Title>{a("job.title", { id })}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!job && error === undefined && <Loading />}
      {job && (
        <>
          <div class="row acts">
            <span class={`tag ${LOOKS[job.state as State] ?? ""}`}>{a(`state.${job.state as State}`)}</span>
            {ACTS[job.state as State].map((act) => <ChangeJob key={act} queue={queue} id={id} act={act} look="" done={() => (act === "remove" ? goTo(place(queue)) : again())} />)}
            <button type="button" onClick={again}>{a("job.again")}</button>
          </div>
          {job.failedReason && <section class="card finding bad"><h2>{a("job.reason")}</h2><p class="code">{job.failedReason}</p></section>}
          <section class="card"><dl>{facts.filter(([, value]) => value !== null).map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl></section>
          <Relatives job={job} />
          <Text title={a("job.data")} text={JSON.stringify(job.data, null, 2)} />
          <Text title={a("job.options")} text={JSON.stringify(job.opts, null, 2)} />
          {job.logs.length > 0 && <Text title={a("job.logs")} text={job.logs.join("\n")} />}
          {job.stacktrace.length > 0 && <Text title={a("job.stack")} text={job.stacktrace.join("\n\n")} />}
          {job.returnvalue !== null && <Text title={a("job.value")} text={JSON.stringify(job.returnvalue, null, 2)} />}
        </>
      )}
    </>
  );
}
