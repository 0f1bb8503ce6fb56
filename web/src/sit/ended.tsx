// SPDX-License-Identifier: MIT
// After the end, and only when the server says so: a receipt.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Notice, Title, useResource } from "../shared/page";
import { counted, showMoment, t } from "../shared/texts";
import type { Answer } from "./outbox";
import type { Receipt, Sitting } from "./sitting";

const TITLES = { SUBMITTED: "ended.handedIn", AUTO_SUBMITTED: "ended.auto", VOIDED: "ended.void" } as const;

/** What the server has signed, as a file. It says itself whether one is genuine. */
function Signed({ receipt }: { receipt: Receipt }) {
  const [address] = useState(() => URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 1)], { type: "application/json" })));
  return <a class="button print" href={address} download="receipt.json">{t("ended.signed")}</a>;
}

/** How many answers the server has, when this page can tell: another one that handed in may have saved more. */
function received({ receipt, ended, questions, outbox }: Sitting): number | undefined {
  const answers: Answer[] | undefined = receipt ? JSON.parse(receipt.payload).answers
    : ended === "SUBMITTED" || questions.length === 0 ? undefined : [...outbox!.saved.values()].map(({ answer }) => answer);
  return answers?.filter(({ selectedOptionIds, numericalAnswer }) => selectedOptionIds.length > 0 || numericalAnswer !== null).length;
}

/** Which exam it was and when it ended: the page that held it knows, one that is opened later asks. */
function useFacts({ paper, endedAt, exam }: Sitting) {
  const { value: listed } = useResource(async () => (paper ? undefined : (await call("get", "/api/result")).data.find(({ examId }) => examId === exam)));
  return { title: paper?.title ?? listed?.examTitle, at: listed?.submittedAt ?? new Date(endedAt).toISOString() };
}

export function Ended({ sitting }: { sitting: Sitting }) {
  const { title, at } = useFacts(sitting);
  const lost = sitting.outbox?.unsaved.length ?? 0;
  const saved = received(sitting);
  return (
    <main class="alone receipt" id="content">
      <Title>{t(TITLES[sitting.ended!])}</Title>
      <p class="lead">{t(sitting.ended === "VOIDED" ? "ended.void.text" : "ended.text")}</p>
      {lost > 0 && <Notice kind="bad"><p>{counted(sitting.keptAsLate > 0 ? "ended.late" : "ended.lost", lost)}</p></Notice>}
      <section class="card">
        <dl>
          {title && <><dt>{t("ended.exam")}</dt><dd>{title}</dd></>}
          <dt>{t("ended.receipt")}</dt><dd class="code">{sitting.attempt}</dd>
          <dt>{t("ended.time")}</dt><dd>{showMoment(at)}</dd>
          {sitting.receipt && <><dt>{t("ended.signature")}</dt><dd class="code">{sitting.receipt.signature}</dd></>}
          {saved !== undefined && <><dt>{t("ended.answers")}</dt><dd>{t("result.of", { score: saved, total: sitting.questions.length })}</dd></>}
        </dl>
      </section>
      <p class="actions">
        <a class="button main" href="/exams">{t("ended.back")}</a>
        {sitting.receipt && <Signed receipt={sitting.receipt} />}
        <button type="button" class="print" onClick={() => print()}>{t("ended.print")}</button>
      </p>
    </main>
  );
}
