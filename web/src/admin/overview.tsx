// SPDX-License-Identifier: MIT
// Is anything wrong? What is, with its cure; then the key figures, each with the hour behind it.

import { call, type Answer } from "../shared/api";
import { Coded } from "../shared/coded";
import { Loading, Notice, Title } from "../shared/page";
import { Alerts, isTold, type AlertBoard } from "./alerts";
import type { FigureKey } from "./history";
import { Hour } from "./hour";
import { AsOf, Stale, usePolled, type Polled } from "./polled";
import { a, several } from "./texts";

type Finding = Answer<"/api/admin/findings", "get">["data"][number];

const LOOKS: Record<Finding["verdict"], string> = { fail: "bad", warn: "warn", advice: "busy", ok: "good", skipped: "" };
const isComplaint = ({ verdict }: Finding) => verdict !== "ok" && verdict !== "skipped";

/** The page on which the cure is at hand, by the beginning of a check's name. */
const PLACES = [
  ["queue-", "/admin/queues", "nav.queues"], ["mail-", "/admin/mail", "nav.mail"], ["cache-", "/admin/cache", "nav.cache"],
  ["redis-", "/admin/engines", "nav.engines"], ["database-", "/admin/engines", "nav.engines"],
] as const;

function Complaint({ finding: { id, verdict, text, evidence, cure } }: { finding: Finding }) {
  const place = PLACES.find(([start]) => id.startsWith(start));
  return (
    <li class={`card finding ${LOOKS[verdict]}`}>
      <h3><span class={`tag ${LOOKS[verdict]}`}>{a(`verdict.${verdict}`)}</span> <Coded text={text} /></h3>
      {evidence && <p class="code"><Coded text={evidence} /></p>}
      {cure && <p><strong>{a("finding.cure")}</strong> <Coded text={cure} /></p>}
      <p class="row">
        {place && <a href={place[1]}>{a("finding.place", { page: a(place[2]) })}<span class="spoken">: <Coded text={text} /></span></a>}
        <a href={`/admin/guide#${id}`}>{a("finding.more")}<span class="spoken">: <Coded text={text} /></span></a>
      </p>
    </li>
  );
}

function Findings({ findings, alerts }: { findings: Finding[]; alerts: Polled<AlertBoard> }) {
  const unseen = findings.filter(({ verdict }) => verdict === "skipped").length;
  const hasAlerts = !alerts.value || alerts.value.alerts.some(isTold);
  const wrong = findings.filter(isComplaint), fine = findings.filter((finding) => !isComplaint(finding));
  return (
    <section aria-labelledby="wrong">
      <h2 id="wrong">{a("overview.wrong")}</h2>
      <Alerts of={alerts} />
      {wrong.length > 0 && <ul class="cards findings">{wrong.map((finding) => <Complaint key={finding.id} finding={finding} />)}</ul>}
      {wrong.length === 0 && !hasAlerts && <Notice kind="good"><p>{several("overview.nothing", findings.length - unseen)} {unseen > 0 && several("overview.unseen", unseen)}</p></Notice>}
      <details class="fine">
        <summary>{several("overview.fine", fine.length)}</summary>
        <ul class="rows">{fine.map(({ id, verdict, text }) => (
          <li key={id}><span class="grow"><Coded text={text} /></span><span class="row"><a href={`/admin/guide#${id}`} class="code">{id}</a><span class={`tag ${LOOKS[verdict]}`}>{a(`verdict.${verdict}`)}</span></span></li>
        ))}</ul>
      </details>
    </section>
  );
}

const KEYS: FigureKey[] = [
  "requests", "errorShare", "p50", "p95", "p99", "saves", "running", "queueJobs", "queueOldest", "outboxOldest", "mailSecurity", "mailNotice", "mailBulk",
  "hitRate", "redisLatency", "commits", "laneWait", "redisMemory", "diskFree",
];

export function Overview() {
  const findings = usePolled(async () => (await call("get", "/api/admin/findings")).data, 5000);
  const alerts = usePolled(async () => (await call("get", "/api/admin/alerts")).data, 5000);
  return (
    <>
      <Title>{a("overview.title")}</Title>
      <div class="row bar"><AsOf of={findings} /></div>
      <Stale of={findings} />
      <Stale of={alerts} />
      {findings.value ? <Findings findings={findings.value} alerts={alerts} /> : findings.error === undefined && <Loading />}
      <Hour figures={KEYS} />
    </>
  );
}
