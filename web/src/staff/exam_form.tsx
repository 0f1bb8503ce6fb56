// SPDX-License-Identifier: MIT
// When an exam is, how long, and what its candidates read first. Of a published one only the leaderboard can be changed.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { changesOf } from "../shared/drafts";
import { Field, Form, type FormState } from "../shared/form";
import { numberOf } from "../shared/number";
import { Notice } from "../shared/page";
import { Rich } from "../shared/rich";
import { goTo } from "../shared/router";
import { showMoment, t } from "../shared/texts";
import { Act } from "./dialog";
import type { PartProps, WholeExam } from "./exam";
import { Area, Check, Choice, fromLocal, Moment, toLocal } from "./fields";
import { Kept, useDraft } from "./kept";
import { s } from "./texts";

type Values = Record<string, string>;
const VIEWS = ["EVERYONE", "CANDIDATES", "NOBODY"] as const;
const NAMES = ["FULL", "INITIALS", "NUMBER"] as const;
const inAnHour = () => new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 3_600_000);

const boardOf = ({ leaderboard, leaderboardNames }: Values) => ({
  leaderboard: leaderboard as WholeExam["leaderboard"], leaderboardNames: leaderboardNames as WholeExam["leaderboardNames"],
});

const bodyOf = (values: Values) => ({
  title: values.title, description: values.description, instructions: values.instructions, durationMinutes: numberOf(values.durationMinutes),
  startTime: fromLocal(values.startTime!), endTime: fromLocal(values.endTime!), extraTimePastEnd: values.extraTimePastEnd === "on", ...boardOf(values),
});

/** For an exam that was published with a mistake, or is held again. */
async function copyOf(exam: WholeExam, title: string, once: string): Promise<string> {
  const made = await call("post", "/api/exam/create", { body: { ...bodyOf(valuesOf(exam)), title, startTime: exam.startTime, endTime: exam.endTime }, once });
  const questions = exam.questions.map(({ id, marksForEachQuestion }) => ({ questionId: id, marks: marksForEachQuestion }));
  // Those that are there were put in before an answer was lost.
  if (made.exam.questions.length === 0) await call("post", "/api/exam/{examId}/questions", { params: { examId: made.exam.id }, body: { addQuestionIds: questions } });
  return made.exam.id;
}

function Copy({ exam }: { exam: WholeExam }) {
  return (
    <Act label={s("exam.copy")} title={s("exam.copy.title", { title: exam.title })} action={s("exam.copy.action")}
      onSend={async ({ title = "" }, once) => goTo(`/staff/exams/${await copyOf(exam, title, once)}/settings`)}>
      {(form) => <><p>{s("exam.copy.text")}</p><Field form={form} name="title" label={s("exam.title")} value={exam.title} autocomplete="off" /></>}
    </Act>
  );
}

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
        <p class="actions"><Copy exam={exam} /></p>
        {exam.instructions && <><h2>{t("lobby.instructions")}</h2><Rich text={exam.instructions} format="markdown" /></>}
      </section>
      <section class="card">
        <h2>{s("exam.leaderboard.title")}</h2>
        <div onChange={() => setSaved(false)}>
          <Form action={s("save")} onSend={async (values) => {
            await call("put", "/api/exam/{examId}/leaderboard", { params: { examId: exam.id }, body: boardOf(values) });
            setSaved(true);
          }}>
            {(form) => <Leaderboard form={form} values={valuesOf(exam)} />}
          </Form>
        </div>
        {isSaved && <Notice kind="good"><p>{t("profile.saved")}</p></Notice>}
      </section>
    </div>
  );
}

function Leaderboard({ form, values }: { form: FormState; values: Values }) {
  return (
    <>
      <Choice form={form} name="leaderboard" label={s("exam.leaderboard")} value={values.leaderboard}
        options={VIEWS.map((view) => [view, s(`exam.leaderboard.${view}`)])} />
      <Choice form={form} name="leaderboardNames" label={s("exam.names")} value={values.leaderboardNames}
        options={NAMES.map((name) => [name, s(`exam.names.${name}`)])} />
    </>
  );
}

/** What the fields hold before anything is written into them. */
function valuesOf(exam?: WholeExam): Values {
  const start = exam?.startTime ?? inAnHour().toISOString();
  const end = exam?.endTime ?? new Date(inAnHour().getTime() + 7_200_000).toISOString();
  return {
    title: exam?.title ?? "", description: exam?.description ?? "", instructions: exam?.instructions ?? "", startTime: toLocal(start), endTime: toLocal(end),
    durationMinutes: String(exam?.durationMinutes ?? 90), extraTimePastEnd: exam?.extraTimePastEnd === false ? "" : "on",
    leaderboard: exam?.leaderboard ?? VIEWS[0], leaderboardNames: exam?.leaderboardNames ?? NAMES[0],
  };
}

export function ExamForm({ exam, ...props }: Partial<PartProps> & Pick<PartProps, "who">) {
  return exam && exam.status !== "DRAFT" ? <Published exam={exam} /> : <Draft exam={exam} {...props} />;
}

function Draft({ exam, who, again }: Partial<PartProps> & Pick<PartProps, "who">) {
  const [before, setBefore] = useState(() => valuesOf(exam)); // what the fields were filled with; a colleague may change the exam meanwhile
  const kept = useDraft<Values>(who.id, `exam:${exam?.id ?? "new"}`, before);
  const values: Values = { ...before, ...kept.found } as Values;
  const [round, setRound] = useState(0);
  const [isSaved, setSaved] = useState(false);
  const [instructions, setInstructions] = useState(values.instructions ?? "");
  const start = () => { kept.drop(); setBefore(valuesOf(exam)); setInstructions(exam?.instructions ?? ""); setRound(round + 1); };
  function onInput(event: Event) {
    const { form } = event.target as HTMLInputElement;
    const now = Object.fromEntries([...new FormData(form!)].map(([name, value]) => [name, String(value)]));
    setSaved(false);
    setInstructions(now.instructions ?? "");
    kept.keep({ ...now, extraTimePastEnd: now.extraTimePastEnd ?? "" }); // a box that is not ticked sends nothing
  }
  async function save(values: Values) {
    setSaved(false);
    if (!exam) {
      const made = await call("post", "/api/exam/create", { body: bodyOf(values), once: kept.once });
      kept.drop();
      return goTo(`/staff/exams/${made.exam.id}`);
    }
    await call("put", "/api/exam/{examId}", { params: { examId: exam.id }, body: changesOf(bodyOf(before), bodyOf(values)) });
    kept.drop();
    setBefore({ ...values, extraTimePastEnd: values.extraTimePastEnd ?? "" });
    setSaved(true);
    again?.();
  }
  return (
    <section class="card wide-form">
      {kept.found && <Kept drop={start} />}
      <div onInput={onInput} onChange={onInput}>
        <Form key={round} action={s(exam ? "save" : "exam.create")} onSend={save}>
          {(form) => (
            <>
              <Field form={form} name="title" label={s("exam.title")} value={values.title} autocomplete="off" />
              <Area form={form} name="description" label={s("exam.description")} value={values.description} required={false} rows={2} />
              <div class="thirds">
                <Moment form={form} name="startTime" label={s("exam.start")} value={values.startTime} />
                <Moment form={form} name="endTime" label={s("exam.end")} value={values.endTime} />
                <Field form={form} name="durationMinutes" label={s("exam.duration")} hint={s("exam.duration.hint")} inputMode="numeric"
                  value={values.durationMinutes} autocomplete="off" />
              </div>
              <Check name="extraTimePastEnd" value={values.extraTimePastEnd === "on"}>{s("exam.pastEnd")}</Check>
              <div class="halves">
                <Area form={form} name="instructions" label={s("exam.instructions")} hint={s("exam.instructions.hint")} value={values.instructions}
                  required={false} rows={8} />
                <div class="preview"><p class="soft">{s("preview")}</p><Rich text={instructions} format="markdown" /></div>
              </div>
              <div class="halves"><Leaderboard form={form} values={values} /></div>
            </>
          )}
        </Form>
      </div>
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
