// SPDX-License-Identifier: MIT
// The hour that this server remembers of some key figures: a line each, and the same as a table.

import { Loading, Notice, Scroll } from "../shared/page";
import { showMoment } from "../shared/texts";
import { useHistory, type FigureKey, type Sample } from "./history";
import { Stale } from "./polled";
import { Spark } from "./spark";
import { a } from "./texts";
import { showBytes, showCount, showDuration, showRate, showShare } from "./units";

const SHOWS: Record<FigureKey, (value: number) => string> = {
  requests: showRate, errorShare: showShare, p50: showDuration, p95: showDuration, p99: showDuration,
  p95Saves: showDuration, p95Papers: showDuration, p95Login: showDuration, p95Pages: showDuration, p95Admin: showDuration,
  queueJobs: showCount, queueOldest: showDuration, outboxOldest: showDuration, mailDelivery: showDuration, hitRate: showShare,
  laneWait: showDuration, logBytes: showBytes,
  saves: showRate, running: showCount, mailSecurity: showDuration, mailNotice: showDuration, mailBulk: showDuration,
  redisLatency: showDuration, commits: showDuration, diskFree: showShare,
  redisMemory: showBytes, redisClients: showCount, redisKeys: showCount, redisCommands: showRate, redisEvicted: showRate,
};

interface Summary { name: string; now: string; lowest: string; highest: string }

function summary(samples: Sample[], key: FigureKey): Summary {
  const show = SHOWS[key];
  const values = samples.map((sample) => sample[key]).filter((value) => value !== null);
  const shown = (value: number | null | undefined) => (value === null || value === undefined || !Number.isFinite(value) ? "–" : show(value));
  return { name: a(`figure.${key}`), now: shown(samples.at(-1)?.[key]), lowest: shown(Math.min(...values)), highest: shown(Math.max(...values)) };
}

/** These figures now, each with the hour behind it. */
export function Hour({ figures }: { figures: FigureKey[] }) {
  const history = useHistory();
  const told = history.value;
  if (!told) return history.error === undefined ? <Loading /> : <Stale of={history} />;
  const to = told.samples.length > 0 ? Date.parse(told.samples.at(-1)!.at) : history.asOf;
  const rows = figures.map((key) => ({ key, ...summary(told.samples, key) }));
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">{a("overview.figures")}</h2>
      <Stale of={history} />
      {told.samples.length === 0 && <Notice><p>{a("overview.soon")}</p></Notice>}
      <ul class="figures">{rows.map(({ key, name, now, highest }) => (
        <li key={key} class="card">
          <h3>{name}</h3>
          <p class="now">{now}</p>
          <Spark from={to - 3600_000} to={to} points={told.samples.map((sample) => ({ at: Date.parse(sample.at), value: sample[key] }))} />
          <p class="soft">{a("figure.highest", { value: highest })}</p>
        </li>
      ))}</ul>
      <details>
        <summary>{a("overview.table")}</summary>
        <Scroll label={a("overview.table")} class="card flat">
          <table>
            <thead><tr><th scope="col">{a("figure")}</th><th scope="col" class="number">{a("figure.now")}</th><th scope="col" class="number">{a("figure.low")}</th><th scope="col" class="number">{a("figure.high")}</th></tr></thead>
            <tbody>{rows.map(({ key, name, now, lowest, highest }) => (
              <tr key={key}><th scope="row">{name}</th><td class="number">{now}</td><td class="number">{lowest}</td><td class="number">{highest}</td></tr>
            ))}</tbody>
          </table>
        </Scroll>
      </details>
      <p class="soft">{a("overview.memory", { since: showMoment(told.since) })}</p>
    </section>
  );
}
