// SPDX-License-Identifier: MIT
// How each question of a published exam is graded, corrections of it, and the regrade that puts them in force.

import { useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Field, type FormState } from "../shared/form";
import { Failure, Loading, Notice, useResource } from "../shared/page";
import { Rich } from "../shared/rich";
import { asPerson } from "../shared/session";
import { counted, showMoment, showNumber, t } from "../shared/texts";
import { numberOf } from "../shared/number";
import { Act } from "./dialog";
import type { PartProps } from "./exam";
import { Choice, Reason } from "./fields";
import { Regrade } from "./regrade";
import { many, s } from "./texts";

type Whole = Answer<"/api/exam/{examId}/corrections", "get">;
type Question = Whole["questions"][number];
type Correction = Whole["data"][number];
type Right = Correction["answers"][number];
const KINDS = ["ANSWERS", "FULL_MARKS", "DROP"] as const;

/** A right answer: options by their text. */
function Key({ question: { options, format }, right }: { question: Question; right: Right }) {
  if (typeof right === "object" && "value" in right) return <>{right.tolerance > 0 ? s("grading.number", { ...right }) : right.value}</>;
  return <>{[right].flat().map((id, n) => <>{n > 0 && " + "}<Rich text={options.find((option) => option.id === id)?.text ?? id} format={format} isInline /></>)}</>;
}

function Keys({ question, kind, answers }: { question: Question; kind: Correction["kind"]; answers: Right[] }) {
  if (kind !== "ANSWERS") return <>{s(`grading.${kind}`)}</>;
  return <>{answers.map((right, n) => <>{n > 0 && s("grading.or")}<Key question={question} right={right} /></>)}</>;
}

/** The answers that the fields name: of options those that are checked - each alone, or all together - of numbers one per line. */
function answersOf({ questionType, options }: Question, values: Record<string, string>) {
  if (questionType === "NUMERICAL") {
    const tolerance = numberOf(values.tolerance);
    return (values.numbers ?? "").split(/[;\n]/).filter((text) => text.trim() !== "").map((text) => ({ value: numberOf(text), tolerance }));
  }
  const chosen = options.filter(({ id }) => values[id] === "on").map(({ id }) => id);
  return questionType === "SINGLE_CORRECT" ? chosen.map((id) => ({ optionIds: [id] })) : [{ optionIds: chosen }];
}

function Answers({ form, question }: { form: FormState; question: Question }) {
  if (question.questionType === "NUMERICAL") {
    const key = question.correctAnswer;
    const known = key && typeof key === "object" && "value" in key ? key : undefined;
    return (
      <>
        <Field form={form} name="numbers" label={s("grading.numbers")} hint={s("grading.numbers.hint")} value={String(known?.value ?? "")} autocomplete="off" />
        <Field form={form} name="tolerance" label={s("question.tolerance")} value={String(known?.tolerance ?? 0)} inputMode="decimal" autocomplete="off" />
      </>
    );
  }
  return (
    <fieldset class="choices">
      <legend>{s(question.questionType === "SINGLE_CORRECT" ? "grading.accepted" : "grading.exactly")}</legend>
      {question.options.map(({ id, text, isCorrect }) => (
        <label key={id} class="check"><input type="checkbox" name={id} defaultChecked={isCorrect === true} /> <Rich text={text} format={question.format} isInline /></label>
      ))}
    </fieldset>
  );
}

function Correct({ examId, question, done }: { examId: string; question: Question; done: () => void }) {
  const [kind, setKind] = useState<Correction["kind"]>("ANSWERS");
  const name = t("result.question", { n: question.questionOrder });
  return (
    <Act label={s("grading.correct")} of={name} title={s("grading.correct.title", { name })} action={s("grading.keep")}
      onSend={({ reason = "", kind: _, ...values }) => call("post", "/api/exam/{examId}/corrections", {
        params: { examId },
        body: { questionId: question.questionId, kind, reason, ...(kind === "ANSWERS" && { answers: answersOf(question, values) }) },
      }).then(done)}>
      {(form) => (
        <>
          <p>{s("grading.later")}</p>
          <div class="field" onChange={(event) => {
            const field = event.target as HTMLSelectElement;
            if (field.name === "kind") setKind(field.value as Correction["kind"]);
          }}>
            <Choice form={form} name="kind" label={s("grading.kind")} value={kind} options={KINDS.map((one) => [one, s(`grading.kind.${one}`)])} />
          </div>
          {kind === "ANSWERS" && <Answers form={form} question={question} />}
          <Reason form={form} />
        </>
      )}
    </Act>
  );
}

function Row({ question, corrections, examId, done }: { question: Question; corrections: Correction[]; examId: string; done: () => void }) {
  const { correction, correctAnswer } = question;
  const inForce = correction ?? (correctAnswer && { kind: "ANSWERS" as const, answers: [correctAnswer] });
  return (
    <li class="asked">
      <span class="rank">{question.questionOrder}</span>
      <div class="grow">
        <Rich text={question.statement} format={question.format} class="clip" />
        <p>{s("grading.now")} <strong>{inForce ? <Keys question={question} kind={inForce.kind} answers={inForce.answers} /> : "–"}</strong> <span class="soft">{counted("sit.marks", question.marks, { n: showNumber(question.marks) })}</span></p>
        {corrections.map((one) => (
          <p key={one.number} class="soft">
            <span class={one.inForce ? "tag" : "tag warn"}>{s(one.inForce ? "grading.inForce" : "grading.waiting")}</span>{" "}
            <Keys question={question} kind={one.kind} answers={one.answers} /> · {one.reason} · {showMoment(one.madeAt)}
          </p>
        ))}
      </div>
      <Correct examId={examId} question={question} done={done} />
    </li>
  );
}

export function Grading({ exam }: PartProps) {
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/exam/{examId}/corrections", { params: { examId: exam.id } })));
  const [isDone, setDone] = useState(false);
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  const waiting = value.data.filter(({ inForce }) => !inForce).length;
  return (
    <>
      <section class="card" aria-labelledby="regrade">
        <h2 id="regrade">{s("regrade.title")}</h2>
        <p>{many("regrade.waiting", waiting)}</p>
        {isDone && waiting === 0 && <Notice kind="good"><p>{s("regrade.done")}</p></Notice>}
        <Regrade key={value.data.length} exam={exam} done={() => { setDone(true); again(); }} />
      </section>
      <section class="card" aria-labelledby="keys">
        <h2 id="keys">{s("grading.title")}</h2>
        <ol class="rows paper">
          {value.questions.map((question) => (
            <Row key={question.questionId} question={question} examId={exam.id} done={again}
              corrections={value.data.filter(({ questionId }) => questionId === question.questionId)} />
          ))}
        </ol>
      </section>
    </>
  );
}
