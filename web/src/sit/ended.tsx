// SPDX-License-Identifier: MIT
// After the end, and only when the server says so: a receipt, however the exam ended, and as often as somebody comes back for it.

import { useState } from "preact/hooks";
import { call, type Answer as Reply } from "../shared/api";
import { Failure, Notice, Title, useResource } from "../shared/page";
import { counted, showMoment, t } from "../shared/texts";
import type { Answer } from "./outbox";
import type { Sitting } from "./sitting";

type Receipt = Reply<"/api/exam-attempt/{examId}/receipt", "get">["receipt"];
interface Payload { submittedAt: string; answers: Answer[] }

const TITLES = { SUBMITTED: "ended.handedIn", AUTO_SUBMITTED: "ended.auto", VOIDED: "ended.void" } as const;

/** What the server has signed, as a file. It says itself whether one is genuine. */
function Signed({ receipt }: { receipt: Receipt }) {
  const [address] = useState(() => URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 1)], { type: "application/json" })));
  return <a class="button print" href={address} download="receipt.json">{t("ended.signed")}</a>;
}

const isGiven = ({ selectedOptionIds, numericalAnswer }: Answer) => selectedOptionIds.length > 0 || numericalAnswer !== null;

export function Ended({ sitting: { exam, ended, endedAt, attempt, paper, questions, outbox } }: { sitting: Sitting }) {
  const { value, error, again } = useResource(async () =>
    (ended === "VOIDED" ? null : await call("get", "/api/exam-attempt/{examId}/receipt", { params: { examId: exam } })));
  const title = paper?.title ?? value?.examTitle;
  const signed: Payload | undefined = value ? JSON.parse(value.receipt.payload) : undefined;
  const saved = signed?.answers.filter(isGiven).length;
  const lost = outbox && !outbox.isSending ? outbox.unsaved.length : 0;
  const late = outbox?.late ?? 0;
  return (
    <main class="alone receipt" id="content">
      <Title>{t(TITLES[ended!])}</Title>
      <p class="lead">{t(ended === "VOIDED" ? "ended.void.text" : "ended.text")}</p>
      {late > 0 && <Notice kind="bad"><p>{counted("ended.late", late)}</p></Notice>}
      {lost > 0 && <Notice kind="bad"><p>{counted("ended.lost", lost)}</p></Notice>}
      {error !== undefined && <Failure error={error} retry={again} />}
      <section class="card">
        <dl>
          {title && <><dt>{t("ended.exam")}</dt><dd>{title}</dd></>}
          <dt>{t("ended.receipt")}</dt><dd class="code">{attempt}</dd>
          <dt>{t("ended.time")}</dt><dd>{showMoment(signed?.submittedAt ?? new Date(endedAt).toISOString())}</dd>
          {value && <><dt>{t("ended.signature")}</dt><dd class="code">{value.receipt.signature}</dd></>}
          {saved !== undefined && <><dt>{t("ended.answers")}</dt><dd>{paper ? t("result.of", { score: saved, total: questions.length }) : saved}</dd></>}
        </dl>
      </section>
      <p class="actions">
        <a class="button main" href="/exams">{t("ended.back")}</a>
        {value && <Signed receipt={value.receipt} />}
        <button type="button" class="print" onClick={() => print()}>{t("ended.print")}</button>
      </p>
    </main>
  );
}
