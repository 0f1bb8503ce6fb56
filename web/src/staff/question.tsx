// SPDX-License-Identifier: MIT
// One question of the bank, beside what candidates will see of it. One that a published exam asks stays as it is: copy it.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { changesOf } from "../shared/drafts";
import { Field, Form, type FormState } from "../shared/form";
import { Failure, Loading, Notice, Title, useResource } from "../shared/page";
import type { Format } from "../shared/rich";
import { goTo, type Place } from "../shared/router";
import { asPerson, signedIn, type Person } from "../shared/session";
import { counted, t } from "../shared/texts";
import { numberOf, parseNumber } from "../shared/number";
import type { Answer } from "../sit/outbox";
import { Asked } from "../sit/question";
import { DIFFICULTIES, TYPES, type BankQuestion } from "./bank";
import { Act } from "./dialog";
import { Area, Choice } from "./fields";
import { Kept, useDraft } from "./kept";
import { s } from "./texts";

type Kind = BankQuestion["questionType"];
interface Option { key: string; text: string; isRight: boolean }
/** What the fields hold, as they are typed. */
interface Draft {
  statement: string; format: Format; questionType: Kind; domain: string; difficulty: BankQuestion["difficulty"];
  marks: string; negativeMarks: string; numericalAnswer: string; tolerance: string; options: Option[];
}

let keys = 0;
const bare = ({ options, ...fields }: Draft) => ({ ...fields, options: options.map(({ text, isRight }) => ({ text, isRight })) });
type Bare = ReturnType<typeof bare>;
const newOption = (text = "", isRight = false): Option => ({ key: `o${++keys}`, text, isRight });

const EMPTY: Draft = {
  statement: "", format: "plain", questionType: "SINGLE_CORRECT", domain: "", difficulty: "MEDIUM", marks: "1", negativeMarks: "0",
  numericalAnswer: "", tolerance: "0", options: [],
};

function draftOf(question?: BankQuestion): Draft {
  if (!question) return { ...EMPTY, options: [newOption("", true), newOption(), newOption(), newOption()] };
  const { statement, format, questionType, domain, difficulty, marks, negativeMarks, numericalAnswer, options } = question;
  return {
    statement, format, questionType, domain, difficulty, marks: String(marks), negativeMarks: String(negativeMarks),
    numericalAnswer: numericalAnswer ? String(numericalAnswer.value) : "", tolerance: String(numericalAnswer?.tolerance ?? 0),
    options: options.map(({ text, isCorrect }) => newOption(text, isCorrect)),
  };
}

const keyOf = ({ questionType, numericalAnswer, tolerance, options }: Bare) => (questionType === "NUMERICAL"
  ? { numericalAnswer: numberOf(numericalAnswer), tolerance: numberOf(tolerance) }
  : { options: options.filter(({ text }) => text.trim() !== "").map(({ text, isRight }) => ({ text, isCorrect: isRight })) });

function bodyOf(draft: Bare) {
  const { statement, format, questionType, domain, difficulty, marks, negativeMarks } = draft;
  return { statement, format, questionType, domain, difficulty, marks: numberOf(marks), negativeMarks: numberOf(negativeMarks), ...keyOf(draft) };
}

/** The key goes as a whole: with another kind the old one means nothing. */
function changesIn(before: Bare, now: Bare) {
  const changed = changesOf(bodyOf(before), bodyOf(now));
  return "questionType" in changed || "numericalAnswer" in changed || "tolerance" in changed ? { ...keyOf(now), ...changed } : changed;
}

function Options({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const isOne = draft.questionType === "SINGLE_CORRECT";
  const change = (key: string, part: Partial<Option>) => set({
    options: draft.options.map((option) => (option.key === key ? { ...option, ...part }
      : part.isRight && isOne ? { ...option, isRight: false } : option)),
  });
  return (
    <fieldset class="choices">
      <legend>{s(isOne ? "question.options.one" : "question.options.many")}</legend>
      {draft.options.map(({ key, text, isRight }, at) => (
        <div key={key} class="row option">
          <input type={isOne ? "radio" : "checkbox"} name="right" checked={isRight} aria-label={s("question.option.right", { n: at + 1 })}
            onChange={(event) => change(key, { isRight: event.currentTarget.checked })} />
          <input class="grow" aria-label={s("question.option", { n: at + 1 })} value={text} autocomplete="off"
            onInput={(event) => change(key, { text: event.currentTarget.value })} />
          <button type="button" class="icon" aria-label={s("question.option.remove", { n: at + 1 })} disabled={draft.options.length <= 2}
            onClick={() => set({ options: draft.options.filter((option) => option.key !== key) })}>×</button>
        </div>
      ))}
      <p><button type="button" onClick={() => set({ options: [...draft.options, newOption()] })}>{s("question.option.add")}</button></p>
    </fieldset>
  );
}

function Fields({ form, draft, set }: { form: FormState; draft: Draft; set: (part: Partial<Draft>) => void }) {
  return (
    <>
      <Area form={form} name="statement" label={s("question.statement")} value={draft.statement} rows={6} hint={draft.format === "markdown" ? s("question.markdown") : undefined} />
      <div class="halves">
        <Choice form={form} name="format" label={s("question.format")} value={draft.format} options={[["plain", s("format.plain")], ["markdown", s("format.markdown")]]} />
        <Choice form={form} name="questionType" label={s("question.type")} value={draft.questionType} options={TYPES.map((type) => [type, s(`type.${type}`)])} />
      </div>
      {draft.questionType === "NUMERICAL" ? (
        <div class="halves">
          <Field form={form} name="numericalAnswer" label={s("question.number")} value={draft.numericalAnswer} inputMode="decimal" autocomplete="off" />
          <Field form={form} name="tolerance" label={s("question.tolerance")} value={draft.tolerance} inputMode="decimal" autocomplete="off" />
        </div>
      ) : <Options draft={draft} set={set} />}
      <div class="halves">
        <Field form={form} name="marks" label={s("question.marks")} value={draft.marks} inputMode="decimal" autocomplete="off" />
        <Field form={form} name="negativeMarks" label={s("question.negative")} value={draft.negativeMarks} inputMode="decimal" autocomplete="off" />
        <Field form={form} name="domain" label={s("question.domain")} value={draft.domain} autocomplete="off" />
        <Choice form={form} name="difficulty" label={s("question.difficulty")} value={draft.difficulty} options={DIFFICULTIES.map((one) => [one, s(`difficulty.${one}`)])} />
      </div>
    </>
  );
}

/** As the page of the exam draws it; answers given here count nowhere. */
function Preview({ draft }: { draft: Draft }) {
  const [answer, setAnswer] = useState<Answer>({ selectedOptionIds: [], numericalAnswer: null, flagged: false });
  const options = draft.options.filter(({ text }) => text.trim() !== "").map(({ key, text }) => ({ id: key, text }));
  return (
    <section class="question" aria-labelledby="preview">
      <div class="row"><h2 id="preview">{s("preview")}</h2><span class="tag">{counted("sit.marks", parseNumber(draft.marks) ?? 0)}</span></div>
      {draft.statement.trim() === ""
        ? <p class="soft">{s("preview.empty")}</p>
        : <Asked question={{ id: "preview", statement: draft.statement, format: draft.format, questionType: draft.questionType, options }}
            answer={answer} isOpen change={(part) => setAnswer({ ...answer, ...part })} />}
    </section>
  );
}

const CREATED = "#created"; // of the address: the question has only just been written

interface EditorProps { question?: BankQuestion; copy?: BankQuestion; who: Person }

function Editor({ question, copy, who }: EditorProps) {
  const [before, setBefore] = useState(() => bare(draftOf(question ?? copy))); // a colleague may change it meanwhile
  const kept = useDraft(who.id, `question:${question?.id ?? copy?.id ?? ""}:${question ? "" : "new"}`, before);
  const [draft, setDraft] = useState((): Draft => {
    const found = { ...before, ...kept.found };
    return { ...found, options: found.options.map(({ text, isRight }) => newOption(text, isRight)) };
  });
  const [round, setRound] = useState(0);
  const [isSaved, setSaved] = useState(false);
  const set = (part: Partial<Draft>) => {
    setSaved(false);
    setDraft((old) => {
      const next = { ...old, ...part };
      kept.keep(bare(next));
      return next;
    });
  };
  const start = () => {
    const now = draftOf(question ?? copy);
    kept.drop();
    setBefore(bare(now));
    setDraft(now);
    setRound(round + 1);
  };
  const onInput = (event: Event) => {
    const { name, value } = event.target as HTMLInputElement;
    if (name in EMPTY && name !== "options") set({ [name]: value });
  };
  async function save() {
    if (question) {
      await call("put", "/api/question/{id}", { params: { id: question.id }, body: changesIn(before, bare(draft)) });
      kept.drop();
      setBefore(bare(draft));
      setSaved(true);
    } else {
      const { data } = await call("post", "/api/question/create", { body: bodyOf(bare(draft)), once: kept.once });
      kept.drop();
      goTo(`/staff/questions/${data.id}${CREATED}`);
    }
  }
  return (
    <div class="builder">
      <section class="card" onInput={onInput} onChange={onInput}>
        {kept.found && <Kept drop={start} />}
        <Form key={round} action={s(question ? "save" : "question.create")} onSend={save}>
          {(state) => <Fields form={state} draft={draft} set={set} />}
        </Form>
        {isSaved && <Notice kind="good"><p>{t("profile.saved")}</p></Notice>}
        {question && (
          <p class="actions apart">
            <a class="button" href={`/staff/questions/copy-${question.id}`}>{s("question.copy")}</a>
            <Act label={s("question.delete")} look="danger" title={s("question.delete.title")} action={s("question.delete")} kind="danger"
              onSend={() => call("delete", "/api/question/{id}", { params: { id: question.id } }).then(() => goTo("/staff/questions"))}>
              {() => <p>{s("question.delete.text")}</p>}
            </Act>
          </p>
        )}
      </section>
      <div class="beside"><Preview draft={draft} /></div>
    </div>
  );
}

export function QuestionPage({ id }: Place) {
  const isCopy = id.startsWith("copy-");
  const known = isCopy ? id.slice(5) : id === "new" ? "" : id;
  const { value, error, again } = useResource(() => asPerson(async () => ({
    who: await signedIn(), question: known === "" ? undefined : (await call("get", "/api/question/{id}", { params: { id: known } })).data,
  })));
  const isNew = isCopy || known === "";
  return (
    <>
      <p class="crumb"><a href="/staff/questions">{s("questions.title")}</a></p>
      <Title>{s(isNew ? "question.new" : "question.title")}</Title>
      {location.hash === CREATED && <Notice kind="good"><p>{s("question.created")} <a href="/staff/questions/new">{s("questions.new")}</a></p></Notice>}
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value && <Editor who={value.who} question={isNew ? undefined : value.question} copy={value.question} />}
    </>
  );
}
