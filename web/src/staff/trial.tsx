// SPDX-License-Identifier: MIT
// The paper as a candidate goes through it, question by question. What is answered counts nowhere and is kept nowhere; that somebody
// has gone through this very paper is remembered in this browser, for the checklist.

import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import { Empty, Failure, Loading, Notice, useResource } from "../shared/page";
import { Rich } from "../shared/rich";
import { get, put } from "../shared/storage";
import { counted, showNumber, t } from "../shared/texts";
import type { Answer } from "../sit/outbox";
import { Asked } from "../sit/question";
import type { PartProps, WholeExam } from "./exam";
import { many, s } from "./texts";

const nameOf = (exam: WholeExam) => `tripos.tried:${exam.id}`;
const paperOf = ({ instructions, questions }: WholeExam) =>
  JSON.stringify([instructions, ...questions.map(({ id, marksForEachQuestion, updatedAt }) => [id, marksForEachQuestion, updatedAt])]);

/** In this browser, and nothing has been changed since. */
export const isTried = (exam: WholeExam) => get(nameOf(exam)) === paperOf(exam);

const NOTHING: Answer = { selectedOptionIds: [], numericalAnswer: null, flagged: false };

function Question({ asked, answer, change }: { asked: WholeExam["questions"][number]; answer: Answer; change: (part: Partial<Answer>) => void }) {
  const { value, error, again } = useResource(() => call("get", "/api/question/{id}", { params: { id: asked.id } }));
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  const { id, statement, format, questionType, options } = value.data;
  return <Asked question={{ id, statement, format, questionType, options: options.map((option) => ({ id: option.id, text: option.text })) }} answer={answer} isOpen change={change} />;
}

export function Trial({ exam }: PartProps) {
  const [at, setAt] = useState(0);
  const [answers, setAnswers] = useState<Record<string, Answer>>({});
  const { questions } = exam;
  const asked = questions[at];
  const answered = Object.values(answers).filter(({ selectedOptionIds, numericalAnswer }) => selectedOptionIds.length > 0 || numericalAnswer !== null).length;
  const isOver = questions.length > 0 && asked === undefined;
  useEffect(() => { if (isOver) put(nameOf(exam), paperOf(exam)); }, [isOver]);
  if (questions.length === 0) return <Empty>{s("paper.empty")}</Empty>;
  return (
    <>
      <Notice><p>{s("trial.text")}</p></Notice>
      <section class="card question" aria-labelledby="trial">
        <div class="row">
          <h2 id="trial" key={at} tabIndex={-1} ref={(heading: HTMLElement | null) => { if (at > 0) heading?.focus(); }}>
            {asked ? t("sit.question", { n: at + 1, total: questions.length }) : s("trial.over")}
          </h2>
          {asked && <span class="tag">{counted("sit.marks", asked.marksForEachQuestion, { n: showNumber(asked.marksForEachQuestion) })}</span>}
        </div>
        {at === 0 && exam.instructions && <details open><summary>{t("lobby.instructions")}</summary><Rich text={exam.instructions} format="markdown" /></details>}
        {asked
          ? <Question key={asked.id} asked={asked} answer={answers[asked.id] ?? NOTHING}
              change={(part) => setAnswers((old) => ({ ...old, [asked.id]: { ...NOTHING, ...old[asked.id], ...part } }))} />
          : <p>{many("trial.answered", answered, { total: questions.length })}</p>}
        <div class="row steps">
          <button type="button" aria-disabled={at === 0} onClick={() => { if (at > 0) setAt(at - 1); }}>{t("sit.previous")}</button>
          {asked && <button type="button" class="main" onClick={() => setAt(at + 1)}>{at + 1 < questions.length ? t("sit.next") : s("trial.end")}</button>}
        </div>
      </section>
    </>
  );
}
