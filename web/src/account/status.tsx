// SPDX-License-Identifier: MIT
// What runs and where things are, for whoever runs the site.

import type { Answer } from "../shared/api";
import { Failure, Loading, Notice, Title, usePolling, useResource } from "../shared/page";
import { t } from "../shared/texts";
import { d, type Key } from "./texts";

type Ready = Answer<"/readyz", "get">;

const BEAT = 5_000; // ms
const PLACES: [href: string, text: Key, optional?: "optional"][] = [
  ["/", "status.place.home"],
  ["/leaderboard", "status.place.board"],
  ["/dev/inbox", "status.place.inbox", "optional"],
  ["/docs", "status.place.docs", "optional"],
  ["/docs/components", "status.place.components", "optional"],
  ["/admin/cache", "status.place.cache", "optional"],
  ["/healthz", "status.place.live"],
  ["/readyz", "status.place.ready"],
  ["/metrics", "status.place.metrics"],
];

/** Also when it is not ready, which it says with a 503. */
const readState = async (): Promise<Ready> => (await fetch("/readyz", { cache: "no-store" })).json();
const isServed = (path: string) => fetch(path, { method: "HEAD" }).then(({ ok }) => ok);
const readPlaces = () => Promise.all(PLACES.map(async (place) => ({ place, isServed: !place[2] || await isServed(place[0]) })));

function Runs({ dependencies: { database, cache, queue, mail } }: { dependencies: NonNullable<Ready["dependencies"]> }) {
  return (
    <section class="card" aria-labelledby="runs">
      <h2 id="runs">{d("status.runs")}</h2>
      <dl class="states">
        {([["database", database.engine, database.state], ["cache", cache.server, cache.state], ["queue", queue.server, queue.state]] as const)
          .map(([what, name, state]) => (
            <>
              <dt>{d(`status.${what}`)}</dt>
              <dd>{name} <span class={state === "up" ? "tag good" : "tag bad"}>{d(state === "up" ? "status.up" : "status.down")}</span></dd>
            </>
          ))}
        <dt>{d("status.mail")}</dt><dd>{mail.transport}</dd>
      </dl>
    </section>
  );
}

export function Status() {
  const { value, error, again } = useResource(readState);
  const { value: places = [] } = useResource(readPlaces);
  usePolling(BEAT, again);
  return (
    <>
      <Title>{t("status.title")}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value && <Notice kind={value.ready ? "good" : "warn"}><p>{d(value.ready ? "status.ready" : value.stopping ? "status.stopping" : "status.notReady")}</p></Notice>}
      {value?.dependencies && <Runs dependencies={value.dependencies} />}
      <section class="card" aria-labelledby="places">
        <h2 id="places">{d("status.places")}</h2>
        <ul class="rows">
          {places.map(({ place: [href, text], isServed }) => isServed && <li key={href}><a href={href}>{href}</a><span class="soft">{d(text)}</span></li>)}
        </ul>
      </section>
    </>
  );
}
