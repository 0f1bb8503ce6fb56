// SPDX-License-Identifier: MIT
// Before an exam: when it begins, what counts, whether this device will do, and the button. The paper is not here: before the
// start no request returns it.

import { useEffect, useRef, useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Failure, Loading, Notice, Title, useBeat, useResource } from "../shared/page";
import { loadFormulas, loadMarkdown, Rich } from "../shared/rich";
import { asPerson } from "../shared/session";
import { isKept, put } from "../shared/storage";
import { counted, showMoment, showNumber, t } from "../shared/texts";
import { SitGuide } from "./sit_guide";

async function readLobby(examId: string) {
  let took = 0;
  const [lobby, live] = await Promise.all([
    call("get", "/api/exam/{examId}/lobby", { params: { examId }, onTiming: (sent, received) => { took = received - sent; } })
      .catch((error) => {
        if (error instanceof Problem && [400, 404].includes(error.status)) return null; // over, or for others
        throw error;
      }),
    call("get", "/api/exam/live"),
  ]);
  return { lobby, own: live.exams.find(({ id }) => id === examId), readAt: performance.now(), took: Math.round(took) };
}

type Lobby = NonNullable<Awaited<ReturnType<typeof readLobby>>["lobby"]>;

/** By the page's own clock, from what the server said: the device's date plays no part. Null when nothing is left. */
function useSecondsLeft(ms: number, readAt: number): number | null {
  const left = () => readAt + ms - performance.now();
  const [, draw] = useState(0);
  useBeat(250, () => draw((n) => n + 1));
  return left() <= 0 ? null : Math.ceil(left() / 1000);
}

function Countdown({ seconds }: { seconds: number }) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const time = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return <p class="countdown" role="timer">{t("lobby.countdown", { time })}</p>;
}

function Start({ id }: { id: string }) {
  const [asksCode, setAsksCode] = useState(false);
  async function start(accessCode?: string) {
    try {
      await call("post", "/api/exam-attempt/{examId}/start", { params: { examId: id }, body: accessCode ? { accessCode } : {} });
    } catch (error) {
      if (error instanceof Problem && error.code.startsWith("access_code")) setAsksCode(true);
      if (!(error instanceof Problem && error.code === "already_attempted")) throw error;
    }
    location.assign(`/sit/${id}`);
  }
  return (
    <Form action={t("lobby.start")} onSend={({ accessCode }) => start(accessCode)}>
      {(form) => asksCode && <Field form={form} name="accessCode" label={t("lobby.code")} hint={t("lobby.code.hint")} autocomplete="off" />}
    </Form>
  );
}

/** The start, when there is one to wait for: first the opening of the exam, then one's turn in the crowd. */
function Door({ lobby, readAt, again }: { lobby: Lobby; readAt: number; again: () => void }) {
  const untilOpen = useSecondsLeft(Date.parse(lobby.exam.startTime) - Date.parse(lobby.serverTime), readAt);
  const untilStart = useSecondsLeft(lobby.startAfterMs, readAt);
  const isOpen = useRef(untilOpen === null);
  useEffect(() => {
    if (untilOpen === null && !isOpen.current) again();
    isOpen.current = untilOpen === null;
  }, [untilOpen]);
  if (untilStart === null) return <><p>{t("lobby.open")}</p><Start id={lobby.exam.id} /></>;
  return untilOpen !== null ? <Countdown seconds={untilOpen} /> : <p role="timer">{t("lobby.wait", { n: untilStart })}</p>;
}

function Facts({ lobby: { exam, deadline, deadlineReason, extraMinutes, serverTime } }: { lobby: Lobby }) {
  const isOpen = exam.startTime <= serverTime;
  return (
    <dl>
      <dt>{t("lobby.when")}</dt>
      <dd>{t("lobby.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })}</dd>
      <dt>{t("lobby.duration")}</dt>
      <dd>{counted("exams.minutes", exam.durationMinutes)}</dd>
      <dt>{t("lobby.you")}</dt>
      <dd>
        {t(isOpen ? "lobby.ends" : "lobby.ends.coming", { time: showMoment(deadline) })} {t(`lobby.ends.${deadlineReason}`)}
        {extraMinutes > 0 && ` ${counted("lobby.extra", extraMinutes)}`}
      </dd>
      <dt>{t("lobby.paper")}</dt>
      <dd>{t("lobby.paper.of", { questions: counted("lobby.questions", exam.totalQuestions), marks: counted("sit.marks", exam.totalMarks, { n: showNumber(exam.totalMarks) }) })}</dd>
    </dl>
  );
}

function Check({ took }: { took: number }) {
  put("tripos.check", "1"); // sets isKept
  return (
    <ul class="checks">
      <li class={isKept ? "yes" : "no"}>{t(isKept ? "lobby.check.storage" : "lobby.check.noStorage")}</li>
      <li class="yes">{t("lobby.check.connection", { ms: took })}</li>
    </ul>
  );
}

/** What the page of the exam needs, into the browser's cache. */
function usePreload(id: string, hasFormulas: boolean | undefined) {
  useEffect(() => { fetch(`/sit/${id}`).catch(() => undefined); }, [id]);
  useEffect(() => {
    loadMarkdown().catch(() => undefined);
    if (hasFormulas) loadFormulas().catch(() => undefined);
  }, [hasFormulas]);
}

export function Lobby({ id }: { id: string }) {
  const { value, error, again } = useResource(() => asPerson(() => readLobby(id)));
  useBeat(20_000, again); // a start that is moved shows
  usePreload(id, value?.lobby?.exam.hasFormulas);
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  const { lobby, own, readAt, took } = value;
  const exam = lobby?.exam ?? own;
  if (!exam) {
    return (
      <>
        <Title>{t("lobby.gone")}</Title>
        <p>{t("lobby.gone.text")}</p>
        <p><a class="button" href="/exams">{t("lobby.back")}</a></p>
      </>
    );
  }
  const isWriting = own?.attemptStatus === "IN_PROGRESS";
  const isDone = own?.hasAttempt && !isWriting && own.attemptStatus !== "VOIDED";
  return (
    <>
      <p class="crumb"><a href="/exams">{t("lobby.back")}</a></p>
      <Title>{exam.title}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {exam.description && <p class="lead text">{exam.description}</p>}
      <div class="pair">
        <section class="card stack">
          {lobby && <Facts lobby={lobby} />}
          {isDone && <Notice kind="good"><p>{t("lobby.handedIn")}</p></Notice>}
          {isWriting && <a class="button main" href={`/sit/${id}`}>{t("exams.goOn")}</a>}
          {lobby && !isWriting && !isDone && <Door lobby={lobby} readAt={readAt} again={again} />}
        </section>
        <section class="card">
          <h2>{t("lobby.know")}</h2>
          <ul class="text"><li>{t("lobby.know.saved")}</li><li>{t("lobby.know.change")}</li><li>{t("lobby.know.idle")}</li></ul>
          <h2>{t("lobby.check")}</h2>
          <Check took={took} />
        </section>
      </div>
      {lobby?.exam.instructions && (
        <section class="card">
          <h2>{t("lobby.instructions")}</h2>
          <Rich text={lobby.exam.instructions} format="markdown" />
        </section>
      )}
      <SitGuide />
    </>
  );
}
