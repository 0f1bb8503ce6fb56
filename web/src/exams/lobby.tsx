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

const PAUSE = 20_000, PAUSE_LATE = 5000, LATE = 60_000; // ms; the last minute before the start is late
const WRONG = 5000; // ms that a device's clock may differ: as much as half the slowest answer could feign
const DAY = 86_400_000; // ms
const SOON = 60; // seconds that a press on Start waits by itself

async function readLobby(examId: string) {
  let took = 0, device = 0;
  const onTiming = (sent: number, received: number) => {
    took = received - sent;
    device = Date.now() - took / 2; // its clock when the server told its own
  };
  const lobby = await call("get", "/api/exam/{examId}/lobby", { params: { examId }, onTiming })
    .catch((error) => {
      if (error instanceof Problem && [400, 404].includes(error.status)) return null; // over, or for others
      throw error;
    });
  const ahead = lobby ? device - Date.parse(lobby.serverTime) : 0;
  return { lobby, readAt: performance.now(), took: Math.round(took), ahead };
}

type Told = Awaited<ReturnType<typeof readLobby>>;
type Lobby = NonNullable<Told["lobby"]>;

const untilOpen = ({ exam, serverTime }: Lobby) => Date.parse(exam.startTime) - Date.parse(serverTime);

/** Asks again after each answer, so that a start that is moved shows: more often in the last minute, and not all at once. */
function useAsking({ value, error, again }: { value?: Told; error?: unknown; again: () => void }) {
  useEffect(() => {
    const left = value?.lobby ? untilOpen(value.lobby) - (performance.now() - value.readAt) : 0;
    const spread = 0.75 + Math.random() / 2;
    const pause = left <= 0 ? PAUSE * spread : Math.max(PAUSE_LATE * spread, Math.min(PAUSE * spread, left - LATE));
    const timer = setTimeout(() => document.visibilityState === "visible" && again(), pause); // a hidden page asks when it is seen
    return () => clearTimeout(timer);
  }, [value, error]);
}

/** By the page's own clock, from what the server said: the device's date plays no part. Null when nothing is left. */
function useSecondsLeft(ms: number, readAt: number): number | null {
  const left = () => readAt + ms - performance.now();
  const [, draw] = useState(0);
  useBeat(250, () => draw((n) => n + 1));
  return left() <= 0 ? null : Math.ceil(left() / 1000);
}

/** 01:29:59 */
const span = (seconds: number) =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** Days, and the rest of one. */
const countdown = (seconds: number) =>
  seconds < DAY / 1000 ? t("lobby.countdown", { time: span(seconds) })
    : counted("lobby.countdown.days", Math.floor(seconds / (DAY / 1000)), { time: span(seconds % (DAY / 1000)) });

function NextTry({ ms }: { ms: number }) {
  const [readAt] = useState(() => performance.now());
  return <p role="timer">{counted("lobby.busy", useSecondsLeft(ms, readAt) ?? 0)}</p>;
}

/** Whether a server that is too busy for it asks to come back soon. What is longer away is for the candidate to decide. */
const isSoon = (error: unknown): error is Problem => error instanceof Problem && [429, 503].includes(error.status) && error.retryAfter <= SOON;

function Start({ id }: { id: string }) {
  const [asksCode, setAsksCode] = useState(false);
  const [pause, setPause] = useState<number | null>(null); // ms until the next try
  const isLeft = useRef(false); // the page, and with it the wish
  useEffect(() => () => { isLeft.current = true; }, []);
  async function start(accessCode?: string): Promise<void> {
    try {
      await call("post", "/api/exam-attempt/{examId}/start", { params: { examId: id }, body: accessCode ? { accessCode } : {} });
    } catch (error) {
      if (isSoon(error)) {
        const ms = Math.max(1, error.retryAfter) * 1000 * (1 + Math.random() / 2);
        setPause(ms);
        await new Promise((resolve) => setTimeout(resolve, ms));
        setPause(null);
        return isLeft.current ? undefined : start(accessCode);
      }
      if (error instanceof Problem && error.code.startsWith("access_code")) setAsksCode(true);
      if (!(error instanceof Problem && error.code === "already_attempted")) throw error;
    }
    location.assign(`/sit/${id}`);
  }
  return (
    <Form action={t("lobby.start")} onSend={({ accessCode }) => start(accessCode)}>
      {(form) => (
        <>
          {asksCode && <Field form={form} name="accessCode" label={t("lobby.code")} hint={t("lobby.code.hint")} autocomplete="off" />}
          {pause !== null && <NextTry key={pause} ms={pause} />}
        </>
      )}
    </Form>
  );
}

/** The start, when there is one to wait for: first the opening of the exam, then one's turn in the crowd. */
function Door({ lobby, readAt, again }: { lobby: Lobby; readAt: number; again: () => void }) {
  const opensIn = useSecondsLeft(untilOpen(lobby), readAt);
  const untilStart = useSecondsLeft(lobby.startAfterMs, readAt);
  const isOpen = useRef(opensIn === null);
  useEffect(() => {
    if (opensIn === null && !isOpen.current) again();
    isOpen.current = opensIn === null;
  }, [opensIn]);
  if (untilStart === null) return <><p>{t("lobby.open")}</p><Start id={lobby.exam.id} /></>;
  return opensIn !== null
    ? <p class="countdown" role="timer">{countdown(opensIn)}</p>
    : <p role="timer">{t("lobby.wait", { n: untilStart })}</p>;
}

function Facts({ lobby: { exam, hasAttempt, attemptStatus, deadline, deadlineReason, extraMinutes, serverTime } }: { lobby: Lobby }) {
  const isOpen = exam.startTime <= serverTime && !hasAttempt; // for this candidate to start
  return (
    <dl>
      <dt>{t("lobby.when")}</dt>
      <dd>{t("lobby.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })}</dd>
      <dt>{t("lobby.duration")}</dt>
      <dd>{counted("exams.minutes", exam.durationMinutes)}</dd>
      {(!hasAttempt || attemptStatus === "IN_PROGRESS") && (
        <>
          <dt>{t("lobby.you")}</dt>
          <dd>
            {t(isOpen ? "lobby.ends" : "lobby.ends.coming", { time: showMoment(deadline) })} {t(`lobby.ends.${deadlineReason}`)}
            {extraMinutes > 0 && ` ${counted("lobby.extra", extraMinutes)}`}
          </dd>
        </>
      )}
      <dt>{t("lobby.paper")}</dt>
      <dd>{t("lobby.paper.of", { questions: counted("lobby.questions", exam.totalQuestions), marks: counted("sit.marks", exam.totalMarks, { n: showNumber(exam.totalMarks) }) })}</dd>
    </dl>
  );
}

/** A session that ends amid the exam is renewed before it. Earlier than a day ahead even a new one might not last. */
function LogInAnew({ lobby }: { lobby: Lobby }) {
  const { value } = useResource(async () => (await call("get", "/api/profile/me/sessions")).data.find(({ isCurrent }) => isCurrent));
  if (!value || value.expiresAt >= lobby.deadline || untilOpen(lobby) > DAY) return null;
  return (
    <Notice kind="warn">
      <p>{t("lobby.session", { time: showMoment(value.expiresAt) })}</p>
      <a class="button" href={`/login?next=/exams/${lobby.exam.id}`}>{t("lobby.session.anew")}</a>
    </Notice>
  );
}

function Check({ took, ahead }: Told) {
  put("tripos.check", "1"); // sets isKept
  const isWrong = Math.abs(ahead) > WRONG;
  return (
    <ul class="checks">
      <li class={isKept ? "yes" : "no"}>{t(isKept ? "lobby.check.storage" : "lobby.check.noStorage")}</li>
      <li class="yes">{t("lobby.check.connection", { ms: took })}</li>
      <li class={isWrong ? "no" : "yes"}>
        {isWrong ? t(ahead > 0 ? "lobby.check.ahead" : "lobby.check.behind", { time: span(Math.round(Math.abs(ahead) / 1000)) }) : t("lobby.check.clock")}
      </li>
    </ul>
  );
}

/** The page of the exam, and the scripts and styles that it names. */
async function loadPage(id: string): Promise<void> {
  const html = await (await fetch(`/sit/${id}`)).text();
  await Promise.all((html.match(/\/site\/[\w.-]+/g) ?? []).map((path) => fetch(path)));
}

/** What the page of the exam needs, into the browser's cache. */
function usePreload(id: string, hasFormulas: boolean | undefined) {
  useEffect(() => { loadPage(id).catch(() => undefined); }, [id]);
  useEffect(() => {
    loadMarkdown().catch(() => undefined);
    if (hasFormulas) loadFormulas().catch(() => undefined);
  }, [hasFormulas]);
}

export function Lobby({ id }: { id: string }) {
  const reading = useResource(() => asPerson(() => readLobby(id)));
  const { value, error, again } = reading;
  useAsking(reading);
  usePreload(id, value?.lobby?.exam.hasFormulas);
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  const { lobby, readAt } = value;
  if (!lobby) {
    return (
      <>
        <Title>{t("lobby.gone")}</Title>
        <p>{t("lobby.gone.text")}</p>
        <p><a class="button" href="/exams">{t("lobby.back")}</a></p>
      </>
    );
  }
  const { exam, attemptStatus } = lobby;
  const isWriting = attemptStatus === "IN_PROGRESS";
  const isDone = lobby.hasAttempt && !isWriting;
  return (
    <>
      <p class="crumb"><a href="/exams">{t("lobby.back")}</a></p>
      <Title>{exam.title}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {exam.description && <p class="lead text">{exam.description}</p>}
      <div class="pair">
        <section class="card stack">
          <Facts lobby={lobby} />
          {isDone && (
            <>
              <Notice kind="good"><p>{t(attemptStatus === "SUBMITTED" ? "lobby.handedIn" : "lobby.closed")}</p></Notice>
              <a class="button" href={`/sit/${id}`}>{t("exams.receipt")}</a>
            </>
          )}
          {isWriting && <a class="button main" href={`/sit/${id}`}>{t("exams.goOn")}</a>}
          {!isDone && <LogInAnew lobby={lobby} />}
          {!lobby.hasAttempt && <Door lobby={lobby} readAt={readAt} again={again} />}
        </section>
        <section class="card">
          <h2>{t("lobby.know")}</h2>
          <ul class="text"><li>{t("lobby.know.saved")}</li><li>{t("lobby.know.change")}</li><li>{t("lobby.know.idle")}</li></ul>
          <h2>{t("lobby.check")}</h2>
          <Check {...value} />
        </section>
      </div>
      {exam.instructions && (
        <section class="card">
          <h2>{t("lobby.instructions")}</h2>
          <Rich text={exam.instructions} format="markdown" />
        </section>
      )}
      <SitGuide />
    </>
  );
}
