// SPDX-License-Identifier: MIT
// The jobs of a queue by state. While somebody reads them the list stands still and says how it has changed.

import { useRef, useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Scroll, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { showMoment } from "../shared/texts";
import { Pager } from "../staff/pager";
import { Bulk, type Filter } from "./bulk";
import { ChangeJob, type JobAct } from "./change_job";
import { STATES, type State } from "./queues";
import { a, several } from "./texts";
import { showCount } from "./units";

type Job = Answer<"/api/admin/queues/{name}/jobs", "get">["data"][number];
const LIMIT = 25;

export const ACTS: Record<State, JobAct[]> = {
  active: [], waiting: ["remove"], prioritized: ["remove"], delayed: ["promote", "remove"], failed: ["retry", "remove"], completed: ["retry", "remove"],
  "waiting-children": ["remove"],
};

/** As the address has it, so that a list can be sent to somebody. */
function fromAddress(): Filter {
  const asked = new URLSearchParams(location.search);
  const state = STATES.find((known) => known === asked.get("state")) ?? "failed";
  return { state, name: asked.get("name") ?? "", reason: asked.get("reason") ?? "" };
}

function toAddress({ state, name, reason }: Filter): void {
  const asked = new URLSearchParams({ state, ...(name && { name }), ...(reason && { reason }) });
  history.replaceState(null, "", `${location.pathname}?${asked}`);
}

function JobRow({ queue, job, done }: { queue: string; job: Job; done: () => void }) {
  return (
    <tr>
      <th scope="row"><a class="code" href={`/admin/queues/${encodeURIComponent(queue)}/${encodeURIComponent(job.id)}`}>{job.id}</a> <span class="soft">{job.name}</span></th>
      <td class="number">{job.attemptsMade}</td>
      <td>{showMoment(job.finishedOn ?? job.timestamp)}</td>
      <td class="reason">{job.failedReason}</td>
      <td><span class="row tools-of">{ACTS[job.state as State].map((act) => <ChangeJob key={act} queue={queue} id={job.id} act={act} look="link" done={done} />)}</span></td>
    </tr>
  );
}

export function Jobs({ name: queue, counts, done }: { name: string; counts: Record<string, number>; done: () => void }) {
  const [filter, setFilter] = useState(fromAddress);
  const [page, setPage] = useState(1);
  const { state, name, reason } = filter;
  const readAt = useRef(counts[state] ?? 0);
  const { value, error, again } = useResource(() => {
    readAt.current = counts[state] ?? 0;
    return asPerson(() => call("get", "/api/admin/queues/{name}/jobs", { params: { name: queue }, query: { state, name, reason, page, limit: LIMIT } }));
  }, `${queue} ${JSON.stringify(filter)} ${page}`);
  const choose = (change: Partial<Filter>) => { const next = { ...filter, ...change }; toAddress(next); setPage(1); setFilter(next); };
  const changed = () => { again(); done(); };
  const newer = (counts[state] ?? 0) - readAt.current;
  return (
    <section>
      <div class="row title">
        <h2>{a("jobs.title")}</h2>
        <p role="status" class="newer">{newer !== 0 && <button type="button" class="link" onClick={again}>{newer > 0 ? several("jobs.newer", newer) : a("jobs.changed")}</button>}</p>
      </div>
      <div class="row states" role="group" aria-label={a("jobs.state")}>{STATES.map((own) => (
        <button key={own} type="button" aria-pressed={own === state} onClick={() => choose({ state: own })}>{a(`state.${own}`)} <span class="soft">{showCount(counts[own] ?? 0)}</span></button>
      ))}</div>
      <div class="row bar">
        <label class="field find">{a("jobs.name")}<input type="search" value={name} onChange={(event) => choose({ name: event.currentTarget.value.trim() })} /></label>
        {state === "failed" && <label class="field find">{a("jobs.reason")}<input type="search" value={reason} onChange={(event) => choose({ reason: event.currentTarget.value.trim() })} /></label>}
        <span class="as-of" />
        {state !== "waiting-children" && <div class="row">{ACTS[state].map((act) => <Bulk key={act} queue={queue} filter={filter} act={act} done={changed} />)}</div>}
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value?.data.length === 0 && <Empty>{a("jobs.none")}</Empty>}
      {value && value.data.length > 0 && (
        <>
          <Scroll label={a("jobs.title")} class="card flat">
            <table class="board">
              <thead><tr><th scope="col">{a("job")}</th><th scope="col" class="number">{a("job.attempts")}</th><th scope="col">{a("job.when")}</th><th scope="col">{a("job.reason")}</th><td /></tr></thead>
              <tbody>{value.data.map((job) => <JobRow key={job.id} queue={queue} job={job} done={changed} />)}</tbody>
            </table>
          </Scroll>
          <Pager pagination={value.pagination} go={setPage} />
        </>
      )}
    </section>
  );
}
