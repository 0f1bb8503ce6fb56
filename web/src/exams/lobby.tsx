// SPDX-License-Identifier: MIT
// Before an exam: when it begins, what counts, whether this device will do, and the button. The paper is not here: before the
// start no request returns it.

import { useEffect, useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Failure, Loading, Notice, Title, useBeat, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { isKept, put } from "../shared/storage";
import { counted, showMoment, t } from "../shared/texts";

async function readExam(id: string) {
  let took = 0;
  const [live, coming] = await Promise.all([
    call("get", "/api/exam/live", { onTiming: (sent, received) => { took = received - sent; } }), call("get", "/api/exam/upcoming"),
  ]);
  const running = live.exams.find((exam) => exam.id === id);
  return { running, exam: running ?? coming.exams.find((exam) => exam.id === id), took: Math.round(took) };
}

function Countdown({ to, onOver }: { to: string; onOver: () => void }) {
  const [left, setLeft] = useState(() => Date.parse(to) - Date.now());
  useBeat(1000, () => {
    const now = Date.parse(to) - Date.now();
    if (now <= 0) onOver(); // the list of the server decides whether the exam is open
    setLeft(now);
  });
  const seconds = Math.max(0, Math.ceil(left / 1000));
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

function Check({ took }: { took: number }) {
  put("tripos.check", "1"); // sets isKept
  return (
    <ul class="checks">
      <li class={isKept ? "yes" : "no"}>{t(isKept ? "lobby.check.storage" : "lobby.check.noStorage")}</li>
      <li class="yes">{t("lobby.check.connection", { ms: took })}</li>
    </ul>
  );
}

export function Lobby({ id }: { id: string }) {
  const { value, error, again } = useResource(() => asPerson(() => readExam(id)));
  useBeat(20_000, again); // a start that is moved shows
  useEffect(() => { fetch(`/sit/${id}`).catch(() => undefined); }, [id]); // the page of the exam, into the browser's cache
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  const { exam, running, took } = value;
  if (!exam) {
    return (
      <>
        <Title>{t("lobby.gone")}</Title>
        <p>{t("lobby.gone.text")}</p>
        <p><a class="button" href="/exams">{t("lobby.back")}</a></p>
      </>
    );
  }
  const isWriting = running?.attemptStatus === "IN_PROGRESS";
  const isDone = running?.hasAttempt && !isWriting && running.attemptStatus !== "VOIDED";
  return (
    <>
      <p class="crumb"><a href="/exams">{t("lobby.back")}</a></p>
      <Title>{exam.title}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {exam.description && <p class="lead text">{exam.description}</p>}
      <div class="pair">
        <section class="card stack">
          <dl>
            <dt>{t("lobby.when")}</dt>
            <dd>{t("lobby.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })}</dd>
            <dt>{t("lobby.duration")}</dt>
            <dd>{counted("exams.minutes", exam.durationMinutes)}</dd>
          </dl>
          {!running && <Countdown to={exam.startTime} onOver={again} />}
          {isDone && <Notice kind="good"><p>{t("lobby.handedIn")}</p></Notice>}
          {isWriting && <a class="button main" href={`/sit/${id}`}>{t("exams.goOn")}</a>}
          {running && !isWriting && !isDone && <><p>{t("lobby.open")}</p><Start id={id} /></>}
        </section>
        <section class="card">
          <h2>{t("lobby.know")}</h2>
          <ul class="text"><li>{t("lobby.know.saved")}</li><li>{t("lobby.know.change")}</li><li>{t("lobby.know.idle")}</li></ul>
          <h2>{t("lobby.check")}</h2>
          <Check took={took} />
        </section>
      </div>
    </>
  );
}
