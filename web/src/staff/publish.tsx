// SPDX-License-Identifier: MIT
// Before an exam is published: what to think of, and its title typed by whoever means it. Afterwards the paper is fixed.

import { call, type Answer } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Failure, Loading, useResource } from "../shared/page";
import { goTo } from "../shared/router";
import { may } from "../shared/session";
import { counted, showMoment, t } from "../shared/texts";
import type { PartProps } from "./exam";
import { many, s } from "./texts";

type Warning = Answer<"/api/exam/{examId}/publish-check", "get">["warnings"][number];
const KNOWN = ["window_too_short", "time_cut", "questions_shared"] as const;

const NAMED = 20; // of whose time the end would cut

/** With the names of those whom it is about, for whoever may see accounts. */
async function readCheck(exam: PartProps["exam"], who: PartProps["who"]) {
  const check = await call("get", "/api/exam/{examId}/publish-check", { params: { examId: exam.id } });
  const ids = may(who, "accounts") ? check.warnings.flatMap(({ userIds }) => userIds).slice(0, NAMED) : [];
  const nameOf = (id: string) => call("get", "/api/admin/users/{id}", { params: { id } }).then(({ data }) => data.fullName, () => s("results.deleted"));
  return { ...check, names: await Promise.all(ids.map(nameOf)) };
}

function Told({ warning: { code, message, userIds, examIds }, names }: { warning: Warning; names: string[] }) {
  const known = KNOWN.find((name) => name === code);
  return (
    <li class="no">
      {known ? many(`publish.${known}`, known === "time_cut" ? userIds.length : examIds.length) : message}
      {userIds.length > 0 && names.length > 0 && ` ${names.join(", ")}${userIds.length > names.length ? " …" : ""}`}
      {examIds.length > 0 && examIds.map((id, at) => <span key={id}> <a href={`/staff/exams/${id}`}>{s("publish.other", { n: at + 1 })}</a></span>)}
    </li>
  );
}

export function Publish({ exam, who }: PartProps) {
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
          {value?.warnings.map((warning, at) => <Told key={at} warning={warning} names={value.names} />)}
          {value?.warnings.length === 0 && <li class="yes">{s("publish.clean")}</li>}
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
