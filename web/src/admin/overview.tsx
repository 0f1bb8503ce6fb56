// SPDX-License-Identifier: MIT
// Is anything wrong? What is, with its cure; then the key figures, each with the hour behind it.

import { call, type Answer } from "../shared/api";
import { Loading, Notice, Scroll, Title } from "../shared/page";
import { showMoment } from "../shared/texts";
import { useHistory, type FigureKey, type Sample } from "./history";
import { AsOf, Stale, usePolled } from "./polled";
import { Spark } from "./spark";
import { a, several } from "./texts";
import { showBytes, showCount, showDuration, showRate, showShare } from "./units";

type Finding = Answer<"/api/admin/findings", "get">["data"][number];

const LOOKS: Record<Finding["verdict"], string> = { fail: "bad", warn: "warn", advice: "busy", ok: "good", skipped: "" };
const isComplaint = ({ verdict }: Finding) => verdict !== "ok" && verdict !== "skipped";

function Complaint({ finding: { id, verdict, text, evidence, cure } }: { finding: Finding }) {
  return (
    <li class={`card finding ${LOOKS[verdict]}`}>
      <h3><span class={`tag ${LOOKS[verdict]}`}>{a(`verdict.${verdict}`)}</span> {text}</h3>
      {evidence && <p class="code">{evidence}</p>}
      {cure && <p><strong>{a("finding.cure")}</strong> {cure}</p>}
      <p><a href={`/admin/guide#${id}`}>{a("finding.more")}<span class="spoken">: {text}</span></a></p>
    </li>
  );
}

function Findings({ findings }: { findings: Finding[] }) {
  const wrong = findings.filter(isComplaint), fine = findings.filter((finding) => !isComplaint(finding));
  return (
    <section aria-labelledby="wrong">
      <h2 id="wrong">{a("overview.wrong")}</h2>
      {wrong.length === 0
        ? <Notice kind="good"><p>{several("overview.nothing", findings.filter(({ verdict }) => verdict === "ok").length)}</p></Notice>
        : <ul class="cards findings">{wrong.map((finding) => <Complaint key={finding.id} finding={finding} />)}</ul>}
      <details class="fine">
        <summary>{several("overview.fine", fine.length)}</summary>
        <ul class="rows">{fine.map(({ id, verdict, text }) => (
          <li key={id}><span class="grow">{text}</span><span class="row"><a href={`/admin/guide#${id}`} class="code">{id}</a><span class={`tag ${LOOKS[verdict]}`}>{a(`verdict.${verdict}`)}</span></span></li>
        ))}</ul>
      </details>
    </section>
  );
}

const FIGURES: [FigureKey, (value: number) => string][] = [
  ["requests", showRate], ["errorShare", showShare], ["p50", showDuration], ["p95", showDuration], ["p99", showDuration],
  ["queueJobs", showCount], ["queueOldest", showDuration], ["outboxOldest", showDuration], ["mailDelivery", showDuration],
  ["hitRate", showShare], ["laneWait", showDuration], ["redisMemory", showBytes],
];

interface Summary { name: string; now: string; lowest: string; highest: string }

function summary(samples: Sample[], [key, show]: (typeof FIGURES)[number]): Summary {
  const values = samples.map((sample) => sample[key]).filter((value) => value !== null);
  const shown = (value: number | null | undefined) => (value === null || value === undefined || !Number.isFinite(value) ? "–" : show(value));
  return { name: a(`figure.${key}`), now: shown(samples.at(-1)?.[key]), lowest: shown(Math.min(...values)), highest: shown(Math.max(...values)) };
}

function Figures() {
  const history = useHistory();
  const told = history.value;
  if (!told) return history.error === undefined ? <Loading /> : <Stale of={history} />;
  const to = told.samples.length > 0 ? Date.parse(told.samples.at(-1)!.at) : history.asOf;
  const rows = FIGURES.map((figure) => ({ key: figure[0], ...summary(told.samples, figure) }));
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

export function Overview() {
  const findings = usePolled(async () => (await call("get", "/api/admin/findings")).data, 5000);
  return (
    <>
      <Title>{a("overview.title")}</Title>
      <div class="row bar"><AsOf of={findings} /></div>
      <Stale of={findings} />
      {findings.value ? <Findings findings={findings.value} /> : findings.error === undefined && <Loading />}
      <Figures />
    </>
  );
}
