// SPDX-License-Identifier: MIT
// One question: its kinds, its mark, and the choice when it was answered elsewhere too.

import { useEffect, useRef, useState } from "preact/hooks";
import { Title } from "../shared/page";
import { Rich, type Format } from "../shared/rich";
import { counted, showTime, t } from "../shared/texts";
import { parseNumber } from "../shared/number";
import type { Answer } from "./outbox";
import type { Question, Sitting } from "./sitting";

const PAUSE = 600; // ms after the last key of a number

export type AskedQuestion = Pick<Question, "id" | "statement" | "format" | "questionType" | "options">;
interface AnswerProps {
  question: AskedQuestion;
  answer: Answer;
  isOpen: boolean;
  change: (part: Partial<Answer>) => void;
  /** By question: what is no number stays here when the page turns to another. */
  typed?: Map<string, string>;
}

/** The name of an option with a formula is its source: flattened to a name, MathML would lose its fractions and powers. */
const spoken = (text: string, format: Format) => (format === "markdown" && text.includes("$") ? text.replaceAll("$", "") : undefined);

function Choices({ question, answer, isOpen, change }: AnswerProps) {
  const isMany = question.questionType === "MULTIPLE_CORRECT";
  const chosen = answer.selectedOptionIds;
  const choose = (id: string) => change({
    selectedOptionIds: !isMany ? [id] : chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id],
  });
  return (
    <fieldset class="choices" disabled={!isOpen}>
      <legend>{t(isMany ? "sit.choose.many" : "sit.choose.one")}</legend>
      {question.options.map((option) => (
        <label key={option.id} class={chosen.includes(option.id) ? "choice chosen" : "choice"}>
          <input type={isMany ? "checkbox" : "radio"} name={question.id} checked={chosen.includes(option.id)} aria-label={spoken(option.text, question.format)} onChange={() => choose(option.id)} />
          <Rich text={option.text} format={question.format} isInline />
        </label>
      ))}
    </fieldset>
  );
}

/** A text field, not one of type number: a wheel must not change an answer, and what is no number stays on the screen. */
function NumberField({ question, answer, isOpen, change, typed }: AnswerProps) {
  const given = answer.numericalAnswer === null ? "" : String(answer.numericalAnswer);
  const [text, setText] = useState(typed?.get(question.id) ?? given);
  const own = useRef(answer.numericalAnswer);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef({ text, change });
  latest.current = { text, change };
  const value = parseNumber(text);
  const id = `number-${question.id}`;

  const take = () => {
    clearTimeout(timer.current);
    const read = parseNumber(latest.current.text);
    if (read === undefined || read === own.current) return;
    own.current = read;
    latest.current.change({ numericalAnswer: read });
  };
  const write = (next: string) => {
    setText(next);
    if (parseNumber(next) === undefined) typed?.set(question.id, next);
    else typed?.delete(question.id);
  };
  useEffect(() => { // whoever leaves this question, or the page, has given what stands there
    const leaving = ["pagehide", "visibilitychange"];
    for (const name of leaving) addEventListener(name, take);
    return () => {
      for (const name of leaving) removeEventListener(name, take);
      take();
    };
  }, []);
  useEffect(() => { // cleared with the button, or replaced by the answer of another page
    if (answer.numericalAnswer === own.current) return;
    own.current = answer.numericalAnswer;
    write(given);
  }, [answer.numericalAnswer]);

  return (
    <div class={value === undefined ? "field wrong" : "field"}>
      <label for={id}>{t("sit.number")}</label>
      <input id={id} type="text" inputMode="decimal" autocomplete="off" spellcheck={false} value={text} disabled={!isOpen}
        aria-describedby={`${id}-read`} aria-invalid={value === undefined ? true : undefined} onBlur={take}
        onInput={(event) => {
          write(event.currentTarget.value);
          clearTimeout(timer.current);
          timer.current = setTimeout(take, PAUSE);
        }} />
      <p id={`${id}-read`} class={value === undefined ? "problem" : "hint"}>
        {value === undefined ? t("sit.number.wrong") : value === null ? "\u00a0" : t("sit.number.read", { value })}
      </p>
    </div>
  );
}

/** What is asked, and where to answer: also the preview of the staff. */
export function Asked(props: AnswerProps) {
  const { question } = props;
  return (
    <>
      <Rich class="statement" text={question.statement} format={question.format} />
      {question.questionType === "NUMERICAL" ? <NumberField {...props} /> : <Choices {...props} />}
    </>
  );
}

function Given({ question, answer }: { question: Question; answer: Omit<Answer, "flagged"> }) {
  const chosen = question.options.filter(({ id }) => answer.selectedOptionIds.includes(id));
  if (chosen.length === 0) return <dd>{answer.numericalAnswer ?? t("sit.empty")}</dd>;
  return <dd>{chosen.map(({ id, text }) => <Rich key={id} text={text} format={question.format} />)}</dd>;
}

/** Two answers side by side; nothing when there is one. */
export function Conflict({ sitting, question }: { sitting: Sitting; question: Question }) {
  const outbox = sitting.outbox!;
  const stored = outbox.conflict(question.id);
  if (!stored) return null;
  return (
    <div class="notice bad" role="alert">
      <h2>{t("sit.conflict.title")}</h2>
      <p>{t("sit.conflict")}</p>
      <dl>
        <dt>{t("sit.conflict.mine")}</dt><Given question={question} answer={outbox.answer(question.id)} />
        <dt>{t("sit.conflict.theirs", { time: showTime(Date.parse(stored.savedAt)) })}</dt><Given question={question} answer={stored} />
      </dl>
      <p class="actions">
        <button type="button" onClick={() => outbox.resolve(question.id, true)}>{t("sit.conflict.keepMine")}</button>
        <button type="button" onClick={() => outbox.resolve(question.id, false)}>{t("sit.conflict.keepTheirs")}</button>
      </p>
    </div>
  );
}

interface QuestionProps { sitting: Sitting; question: Question; index: number; go: (to: number) => void; review: () => void }

export function QuestionView({ sitting, question, index, go, review }: QuestionProps) {
  const outbox = sitting.outbox!;
  const answer = outbox.answer(question.id);
  const isOpen = sitting.canWrite && !outbox.conflict(question.id);
  const total = sitting.questions.length;
  const refusal = outbox.refusal(question.id);
  const change = (part: Partial<Answer>) => outbox.change(question.id, { ...outbox.answer(question.id), ...part });
  const props = { question, answer, isOpen, change, typed: sitting.typed };
  return (
    <article class="question">
      <div class="row">
        <Title>{t("sit.question", { n: index + 1, total })}</Title>
        <span class="tag">{counted("sit.marks", question.marks)}</span>
      </div>
      <Conflict sitting={sitting} question={question} />
      {refusal && <div class="notice bad" role="alert"><p>{t("sit.refused", { why: refusal })}</p></div>}
      <Asked {...props} />
      <div class="row tools">
        <label class="check"><input type="checkbox" checked={answer.flagged} disabled={!isOpen}
          onChange={() => change({ flagged: !answer.flagged })} /> {t("sit.mark")}</label>
        <button type="button" class="link" disabled={!isOpen || !sitting.isAnswered(question.id)}
          onClick={() => change({ selectedOptionIds: [], numericalAnswer: null })}>{t("sit.clear")}</button>
      </div>
      <div class="row steps">
        <button type="button" disabled={index === 0} onClick={() => go(index - 1)}>{t("sit.previous")}</button>
        {index + 1 < total
          ? <button type="button" class="main" onClick={() => go(index + 1)}>{t("sit.next")}</button>
          : <button type="button" class="main" onClick={review}>{t("sit.review")}</button>}
      </div>
    </article>
  );
}
