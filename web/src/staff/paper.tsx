// SPDX-License-Identifier: MIT
// What an exam asks. Of a draft: the bank on one side, the paper on the other, order and marks in place.

import { useEffect, useState } from "preact/hooks";
import { call } from "../shared/api";
import { Empty, Failure, Notice } from "../shared/page";
import { Rich } from "../shared/rich";
import { counted, showNumber } from "../shared/texts";
import { Bank } from "./bank";
import type { PartProps, WholeExam } from "./exam";
import { many, s } from "./texts";

type Asked = WholeExam["questions"][number];

interface RowProps { question: Asked; at: number; count: number; isDraft: boolean; isBusy: boolean; move: (to: number) => void; setMarks: (marks: number) => void; remove: () => void }

function Row({ question, at, count, isDraft, isBusy, move, setMarks, remove }: RowProps) {
  const n = at + 1;
  return (
    <li class="asked">
      <span class="rank">{n}</span>
      <div class="grow">
        <Rich text={question.statement} format={question.format} class="clip" />
        <p class="soft">{s(`type.${question.questionType}`)} · {question.domain} · {s(`difficulty.${question.difficulty}`)}
          {question.negativeMarks > 0 && ` · ${s("paper.negative", { n: showNumber(question.negativeMarks) })}`}</p>
      </div>
      {isDraft ? (
        <div class="row tools-of">
          <label class="marks">{s("paper.marks")}
            <input inputMode="decimal" aria-label={s("paper.marks.of", { n })} defaultValue={String(question.marksForEachQuestion)} disabled={isBusy}
              onChange={(event) => setMarks(Number(event.currentTarget.value.replace(",", ".")))} />
          </label>
          <button type="button" class="icon" aria-label={s("paper.up", { n })} disabled={isBusy || at === 0} onClick={() => move(at - 1)}>↑</button>
          <button type="button" class="icon" aria-label={s("paper.down", { n })} disabled={isBusy || n === count} onClick={() => move(at + 1)}>↓</button>
          <button type="button" class="icon" aria-label={s("paper.remove", { n })} disabled={isBusy} onClick={remove}>×</button>
        </div>
      ) : <span class="tag">{counted("sit.marks", question.marksForEachQuestion)}</span>}
    </li>
  );
}

export function Paper({ exam: read, again, phase }: PartProps) {
  const [exam, setExam] = useState(read);
  useEffect(() => setExam(read), [read]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [said, say] = useState("");
  const questions = exam.questions;
  const isDraft = phase === "draft";

  async function change(removeQuestionIds: string[], addQuestionIds: { questionId: string; marks?: number }[], told: string) {
    setBusy(true);
    setError(undefined);
    try {
      const changed = await call("post", "/api/exam/{examId}/questions", { params: { examId: exam.id }, body: { removeQuestionIds, addQuestionIds } });
      setExam(changed.exam);
      say(told);
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  }

  /** From the first that differs on, all are taken out and put back in their new order. */
  function arrange(next: Asked[], told: string) {
    const from = next.findIndex((question, at) => question !== questions[at]);
    if (from < 0) return;
    const rest = next.slice(from).map(({ id, marksForEachQuestion }) => ({ questionId: id, marks: marksForEachQuestion }));
    void change(rest.map(({ questionId }) => questionId), rest, told);
  }

  function move(at: number, to: number) {
    const next = [...questions];
    next.splice(to, 0, ...next.splice(at, 1));
    arrange(next, s("paper.moved", { n: at + 1, to: to + 1 }));
  }

  function setMarks(at: number, marks: number) {
    if (!(marks > 0) || marks === questions[at]!.marksForEachQuestion) return;
    arrange(questions.map((question, n) => (n === at ? { ...question, marksForEachQuestion: marks } : question)), s("paper.valued", { n: at + 1, marks }));
  }

  const paper = (
    <section class="card on-paper" aria-labelledby="paper">
      <h2 id="paper">{many("paper.title", questions.length, { marks: showNumber(exam.totalMarks) })}</h2>
      {error !== undefined && <Failure error={error} retry={again} />}
      <p class="spoken" role="status">{said}</p>
      {questions.length === 0 ? <Empty>{s("paper.empty")}</Empty> : (
        <ol class="rows paper">
          {questions.map((question, at) => (
            <Row key={`${question.id}:${question.marksForEachQuestion}`} question={question} at={at} count={questions.length} isDraft={isDraft} isBusy={isBusy}
              move={(to) => move(at, to)} setMarks={(marks) => setMarks(at, marks)} remove={() => void change([question.id], [], s("paper.removed", { n: at + 1 }))} />
          ))}
        </ol>
      )}
    </section>
  );
  if (!isDraft) return <><Notice><p>{s("paper.fixed")}</p></Notice>{paper}</>;
  const taken = new Set(questions.map(({ id }) => id));
  return (
    <div class="builder">
      <section class="card" aria-labelledby="bank">
        <h2 id="bank">{s("bank.title")}</h2>
        <Bank action={({ id, statement }) => {
          const text = s(taken.has(id) ? "paper.isThere" : "paper.add");
          return (
            <button type="button" disabled={isBusy || taken.has(id)} aria-label={`${text}: ${statement}`}
              onClick={() => void change([], [{ questionId: id }], s("paper.added"))}>{text}</button>
          );
        }} />
      </section>
      {paper}
    </div>
  );
}
