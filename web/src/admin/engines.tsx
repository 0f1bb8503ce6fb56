// SPDX-License-Identifier: MIT
// Redis, the database, and who asks for what.

import { useRef } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Loading, Scroll, Title } from "../shared/page";
import { Hour } from "./hour";
import { AsOf, Stale, usePolled } from "./polled";
import { a } from "./texts";
import { showBytes, showCount, showDuration, showRate } from "./units";

type Engines = Answer<"/api/admin/engines", "get">["data"];
type Redis = Engines["redis"][number];

const SHOWN = 20; // of the statements

/** Of the commands of a server, by the two last looks. */
function useRates(redis: Redis[] | undefined, asOf: number): Record<string, number | undefined> {
  const looks = useRef<{ at: number; commands: Record<string, number> }[]>([]);
  const commands = Object.fromEntries((redis ?? []).map((server) => [server.use, server.commands]));
  // The server is asked every 5 s: it tells the same in between.
  if (redis && JSON.stringify(commands) !== JSON.stringify(looks.current.at(-1)?.commands)) looks.current = [...looks.current.slice(-1), { at: asOf, commands }];
  const [before, now] = looks.current;
  return Object.fromEntries(Object.keys(commands).map((use) => {
    const grown = before && now ? now.commands[use]! - before.commands[use]! : -1;
    return [use, grown >= 0 && now!.at > before!.at ? (grown * 1000) / (now!.at - before!.at) : undefined];
  }));
}

function Figures({ figures }: { figures: [string, string][] }) {
  return <dl>{figures.map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl>;
}

function Server({ server, rate }: { server: Redis; rate: number | undefined }) {
  const of = (value: string, limit: string | null) => (limit === null ? value : a("job.of", { n: value, total: limit }));
  return (
    <section class="card">
      <div class="row head"><h2>{a(`redis.${server.use}`)}</h2><span class={`tag ${server.reached ? "good" : "bad"}`}>{a(server.reached ? "redis.reached" : "redis.away")}</span></div>
      <Figures figures={[
        [a("redis.version"), server.version || "–"],
        [a("redis.memory"), of(showBytes(server.memoryUsed), server.memoryLimit > 0 ? showBytes(server.memoryLimit) : null)],
        [a("redis.clients"), of(showCount(server.clients), server.clientLimit > 0 ? showCount(server.clientLimit) : null)],
        [a("redis.plan"), showCount(server.clientPlan)],
        [a("redis.rate"), rate === undefined ? "–" : showRate(rate)], [a("redis.keys"), showCount(server.keys)], [a("redis.evicted"), showCount(server.evicted)],
        [a("redis.eviction"), server.eviction || "–"], [a("redis.persistence"), server.persistence],
      ]} />
    </section>
  );
}

function Database({ database }: { database: Engines["database"] }) {
  return (
    <section class="card">
      <div class="row head"><h2>{database.engine}</h2></div>
      <Figures figures={[
        [a("sql.wait"), showDuration(database.laneWaitMs / 1000)], [a("sql.log"), showBytes(database.logBytes)], [a("sql.long"), showCount(database.longWrites)],
        [a("sql.reads"), showCount(database.reads)], [a("sql.writes"), showCount(database.writes)], [a("sql.commits"), showCount(database.commits)], [a("sql.statements"), showCount(database.statements)],
      ]} />
    </section>
  );
}

/** How long requests take, by what people wait for. */
function Classes({ classes }: { classes: Engines["classes"] }) {
  const time = (seconds: number | null) => (seconds === null ? "–" : showDuration(seconds));
  return (
    <section>
      <h2>{a("classes")}</h2>
      <Scroll label={a("classes")} class="card flat">
        <table class="board">
          <thead><tr><th scope="col">{a("class")}</th><th scope="col" class="number">{a("class.measured")}</th><th scope="col" class="number">{a("class.p50")}</th><th scope="col" class="number">{a("class.p95")}</th><th scope="col" class="number">{a("class.p99")}</th></tr></thead>
          <tbody>{classes.map((row) => (
            <tr key={row.class}><th scope="row">{a(`class.${row.class}`)}</th><td class="number">{showCount(row.measured)}</td><td class="number">{time(row.p50)}</td><td class="number">{time(row.p95)}</td><td class="number">{time(row.p99)}</td></tr>
          ))}</tbody>
        </table>
      </Scroll>
      <p class="soft">{a("classes.hint")}</p>
    </section>
  );
}

/** The slowest runs first. */
function Statements({ statements }: { statements: Engines["statements"] }) {
  const time = (ms: number) => showDuration(ms / 1000);
  return (
    <section>
      <h2>{a("statements")}</h2>
      <Scroll label={a("statements")} class="card flat">
        <table class="board">
          <thead><tr><th scope="col">{a("statement")}</th><th scope="col" class="number">{a("statement.max")}</th><th scope="col" class="number">{a("statement.p99")}</th><th scope="col" class="number">{a("statement.total")}</th><th scope="col" class="number">{a("statement.count")}</th></tr></thead>
          <tbody>{statements.slice(0, SHOWN).map(({ text, count, totalMs, maxMs, p99Ms }) => (
            <tr key={text}><th scope="row" class="statement" lang="en">{text}</th><td class="number">{time(maxMs)}</td><td class="number">{time(p99Ms)}</td><td class="number">{time(totalMs)}</td><td class="number">{showCount(count)}</td></tr>
          ))}</tbody>
        </table>
      </Scroll>
      <p class="soft">{a("statements.hint")}</p>
    </section>
  );
}

function Routes({ routes }: { routes: Engines["routes"] }) {
  const busiest = [...routes].sort((x, y) => y.answered - x.answered);
  return (
    <section>
      <h2>{a("routes")}</h2>
      <Scroll label={a("routes")} class="card flat">
        <table class="board">
          <thead><tr><th scope="col">{a("route")}</th><th scope="col" class="number">{a("route.answered")}</th><th scope="col" class="number">{a("route.refused")}</th><th scope="col" class="number">{a("route.failed")}</th></tr></thead>
          <tbody>{busiest.map(({ route, method, answered, refused, failed }) => (
            <tr key={`${method} ${route}`}><th scope="row" class="code">{method} {route}</th><td class="number">{showCount(answered)}</td><td class="number">{showCount(refused)}</td><td class={failed > 0 ? "number wrong-count" : "number"}>{showCount(failed)}</td></tr>
          ))}</tbody>
        </table>
      </Scroll>
      <p class="soft">{a("routes.hint")}</p>
    </section>
  );
}

export function EnginesPage() {
  const engines = usePolled(async () => (await call("get", "/api/admin/engines")).data, 5000);
  const rates = useRates(engines.value?.redis, engines.asOf);
  return (
    <>
      <Title>{a("nav.engines")}</Title>
      <div class="row bar"><AsOf of={engines} /></div>
      <Stale of={engines} />
      {!engines.value && engines.error === undefined && <Loading />}
      {engines.value && (
        <>
          <div class="builder">{engines.value.redis.map((server) => <Server key={server.use} server={server} rate={rates[server.use]} />)}<Database database={engines.value.database} /></div>
          <Hour figures={["commits", "laneWait", "logBytes", "redisLatency", "redisMemory", "redisClients", "redisKeys", "redisCommands", "redisEvicted", "p95Saves", "p95Papers", "p95Login", "p95Pages", "p95Admin"]} />
          <Classes classes={engines.value.classes} />
          <Statements statements={engines.value.statements} />
          <Routes routes={engines.value.routes} />
        </>
      )}
    </>
  );
}
