// SPDX-License-Identifier: MIT
// The queues of this Redis, and how full they are.

import { call } from "../shared/api";
import { Loading, Notice, Scroll, Title } from "../shared/page";
import { AsOf, Stale, usePolled } from "./polled";
import { a } from "./texts";
import { showCount } from "./units";

export const STATES = ["active", "waiting", "prioritized", "delayed", "failed", "completed", "waiting-children"] as const;
export type State = (typeof STATES)[number];

export function Queues() {
  const queues = usePolled(() => call("get", "/api/admin/queues"), 2000);
  return (
    <>
      <Title>{a("queues.title")}</Title>
      <div class="row bar"><AsOf of={queues} /></div>
      <Stale of={queues} />
      {!queues.value && queues.error === undefined && <Loading />}
      {queues.value && !queues.value.complete && <Notice><p>{a("queues.incomplete")}</p></Notice>}
      {queues.value && (
        <Scroll label={a("queues.title")} class="card flat">
          <table class="board">
            <thead><tr><th scope="col">{a("queue")}</th>{STATES.map((state) => <th key={state} scope="col" class="number">{a(`state.${state}`)}</th>)}</tr></thead>
            <tbody>{queues.value.data.map(({ name, paused, counts }) => (
              <tr key={name}>
                <th scope="row"><a href={`/admin/queues/${encodeURIComponent(name)}`}>{name}</a> {paused && <span class="tag warn">{a("queue.paused")}</span>}</th>
                {STATES.map((state) => <td key={state} class={state === "failed" && counts[state]! > 0 ? "number wrong-count" : "number"}>{showCount(counts[state] ?? 0)}</td>)}
              </tr>
            ))}</tbody>
          </table>
        </Scroll>
      )}
    </>
  );
}
