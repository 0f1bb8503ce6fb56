// SPDX-License-Identifier: MIT
// The course of one attempt - when, from where, never what was answered - and what came too late.

import { call, Problem, type Answer } from "../shared/api";
import { Failure, Loading, Scroll, Title, useResource } from "../shared/page";
import type { Place } from "../shared/router";
import { asPerson, may, person } from "../shared/session";
import { showChange, showDeadline, showInstant, showMoment, showNumber, t } from "../shared/texts";
import { Act } from "./dialog";
import { Reason } from "./fields";
import { Reopen, Void } from "./interventions";
import { many, s } from "./texts";

type Whole = Answer<"/api/exam-attempt/{attemptId}/timeline", "get">;
type Late = Answer<"/api/exam-attempt/{attemptId}/late", "get">["answers"];
const ACTS = ["start", "submit", "end", "extend", "reopen", "void", "deadline", "regrade", "accept_late", "notice", "close", "closed"] as const;
const at = (iso: string) => showDeadline(Date.parse(iso));
const MINUTE = 60_000;

async function readAttempt(attemptId: string) {
  const params = { attemptId };
  const [timeline, late] = await Promise.all([
    call("get", "/api/exam-attempt/{attemptId}/timeline", { params }),
    may(await person(), "results") ? call("get", "/api/exam-attempt/{attemptId}/late", { params }).then(({ answers }) => answers) : [],
  ]);
  return { timeline, late };
}

function inWords(action: string): string {
  const known = ACTS.find((name) => action === `attempt.${name}` || action === `exam.${name}`);
  return known ? s(`attempt.act.${known}`) : action;
}

/** Saves per minute as bars; the numbers are in the table of the page as well. */
function Minutes({ minutes }: { minutes: Whole["minutes"] }) {
  if (minutes.length === 0) return <p class="soft">{s("attempt.saves.none")}</p>;
  const first = Date.parse(minutes[0]!.at), count = Math.round((Date.parse(minutes.at(-1)!.at) - first) / 60_000) + 1;
  const most = Math.max(...minutes.map(({ saves }) => saves)), all = minutes.reduce((sum, { saves }) => sum + saves, 0);
  return (
    <>
      <svg class="bars" viewBox={`0 0 ${count * 6} 40`} preserveAspectRatio="none" role="img" aria-label={many("attempt.saves.chart", all, { most })}>
        {minutes.map((minute) => {
          const height = Math.max(2, (minute.saves / most) * 40);
          return <rect key={minute.at} x={((Date.parse(minute.at) - first) / 60_000) * 6} y={40 - height} width={5} height={height} />;
        })}
      </svg>
      <p class="row ends soft"><span>{at(minutes[0]!.at)}</span><span>{many("attempt.saves.chart", all, { most })}</span><span>{at(minutes.at(-1)!.at)}</span></p>
    </>
  );
}

type Deed = Whole["acts"][number];

function byWhom({ actor, actorName }: Deed, candidate: string): string {
  if (actor === candidate) return s("attempt.by.candidate");
  return actorName ?? (actor === "system" ? s("attempt.by.system") : actor);
}

interface Facts { deadline?: string; endTime?: string; minutes?: string; reason?: string; ended?: string }

/** What was moved by an act, by how much, and why. */
function detailsOf({ before, after }: Deed): string {
  const was = (before ?? {}) as Facts, is = (after ?? {}) as Facts;
  const moved = ([[was.deadline, is.deadline], [was.endTime, is.endTime]] as const).flatMap(([from, to]) =>
    (from && to && from !== to ? [s("attempt.moved", { from: showMoment(from), to: showMoment(to), n: showChange(Math.round((Date.parse(to) - Date.parse(from)) / MINUTE)) })] : []));
  return [...moved, ...(is.minutes ? [s("people.minutes", { n: is.minutes })] : []), ...(is.reason ? [is.reason] : [])].join(" · ");
}

/** Of an act that sent a message: which, to whom (nobody: to all), and what it says. */
function messageOf({ action, after }: Deed) {
  return action.endsWith(".notice") ? (after as { number: string; candidate: string; text: string }) : undefined;
}

function What({ act, seen }: { act: Deed; seen: Whole["noticesSeen"] }) {
  const message = messageOf(act);
  if (!message) return <>{inWords(act.action)} <span class="soft">{detailsOf(act)}</span></>;
  const isSeen = seen !== null && Number(message.number) <= seen.upTo;
  return <>{inWords(act.action)} <span class={isSeen ? "tag good" : "tag"}>{s(isSeen ? "attempt.notice.seen" : "attempt.notice.unseen")}</span> <q class="soft">{message.text}</q></>;
}

function Course({ timeline: { acts, gaps, attempt, noticesSeen } }: { timeline: Whole }) {
  const isTheirs = (act: Deed) => ["", attempt.userId].includes(messageOf(act)?.candidate ?? "");
  const rows = [
    ...acts.filter(isTheirs).map((act) => ({ when: act.at, what: <What act={act} seen={noticesSeen} />, by: byWhom(act, attempt.userId),
      from: [act.address, act.device].filter(Boolean).join(" · ") })),
    ...gaps.map(({ from, until }) => ({ when: from, what: s("attempt.gap", { until: at(until) }), by: "", from: "" })),
  ].sort((a, b) => a.when.localeCompare(b.when));
  return (
    <Scroll label={s("attempt.course")}>
      <table>
        <thead><tr><th scope="col">{s("attempt.when")}</th><th scope="col">{s("attempt.what")}</th><th scope="col">{s("attempt.by")}</th><th scope="col">{s("attempt.from")}</th></tr></thead>
        <tbody>{rows.map((row, n) => <tr key={n}><td class="number start">{showInstant(row.when)}</td><td>{row.what}</td><td>{row.by}</td><td class="soft">{row.from}</td></tr>)}</tbody>
      </table>
    </Scroll>
  );
}

function Devices({ devices }: { devices: Whole["devices"] }) {
  return (
    <ul class="rows">
      {devices.map(({ clientId, address, firstAt, lastAt, saves }, n) => (
        <li key={n}>
          <div class="grow"><p>{s("attempt.device", { n: n + 1 })} <span class="soft code">{address} {clientId.slice(0, 8)}</span></p></div>
          <span class="soft">{s("attempt.device.times", { first: at(firstAt), last: at(lastAt) })}, {many("attempt.device.saves", saves)}</span>
        </li>
      ))}
    </ul>
  );
}

function LateAnswers({ attemptId, late, again }: { attemptId: string; late: Late; again: () => void }) {
  const open = late.filter(({ acceptedAt }) => acceptedAt === null);
  const accept = (reason: string, dryRun: boolean) =>
    call("post", "/api/exam-attempt/{attemptId}/late/accept", { params: { attemptId }, body: { reason, dryRun } });
  return (
    <section class="card" aria-labelledby="late">
      <div class="row head">
        <h2 id="late">{many("late.title", late.length)}</h2>
        {open.length > 0 && (
          <Act label={s("late.accept")} title={s("late.accept.title")} action={s("late.accept")} onSend={({ reason = "" }) => accept(reason, false).then(again)}>
            {(form) => <><p>{many("late.accept.text", open.length)}</p><Effect read={() => accept("-", true)} /><Reason form={form} /></>}
          </Act>
        )}
      </div>
      <ul class="rows">{late.map((answer) => (
        <li key={answer.questionId}>
          <span>{s("late.arrived", { time: at(answer.arrivedAt) })}</span>
          <span class={answer.acceptedAt ? "tag good" : "tag"}>{s(answer.acceptedAt ? "late.accepted" : "late.open")}</span>
        </li>
      ))}</ul>
    </section>
  );
}

/** What a dry run says of the score. */
function Effect({ read }: { read: () => Promise<{ scoreBefore: number | null; scoreAfter: number | null }> }) {
  const { value } = useResource(read);
  const show = (score: number | null) => (score === null ? "–" : showNumber(score));
  return <p><strong>{value ? s("late.effect", { before: show(value.scoreBefore), after: show(value.scoreAfter) }) : t("site.loading")}</strong></p>;
}

export function Attempt({ id }: Place) {
  const { value, error, again } = useResource(() => asPerson(() => readAttempt(id)));
  if (!value) {
    if (error === undefined) return <Loading />;
    return <><Title>{s("attempt.title")}</Title>{error instanceof Problem && error.status === 404 ? <p>{s("attempt.gone")}</p> : <Failure error={error} retry={again} />}</>;
  }
  const { timeline, late } = value;
  const { attempt } = timeline;
  const isEnded = attempt.status === "SUBMITTED" || attempt.status === "AUTO_SUBMITTED";
  const props = { attemptId: id, name: attempt.fullName ?? s("attempt.this"), done: again };
  return (
    <>
      <p class="crumb"><a href={`/staff/exams/${attempt.examId}/board`}>{s("exam.part.board")}</a></p>
      <div class="row"><Title>{s("attempt.title")}</Title><span class="tag">{s(`attempt.status.${attempt.status}`)}</span></div>
      {attempt.fullName && <p class="lead">{attempt.fullName}</p>}
      <div class="pair">
        <section class="card">
          <dl>
            <dt>{s("attempt.started")}</dt><dd>{showMoment(attempt.startedAt)}</dd>
            <dt>{s("board.deadline")}</dt><dd>{showMoment(attempt.deadline)}<br /><span class="soft">{t(`sit.ends.${attempt.deadlineReason}`)}</span></dd>
            {attempt.submittedAt && <><dt>{s("attempt.ended")}</dt><dd>{showMoment(attempt.submittedAt)}</dd></>}
          </dl>
          {attempt.status !== "VOIDED" && <p class="actions">{isEnded && <Reopen {...props} />}<Void {...props} /></p>}
        </section>
        <section class="card"><h2>{s("attempt.devices")}</h2>{timeline.devices.length === 0 ? <p class="soft">{s("attempt.saves.none")}</p> : <Devices devices={timeline.devices} />}</section>
      </div>
      <section class="card"><h2>{s("attempt.saves")}</h2><Minutes minutes={timeline.minutes} /></section>
      {late.length > 0 && <LateAnswers attemptId={id} late={late} again={again} />}
      <section class="card"><h2>{s("attempt.course")}</h2><Course timeline={timeline} /></section>
    </>
  );
}
