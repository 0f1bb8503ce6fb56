// SPDX-License-Identifier: MIT
// What an exam asks. Of a draft: the bank on one side, the paper on the other, order and marks in place.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { call } from "../shared/api";
import { numberOf } from "../shared/number";
import { Empty, Failure, Notice } from "../shared/page";
import { Rich } from "../shared/rich";
import { counted, showNumber } from "../shared/texts";
import { Bank } from "./bank";
import type { PartProps, WholeExam } from "./exam";
import { many, s } from "./texts";

type Asked = WholeExam["questions"][number];

interface NumberProps { label: string; value: number; round: number; isFit: (value: number) => boolean; take: (value: number) => void; class?: string }

/** A number that is taken when the field is left or Enter is pressed; what is none stays there, and the field says so. With each
    `round` it shows what is so. */
function NumberBox({ label, value, round, isFit, take, class: look }: NumberProps) {
  const input = useRef<HTMLInputElement>(null);
  const why = useId();
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    input.current!.value = String(value);
    setWrong(false);
  }, [value, round]);
  return (
    <>
      <input ref={input} class={look} inputMode="decimal" aria-label={label} defaultValue={String(value)} aria-invalid={isWrong || undefined} aria-describedby={isWrong ? why : undefined} onChange={(event) => {
        const read: unknown = numberOf(event.currentTarget.value);
        const isRight = typeof read === "number" && isFit(read);
        setWrong(!isRight);
        if (isRight && read !== value) take(read);
      }} />
      {isWrong && <span id={why} class="problem" role="alert">{s("paper.wrong")}</span>}
    </>
  );
}

interface RowProps { question: Asked; round: number; at: number; count: number; isDraft: boolean; move: (to: number) => void; setMarks: (marks: number) => void; remove: () => void }

function Row({ question, round, at, count, isDraft, move, setMarks, remove }: RowProps) {
  const n = at + 1;
  // What is disabled loses the focus, and with it the place of whoever uses the keyboard.
  const step = (to: number) => ({ "aria-disabled": to < 0 || to >= count, onClick: () => { if (to >= 0 && to < count) move(to); } });
  return (
    <li class="asked">
      {isDraft
        ? <NumberBox class="rank" round={round} label={s("paper.place.of", { n })} value={n} isFit={(to) => Number.isInteger(to) && to >= 1 && to <= count} take={(to) => move(to - 1)} />
        : <span class="rank">{n}</span>}
      <div class="grow">
        <Rich text={question.statement} format={question.format} class="clip" />
        <p class="soft">{s(`type.${question.questionType}`)} · {question.domain} · {s(`difficulty.${question.difficulty}`)}
          {question.negativeMarks > 0 && ` · ${s("paper.negative", { n: showNumber(question.negativeMarks) })}`}</p>
      </div>
      {isDraft ? (
        <div class="row tools-of">
          <label class="marks">{s("paper.marks")}
            <NumberBox round={round} label={s("paper.marks.of", { n })} value={question.marksForEachQuestion} isFit={(marks) => marks > 0} take={setMarks} />
          </label>
          <button type="button" class="icon" aria-label={s("paper.up", { n })} {...step(at - 1)}>↑</button>
          <button type="button" class="icon" aria-label={s("paper.down", { n })} {...step(at + 1)}>↓</button>
          <button type="button" class="icon" aria-label={s("paper.remove", { n })} onClick={remove}>×</button>
        </div>
      ) : <span class="tag">{counted("sit.marks", question.marksForEachQuestion)}</span>}
    </li>
  );
}

type Placed = { questionId: string; marks?: number };
interface Change { removeQuestionIds: string[]; addQuestionIds: Placed[] }

const isOn = (questions: Asked[], id: string) => questions.some((question) => question.id === id);

/** From the first that differs on, all are taken out and put back in their new order. */
function rearranged(before: Asked[], after: Asked[]): Change {
  const from = after.findIndex((question, at) => question !== before[at]);
  const rest = from < 0 ? [] : after.slice(from).map(({ id, marksForEachQuestion }) => ({ questionId: id, marks: marksForEachQuestion }));
  return { removeQuestionIds: rest.map(({ questionId }) => questionId), addQuestionIds: rest };
}

function moved(questions: Asked[], id: string, to: number): Change {
  const next = questions.filter((question) => question.id !== id);
  next.splice(to, 0, ...questions.filter((question) => question.id === id));
  return rearranged(questions, next);
}

const valued = (questions: Asked[], id: string, marks: number): Change =>
  rearranged(questions, questions.map((question) => (question.id === id ? { ...question, marksForEachQuestion: marks } : question)));

/** The paper, and changes of it: each goes by what the one before it has left. */
function usePaper(read: WholeExam) {
  const [exam, setExam] = useState(read);
  const [error, setError] = useState<unknown>();
  const [said, say] = useState("");
  const [round, setRound] = useState(0);
  const latest = useRef(read), turn = useRef(Promise.resolve()), focused = useRef<Element | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const show = (next: WholeExam) => {
    focused.current = document.activeElement;
    latest.current = next;
    setExam(next);
  };
  useEffect(() => {
    setError(undefined);
    show(read);
  }, [read]);
  useLayoutEffect(() => { // what has been moved has lost the focus; what is gone leaves it to the heading
    const held = focused.current as HTMLElement | null;
    if (document.activeElement === document.body && held && held !== document.body) (held.isConnected ? held : heading.current)?.focus();
  }, [exam]);
  const change = (order: (questions: Asked[]) => Change, told: string) => {
    turn.current = turn.current.then(async () => {
      try {
        const body = order(latest.current.questions);
        if (body.removeQuestionIds.length + body.addQuestionIds.length === 0) return;
        show((await call("post", "/api/exam/{examId}/questions", { params: { examId: read.id }, body })).exam);
        say(told);
      } catch (problem) {
        setError(problem); // until the paper is read again: what follows does not hide it
        setRound((n) => n + 1);
      }
    });
  };
  return { exam, round, error, said, heading, change };
}

export function Paper({ exam: read, again, phase }: PartProps) {
  const { exam, round, error, said, heading, change } = usePaper(read);
  const questions = exam.questions;
  const isDraft = phase === "draft";
  const paper = (
    <section class="card on-paper" aria-labelledby="paper">
      <h2 id="paper" ref={heading} tabIndex={-1}>{many("paper.title", questions.length, { marks: showNumber(exam.totalMarks) })}</h2>
      {error !== undefined && <Failure error={error} retry={again} />}
      <p class="spoken" role="status">{said}</p>
      {questions.length === 0 ? <Empty>{s("paper.empty")}</Empty> : (
        <ol class="rows paper">
          {questions.map(({ id }, at) => (
            <Row key={id} round={round} question={questions[at]!} at={at} count={questions.length} isDraft={isDraft}
              move={(to) => change((now) => moved(now, id, to), s("paper.moved", { n: at + 1, to: to + 1 }))}
              setMarks={(marks) => change((now) => valued(now, id, marks), s("paper.valued", { n: at + 1, marks: showNumber(marks) }))}
              remove={() => change((now) => ({ removeQuestionIds: isOn(now, id) ? [id] : [], addQuestionIds: [] }), s("paper.removed", { n: at + 1 }))} />
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
            <button type="button" aria-disabled={taken.has(id)} aria-label={`${text}: ${statement}`}
              onClick={() => change((now) => ({ removeQuestionIds: [], addQuestionIds: isOn(now, id) ? [] : [{ questionId: id }] }), s("paper.added"))}>{text}</button>
          );
        }} />
      </section>
      {paper}
    </div>
  );
}
