// SPDX-License-Identifier: MIT
// What rings: the alerts that fire, each with its cure and a way to silence its rule for a while; and what is silent, until when.

import { call, type Answer } from "../shared/api";
import { Coded } from "../shared/coded";
import { Field } from "../shared/form";
import { numberOf } from "../shared/number";
import { showMoment } from "../shared/texts";
import { Act } from "../staff/dialog";
import type { Polled } from "./polled";
import { a } from "./texts";

export type AlertBoard = Answer<"/api/admin/alerts", "get">["data"];
type Alert = AlertBoard["alerts"][number];

/** One that is pending may yet be nothing. */
export const isTold = ({ state }: Alert) => state !== "pending";

function Ringing({ alert: { rule, labels, severity, summary, cure, since, silenced }, done }: { alert: Alert; done: () => void }) {
  const which = Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(", ");
  const look = severity === "page" ? "bad" : "warn";
  return (
    <li class={`card finding ${look}`}>
      <h3><span class={`tag ${look}`}>{a(`alert.${severity}`)}</span> <span class="code">{rule}</span> <span lang="en"><Coded text={summary} /></span></h3>
      <p class="soft">{a("alert.since", { time: showMoment(since) })}{which && <> <span class="code">{which}</span></>}</p>
      <p><strong>{a("finding.cure")}</strong> <span lang="en"><Coded text={cure} /></span></p>
      {silenced ? <p class="soft">{a("alert.silenced")}</p> : (
        <Act label={a("alert.silence")} of={rule} title={a("alert.silence.title", { rule })} action={a("alert.silence")}
          onSend={({ minutes = "", why = "" }) => call("post", "/api/admin/alerts/silences", { body: { rule, minutes: numberOf(minutes), ...(why && { why }) } }).then(done)}>
          {(form) => (
            <>
              <p>{a("alert.silence.text")}</p>
              <Field form={form} name="minutes" label={a("alert.minutes")} inputMode="numeric" value="120" autocomplete="off" />
              <Field form={form} name="why" label={a("alert.why")} required={false} autocomplete="off" />
            </>
          )}
        </Act>
      )}
    </li>
  );
}

export function Alerts({ of }: { of: Polled<AlertBoard> }) {
  if (!of.value) return null;
  const done = () => void of.again();
  const told = of.value.alerts.filter(isTold);
  return (
    <>
      {told.length > 0 && (
        <ul class="cards findings" aria-label={a("alert.list")}>
          {told.map((alert) => <Ringing key={alert.rule + JSON.stringify(alert.labels)} alert={alert} done={done} />)}
        </ul>
      )}
      {of.value.silences.length > 0 && (
        <ul class="rows" aria-label={a("alert.silences")}>
          {of.value.silences.map(({ id, rule, until, why }) => (
            <li key={id}>
              <span class="grow">{a("alert.silent", { rule, time: showMoment(until) })} {why && <span class="soft">{why}</span>}</span>
              <Act label={a("alert.end")} of={rule} title={a("alert.end.title", { rule })} action={a("alert.end")}
                onSend={() => call("delete", "/api/admin/alerts/silences/{id}", { params: { id } }).then(done)} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
