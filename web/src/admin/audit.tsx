// SPDX-License-Identifier: MIT
// Who did what, newest first. It stands still: what is read here has happened.

import { useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Scroll, Title, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { showMoment } from "../shared/texts";
import { Pager } from "../staff/pager";
import { a } from "./texts";

type Entry = Answer<"/api/admin/audit", "get">["data"][number];
const LIMIT = 50;

function Change({ entry: { before, after } }: { entry: Entry }) {
  if (before === null && after === null) return null;
  return <details><summary>{a("audit.change")}</summary><pre class="code">{JSON.stringify({ before, after }, null, 2)}</pre></details>;
}

export function Audit() {
  const [filter, setFilter] = useState({ actor: "", action: "", about: "" });
  const [page, setPage] = useState(1);
  const asked = new URLSearchParams(Object.entries(filter).filter(([, word]) => word !== ""));
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/admin/audit", { query: { ...filter, page, limit: LIMIT } })), `${asked} ${page}`);
  return (
    <>
      <Title>{a("nav.audit")}</Title>
      <div class="row bar">
        {(["actor", "action", "about"] as const).map((name) => (
          <label key={name} class="field find">{a(`audit.${name}`)}
            <input type="search" onChange={(event) => { setFilter({ ...filter, [name]: event.currentTarget.value.trim() }); setPage(1); }} />
          </label>
        ))}
        <a class="button" href={`/api/admin/audit.csv?${asked}`} download>{a("audit.csv")}</a>
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value?.data.length === 0 && <Empty>{a("audit.none")}</Empty>}
      {value && value.data.length > 0 && (
        <>
          <Scroll label={a("nav.audit")} class="card flat">
            <table class="board">
              <thead><tr><th scope="col">{a("job.when")}</th><th scope="col">{a("audit.action")}</th><th scope="col">{a("audit.about")}</th><th scope="col">{a("audit.actor")}</th><th scope="col">{a("audit.address")}</th><td /></tr></thead>
              <tbody>{value.data.map((entry) => (
                <tr key={entry.id}>
                  <td>{showMoment(entry.at)}</td><th scope="row">{entry.action}</th><td class="code id">{entry.subject}</td><td class="code id">{entry.actor}</td><td class="code">{entry.address}</td><td><Change entry={entry} /></td>
                </tr>
              ))}</tbody>
            </table>
          </Scroll>
          <Pager pagination={value.pagination} go={setPage} />
        </>
      )}
    </>
  );
}
