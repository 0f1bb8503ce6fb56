// SPDX-License-Identifier: MIT
// The result of an exam, question by question, once it is released. Right and wrong are words, not colours.

import { call, Problem, type Answer } from "../shared/api";
import { ErrorText, Failure, Loading, Notice, Title, useResource } from "../shared/page";
import { Rich } from "../shared/rich";
import { asPerson } from "../shared/session";
import { showNumber, t } from "../shared/texts";

type Whole = Answer<"/api/result/{examId}/analysis", "get">;
type Question = Whole["questions"][number];

function verdict({ studentAnswer, marks, keyHeld }: Question): "right" | "wrong" | "unanswered" | "held" {
  if (keyHeld || studentAnswer.marksObtained === null) return "held"; // another exam still asks it
  if (studentAnswer.selectedOptionIds.length === 0 && studentAnswer.numericalAnswer === null) return "unanswered";
  return studentAnswer.marksObtained >= marks && marks > 0 ? "right" : "wrong";
}

function Options({ question }: { question: Question }) {
  return (
    <ul class="options">
      {question.options.map((option) => {
        const isChosen = question.studentAnswer.selectedOptionIds.includes(option.id);
        return (
          <li key={option.id} class={option.isCorrect ? "correct" : isChosen ? "mistaken" : ""}>
            <Rich class="grow" text={option.text} format={question.format} isInline />
            {isChosen && <span class="tag">{t("result.yours")}</span>}
            {option.isCorrect && <span class="tag good">{t("result.correct")}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function NumberAnswer({ question }: { question: Question }) {
  const { numericalAnswer } = question.studentAnswer;
  const key = question.correctAnswer;
  const right = key && typeof key === "object" && "value" in key ? key : null;
  return (
    <>
      <p>{t("result.yourNumber", { value: numericalAnswer === null ? t("sit.empty") : String(numericalAnswer) })}</p>
      {right && <p>{right.tolerance > 0
        ? t("result.rightNumber.tolerance", { value: right.value, tolerance: right.tolerance })
        : t("result.rightNumber", { value: right.value })}</p>}
    </>
  );
}

function Row({ question }: { question: Question }) {
  const said = verdict(question);
  return (
    <li class="card">
      <div class="row">
        <h3>{t("result.question", { n: question.questionOrder })}</h3>
        <span class={`tag ${said === "right" ? "good" : said === "wrong" ? "bad" : ""}`}>{t(`result.${said}`)}</span>
        <span class="soft">{t("result.points", { score: said === "held" ? "-" : showNumber(question.studentAnswer.marksObtained ?? 0), marks: showNumber(question.marks) })}</span>
      </div>
      {question.correction && <p class="soft">{t(`result.corrected.${question.correction.kind}`)}</p>}
      <Rich text={question.statement} format={question.format} />
      {question.questionType === "NUMERICAL" ? <NumberAnswer question={question} /> : <Options question={question} />}
    </li>
  );
}

export function Result({ id }: { id: string }) {
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/result/{examId}/analysis", { params: { examId: id } })));
  if (error instanceof Problem && ["result_not_released", "not_ready"].includes(error.code)) {
    return (
      <>
        <Title>{t("result.wait")}</Title>
        <Notice><ErrorText error={error} /></Notice>
        <p class="actions"><button type="button" onClick={again}>{t("site.tryAgain")}</button> <a class="button" href="/exams">{t("lobby.back")}</a></p>
      </>
    );
  }
  if (error !== undefined) return <><Title>{t("result.title")}</Title><Failure error={error} retry={again} /></>;
  if (!value) return <Loading />;
  return (
    <>
      <p class="crumb"><a href="/exams">{t("lobby.back")}</a></p>
      <Title>{value.examTitle}</Title>
      <section class="card score">
        <h2>{t("result.score")}</h2>
        <p class="big">{t("result.of", { score: showNumber(value.score ?? 0), total: showNumber(value.totalMarks) })}</p>
        <p class="soft">{t("result.percent", { n: showNumber(value.percentage) })}</p>
      </section>
      {value.questions.some(({ keyHeld }) => keyHeld) && <Notice><p>{t("result.held.why")}</p></Notice>}
      <h2>{t("result.questions")}</h2>
      <ol class="cards tall">{value.questions.map((question) => <Row key={question.questionId} question={question} />)}</ol>
      <p class="actions">
        <button type="button" class="print" onClick={() => print()}>{t("ended.print")}</button>
        <a class="button" href={`/sit/${id}`}>{t("exams.receipt")}</a>
      </p>
    </>
  );
}
