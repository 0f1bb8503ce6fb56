// SPDX-License-Identifier: MIT
// Before an exam is published: what to think of, and its title typed by whoever means it. Afterwards the paper is fixed.

import { useState } from "preact/hooks";
import { call, Problem, type Answer } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Failure, Loading, useResource } from "../shared/page";
import { goTo } from "../shared/router";
import { may } from "../shared/session";
import { counted, showMoment, t } from "../shared/texts";
import type { PartProps } from "./exam";
import { brokenFormulas, type BrokenFormula } from "./formula_check";
import { many, s } from "./texts";
import { isTried } from "./trial";

type Warning = Answer<"/api/exam/{examId}/publish-check", "get">["warnings"][number];
const KNOWN = ["window_too_short", "time_cut", "questions_shared"] as const;

const NAMED = 20; // people, and exams, that a warning names

/** With the names of those whom it is about, for whoever may see accounts, and with what only drawing can tell. */
async function readCheck(exam: PartProps["exam"], who: PartProps["who"]) {
  const params = { examId: exam.id };
  const [check, formulas] = await Promise.all([
    call("get", "/api/exam/{examId}/publish-check", { params }),
    call("get", "/api/exam/{examId}", { params }).then((now) => brokenFormulas(now.exam)),
  ]);
  const gone = (error: unknown) => (error instanceof Problem && error.status === 404 ? s("results.deleted") : "?");
  const nameOf = (id: string) => call("get", "/api/admin/users/{id}", { params: { id } }).then(({ data }) => data.fullName, gone);
  const titleOf = (examId: string) => call("get", "/api/exam/{examId}", { params: { examId } }).then(({ exam: { title } }) => title, gone);
  const people = may(who, "accounts") ? check.warnings.flatMap(({ userIds }) => userIds).slice(0, NAMED) : [];
  const exams = check.warnings.flatMap(({ examIds }) => examIds).slice(0, NAMED);
  const [names, titles] = await Promise.all([Promise.all(people.map(nameOf)), Promise.all(exams.map(titleOf))]);
  return { ...check, formulas, names, titles };
}

type Check = Awaited<ReturnType<typeof readCheck>>;

function Told({ warning: { code, message, userIds, examIds }, check: { names, titles } }: { warning: Warning; check: Check }) {
  const known = KNOWN.find((name) => name === code);
  return (
    <>
      {known ? many(`publish.${known}`, known === "time_cut" ? userIds.length : examIds.length) : message}
      {userIds.length > 0 && names.length > 0 && ` ${names.join(", ")}${userIds.length > names.length ? " …" : ""}`}
      {examIds.slice(0, NAMED).map((id, at) => <span key={id}> <a href={`/staff/exams/${id}`}>{titles[at]}</a></span>)}
      {examIds.length > NAMED && " …"}
    </>
  );
}

/** One press, and the end cuts nobody's extra time any more. */
function PassEnd({ exam, again }: Pick<PartProps, "exam" | "again">) {
  const [problem, setProblem] = useState<unknown>();
  const pass = () => call("put", "/api/exam/{examId}", { params: { examId: exam.id }, body: { extraTimePastEnd: true } }).then(again, setProblem);
  return (
    <>
      {" "}<button type="button" onClick={() => void pass()}>{s("publish.passEnd")}</button>
      {problem !== undefined && <Failure error={problem} retry={() => void pass()} />}
    </>
  );
}

function Formulas({ broken }: { broken: BrokenFormula[] }) {
  return (
    <>{broken.map(({ question, tex, problem }, at) => (
      <li key={at} class="no">
        {question ? <a href={`/staff/questions/${question.id}`}>{t("result.question", { n: question.number })}</a> : s("exam.instructions")}: {s("publish.formula")} <code>{tex}</code> <span class="soft" lang="en">{problem}</span>
      </li>
    ))}</>
  );
}

export function Publish({ exam, who, again: reread }: PartProps) {
  const { value, error, again } = useResource(() => readCheck(exam, who));
  const hasQuestions = exam.questions.length > 0;
  return (
    <div class="pair">
      <section class="card">
        <h2>{s("publish.check")}</h2>
        {error !== undefined && <Failure error={error} retry={again} />}
        {!value && error === undefined && <Loading />}
        <ul class="checks">
          <li class={hasQuestions ? "yes" : "no"}>{hasQuestions ? many("paper.title", exam.questions.length, { marks: exam.totalMarks }) : s("publish.empty")}</li>
          <li class="yes">{t("lobby.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })} · {counted("exams.minutes", exam.durationMinutes)}</li>
          <li class={isTried(exam) ? "yes" : "no"}>{isTried(exam) ? s("publish.tried") : <>{s("publish.untried")} <a href={`/staff/exams/${exam.id}/try`}>{s("exam.part.try")}</a></>}</li>
          <li class="yes">{s("publish.release")}</li>
          {value && <Formulas broken={value.formulas} />}
          {value?.warnings.map((warning, at) => (
            <li key={at} class="no">
              <Told warning={warning} check={value} />
              {warning.code === "time_cut" && !exam.extraTimePastEnd && <PassEnd exam={exam} again={() => { reread(); again(); }} />}
            </li>
          ))}
          {value?.warnings.length === 0 && value.formulas.length === 0 && <li class="yes">{s("publish.clean")}</li>}
        </ul>
      </section>
      <section class="card">
        <h2>{s("publish.title")}</h2>
        {!may(who, "publish") ? <p>{s("publish.others")}</p> : (
          <>
            <p>{s("publish.text")}</p>
            <Form action={s("publish.action")} onSend={async ({ confirm = "" }) => {
              await call("post", "/api/exam/{examId}/publish", { params: { examId: exam.id }, body: { confirm } });
              goTo(`/staff/exams/${exam.id}/board`);
            }}>
              {(form) => <Field form={form} name="confirm" label={s("publish.confirm", { title: exam.title })} autocomplete="off" />}
            </Form>
          </>
        )}
      </section>
    </div>
  );
}
