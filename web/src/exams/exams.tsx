// SPDX-License-Identifier: MIT
// The exams of a person: now, coming, done. Read again when the page becomes visible and every half minute.

import type { ComponentChildren } from "preact";
import { call, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Title, usePolling, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { counted, showMoment, showNumber, t } from "../shared/texts";

type Live = Answer<"/api/exam/live", "get">["exams"][number];
type Coming = Answer<"/api/exam/upcoming", "get">["exams"][number];
type Done = Answer<"/api/result", "get">["data"][number];

async function readExams() {
  const [live, coming, done] = await Promise.all([
    call("get", "/api/exam/live"), call("get", "/api/exam/upcoming"), call("get", "/api/result"),
  ]);
  return { live: live.exams, coming: coming.exams, done: done.data.filter(({ status }) => status !== "IN_PROGRESS") };
}

function Section({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return <section aria-labelledby={id}><h2 id={id}>{title}</h2>{children}</section>;
}

function LiveCard({ exam }: { exam: Live }) {
  const isWriting = exam.attemptStatus === "IN_PROGRESS";
  const isDone = exam.hasAttempt && !isWriting && exam.attemptStatus !== "VOIDED";
  return (
    <li class={isDone ? "card" : "card live"}>
      <div>
        <h3>{exam.title}</h3>
        <p class="soft">
          {exam.deadline ? t("exams.yours", { time: showMoment(exam.deadline) }) : t("exams.ends", { time: showMoment(exam.endTime) })}
          {" · "}{counted("exams.minutes", exam.durationMinutes)}
        </p>
        {isWriting && <p><span class="tag busy">{t("exams.writing")}</span></p>}
        {isDone && <p><span class="tag good">{t("exams.handedIn")}</span></p>}
      </div>
      {isWriting && <a class="button main" href={`/sit/${exam.id}`} aria-label={`${t("exams.goOn")}: ${exam.title}`}>{t("exams.goOn")}</a>}
      {!isWriting && !isDone && <a class="button main" href={`/exams/${exam.id}`} aria-label={`${t("exams.open")}: ${exam.title}`}>{t("exams.open")}</a>}
    </li>
  );
}

function ComingCard({ exam }: { exam: Coming }) {
  return (
    <li class="card">
      <div>
        <h3>{exam.title}</h3>
        <p class="soft">{t("lobby.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })} · {counted("exams.minutes", exam.durationMinutes)}</p>
      </div>
      <a class="button" href={`/exams/${exam.id}`} aria-label={`${t("exams.details")}: ${exam.title}`}>{t("exams.details")}</a>
    </li>
  );
}

function DoneCard({ exam }: { exam: Done }) {
  return (
    <li class="card">
      <div>
        <h3>{exam.examTitle}</h3>
        {exam.submittedAt && <p class="soft">{t("exams.submittedAt", { time: showMoment(exam.submittedAt) })}</p>}
        <p>{exam.isResultAvailable && exam.score !== null
          ? <span class="tag good">{t("exams.score", { score: showNumber(exam.score) })}</span>
          : <span class="tag">{t("exams.notReleased")}</span>}</p>
      </div>
      <div class="row">
        <a class="button" href={`/sit/${exam.examId}`} aria-label={`${t("exams.receipt")}: ${exam.examTitle}`}>{t("exams.receipt")}</a>
        {exam.isResultAvailable && <a class="button" href={`/results/${exam.examId}`} aria-label={`${t("exams.result")}: ${exam.examTitle}`}>{t("exams.result")}</a>}
      </div>
    </li>
  );
}

export function Exams() {
  const { value, error, again } = useResource(() => asPerson(readExams));
  usePolling(30_000, again);
  return (
    <>
      <Title>{t("exams.title")}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value && (
        <>
          <Section id="now" title={t("exams.now")}>
            {value.live.length === 0 ? <Empty>{t("exams.none.now")}</Empty> : <ul class="cards">{value.live.map((exam) => <LiveCard key={exam.id} exam={exam} />)}</ul>}
          </Section>
          <Section id="coming" title={t("exams.coming")}>
            {value.coming.length === 0 ? <Empty>{t("exams.none.coming")}</Empty> : <ul class="cards">{value.coming.map((exam) => <ComingCard key={exam.id} exam={exam} />)}</ul>}
          </Section>
          <Section id="done" title={t("exams.done")}>
            {value.done.length === 0 ? <Empty>{t("exams.none.done")}</Empty> : <ul class="cards">{value.done.map((exam) => <DoneCard key={exam.attemptId} exam={exam} />)}</ul>}
          </Section>
        </>
      )}
    </>
  );
}
