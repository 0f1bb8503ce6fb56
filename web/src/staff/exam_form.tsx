// SPDX-License-Identifier: MIT
// When an exam is, how long, and what its candidates read first. Of a published one only the leaderboard can be changed.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Notice } from "../shared/page";
import { Rich } from "../shared/rich";
import { goTo } from "../shared/router";
import { showMoment, t } from "../shared/texts";
import { Act } from "../shared/dialog";
import type { PartProps, WholeExam } from "./exam";
import { Area, Check, Choice, fromLocal, Moment } from "./fields";
import { s } from "./texts";

type Values = Record<string, string>;
const VIEWS = ["EVERYONE", "CANDIDATES", "NOBODY"] as const;
const NAMES = ["FULL", "INITIALS", "NUMBER"] as const;
const inAnHour = () => new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 3_600_000);

const boardOf = ({ leaderboard, leaderboardNames }: Values) => ({
  leaderboard: leaderboard as WholeExam["leaderboard"], leaderboardNames: leaderboardNames as WholeExam["leaderboardNames"],
});

const bodyOf = (values: Values) => ({
  title: values.title, description: values.description, instructions: values.instructions, durationMinutes: Number(values.durationMinutes),
  startTime: fromLocal(values.startTime!), endTime: fromLocal(values.endTime!), extraTimePastEnd: values.extraTimePastEnd === "on", ...boardOf(values),
});

function Published({ exam }: { exam: WholeExam }) {
  const [isSaved, setSaved] = useState(false);
  return (
    <div class="pair">
      <section class="card">
        <dl>
          <dt>{t("lobby.when")}</dt><dd>{t("lobby.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })}</dd>
          <dt>{s("exam.duration")}</dt><dd>{exam.durationMinutes}</dd>
          <dt>{s("exam.pastEnd.short")}</dt><dd>{s(exam.extraTimePastEnd ? "yes" : "no")}</dd>
        </dl>
        <p class="soft">{s("exam.settings.fixed")}</p>
        {exam.instructions && <><h2>{t("lobby.instructions")}</h2><Rich text={exam.instructions} format="markdown" /></>}
      </section>
      <section class="card">
        <h2>{s("exam.leaderboard.title")}</h2>
        <Form action={s("save")} onSend={async (values) => {
          setSaved(false);
          await call("put", "/api/exam/{examId}/leaderboard", { params: { examId: exam.id }, body: boardOf(values) });
          setSaved(true);
        }}>
          {(form) => <Leaderboard form={form} exam={exam} />}
        </Form>
        {isSaved && <Notice kind="good"><p>{t("profile.saved")}</p></Notice>}
      </section>
    </div>
  );
}

function Leaderboard({ form, exam }: { form: Parameters<typeof Choice>[0]["form"]; exam?: WholeExam }) {
  return (
    <>
      <Choice form={form} name="leaderboard" label={s("exam.leaderboard")} value={exam?.leaderboard}
        options={VIEWS.map((view) => [view, s(`exam.leaderboard.${view}`)])} />
      <Choice form={form} name="leaderboardNames" label={s("exam.names")} value={exam?.leaderboardNames}
        options={NAMES.map((name) => [name, s(`exam.names.${name}`)])} />
    </>
  );
}

export function ExamForm({ exam, again }: Partial<PartProps>) {
  const [isSaved, setSaved] = useState(false);
  const [instructions, setInstructions] = useState(exam?.instructions ?? "");
  if (exam && exam.status !== "DRAFT") return <Published exam={exam} />;
  const start = exam?.startTime ?? inAnHour().toISOString();
  const end = exam?.endTime ?? new Date(inAnHour().getTime() + 7_200_000).toISOString();
  async function save(values: Values) {
    setSaved(false);
    if (!exam) {
      const made = await call("post", "/api/exam/create", { body: bodyOf(values) });
      return goTo(`/staff/exams/${made.exam.id}`);
    }
    await call("put", "/api/exam/{examId}", { params: { examId: exam.id }, body: bodyOf(values) });
    setSaved(true);
    again?.();
  }
  return (
    <section class="card wide-form">
      <Form action={s(exam ? "save" : "exam.create")} onSend={save}>
        {(form) => (
          <>
            <Field form={form} name="title" label={s("exam.title")} value={exam?.title} autocomplete="off" />
            <Area form={form} name="description" label={s("exam.description")} value={exam?.description ?? ""} required={false} rows={2} />
            <div class="thirds">
              <Moment form={form} name="startTime" label={s("exam.start")} value={start} />
              <Moment form={form} name="endTime" label={s("exam.end")} value={end} />
              <Field form={form} name="durationMinutes" label={s("exam.duration")} hint={s("exam.duration.hint")} inputMode="numeric"
                value={String(exam?.durationMinutes ?? 90)} autocomplete="off" />
            </div>
            <Check name="extraTimePastEnd" value={exam?.extraTimePastEnd ?? true}>{s("exam.pastEnd")}</Check>
            <div class="halves" onInput={(event) => {
              const field = event.target as HTMLTextAreaElement;
              if (field.name === "instructions") setInstructions(field.value);
            }}>
              <Area form={form} name="instructions" label={s("exam.instructions")} hint={s("exam.instructions.hint")} value={exam?.instructions ?? ""}
                required={false} rows={8} />
              <div class="preview"><p class="soft">{s("preview")}</p><Rich text={instructions} format="markdown" /></div>
            </div>
            <div class="halves"><Leaderboard form={form} exam={exam} /></div>
          </>
        )}
      </Form>
      {isSaved && <Notice kind="good"><p>{t("profile.saved")}</p></Notice>}
      {exam && (
        <p class="actions apart">
          <Act label={s("exam.delete")} look="danger" title={s("exam.delete.title", { title: exam.title })} action={s("exam.delete")} kind="danger"
            onSend={() => call("delete", "/api/exam/{examId}", { params: { examId: exam.id } }).then(() => goTo("/staff"))}>
            {() => <p>{s("exam.delete.text")}</p>}
          </Act>
        </p>
      )}
    </section>
  );
}
