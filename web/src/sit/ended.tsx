// SPDX-License-Identifier: MIT
// After the end, and only when the server says so: a receipt.

import { Notice, Title } from "../shared/page";
import { counted, showTime, t } from "../shared/texts";
import type { Sitting } from "./sitting";

const TITLES = { SUBMITTED: "ended.handedIn", AUTO_SUBMITTED: "ended.auto", VOIDED: "ended.void" } as const;

export function Receipt({ sitting }: { sitting: Sitting }) {
  const lost = sitting.outbox?.unsaved.length ?? 0;
  const saved = sitting.questions.filter(({ id }) => {
    const answer = sitting.outbox?.saved.get(id)?.answer;
    return answer && (answer.selectedOptionIds.length > 0 || answer.numericalAnswer !== null);
  }).length;
  return (
    <main class="alone receipt" id="content">
      <Title>{t(TITLES[sitting.ended!])}</Title>
      <p class="lead">{t(sitting.ended === "VOIDED" ? "ended.void.text" : "ended.text")}</p>
      {lost > 0 && <Notice kind="bad"><p>{counted("ended.lost", lost)}</p></Notice>}
      <section class="card">
        <dl>
          {sitting.paper && <><dt>{t("ended.exam")}</dt><dd>{sitting.paper.title}</dd></>}
          <dt>{t("ended.receipt")}</dt><dd class="code">{sitting.attempt}</dd>
          <dt>{t("ended.time")}</dt><dd>{showTime(sitting.endedAt)}</dd>
          {sitting.paper && <><dt>{t("ended.answers")}</dt><dd>{t("result.of", { score: saved, total: sitting.questions.length })}</dd></>}
        </dl>
      </section>
      <p class="actions">
        <a class="button main" href="/exams">{t("ended.back")}</a>
        <button type="button" class="print" onClick={() => print()}>{t("ended.print")}</button>
      </p>
    </main>
  );
}
