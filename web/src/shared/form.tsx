// SPDX-License-Identifier: MIT
// Forms: one column, labels above, the errors of the answer on top - focused, each linked to its field - and at the field. What
// the server says of a field is English in every language of the pages.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Problem, type FieldProblem } from "./api";
import { ErrorText } from "./page";
import { t } from "./texts";

type Values = Record<string, string>;
const idOf = (form: string, field: string) => `${form}-${field}`;

interface FormProps {
  action: string;
  children: (form: FormState) => ComponentChildren;
  /** Sends the fields; what it throws is shown. */
  onSend: (values: Values) => Promise<void>;
  /** Shown below an error, as a way out of it. */
  cure?: (error: unknown) => ComponentChildren;
  /** Beside the button, as to leave. */
  beside?: ComponentChildren;
  kind?: "main" | "danger";
}
export interface FormState { id: string; errors: FieldProblem[]; labels: Map<string, string> }

/** The server speaks of fields by the names that a request gives them; whoever reads it knows the labels. A field that is one word is
    told by it at the beginning only: "reason" is a word of sentences, too. */
function worded(message: string, labels: Map<string, string>): string {
  const inner = /^\w+\[\d+\]\.(\w+)/.exec(message)?.[1]; // of a list that one field stands for
  const told = inner !== undefined && labels.has(inner) ? message.slice(message.indexOf(".") + 1) : message;
  return told.replace(/[A-Za-z]+/g, (word, at: number) => {
    const label = labels.get(word);
    return label !== undefined && (at === 0 || /[A-Z]/.test(word)) ? `\u201c${label}\u201d` : word;
  });
}

/** The title of the page is heard first, so it says that something is wrong as long as something is. */
function useTitleOf(isWrong: boolean): void {
  useEffect(() => {
    if (!isWrong) return;
    const usual = document.title, title = `${t("form.problem")}: ${usual}`;
    document.title = title;
    return () => { if (document.title === title) document.title = usual; };
  }, [isWrong]);
}

export function Form({ action, children, onSend, cure, beside, kind = "main" }: FormProps) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const summary = useRef<HTMLDivElement>(null);
  const labels = useRef(new Map<string, string>()).current;
  const errors = error instanceof Problem ? error.errors.map(({ field, message }) => ({ field, message: worded(message, labels) })) : [];
  useEffect(() => { if (error) summary.current?.focus(); }, [error]);
  useTitleOf(error !== undefined);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const fields = new FormData(event.target as HTMLFormElement);
      await onSend(Object.fromEntries([...fields].map(([name, value]) => [name, String(value)])));
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  }

  return (
    <form onSubmit={send} aria-busy={busy}>
      {error !== undefined && (
        <div class="notice bad" role="alert" tabIndex={-1} ref={summary}>
          <h2>{t("form.problem")}</h2>
          {errors.length > 0
            ? <ul lang="en">{errors.map(({ field, message }) => <li key={field}><a href={`#${idOf(id, field)}`}>{message}</a></li>)}</ul>
            : <ErrorText error={error} />}
          {cure?.(error)}
        </div>
      )}
      {children({ id, errors, labels })}
      <p class="actions">{beside}<button class={kind} aria-disabled={busy}>{action}</button></p>
    </form>
  );
}

interface LabelledProps { form: FormState; name: string; label: string; hint?: string }
interface Control { id: string; name: string; "aria-invalid"?: true; "aria-describedby"?: string }

/** A label, what is to be known, what is wrong, and below it the control. */
export function Labelled({ form, name, label, hint, children }: LabelledProps & { children: (control: Control) => ComponentChildren }) {
  const id = idOf(form.id, name);
  form.labels.set(name, label);
  const problem = form.errors.find((error) => error.field === name)?.message;
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div class={problem ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="problem" lang="en" id={`${id}-problem`}>{problem}</p>}
      {children({ id, name, "aria-invalid": problem ? true : undefined, "aria-describedby": described || undefined })}
    </div>
  );
}

interface FieldProps extends LabelledProps {
  type?: "text" | "email" | "password" | "datetime-local";
  autocomplete?: string;
  value?: string;
  required?: boolean;
  inputMode?: "numeric" | "decimal" | "text";
}

export function Field({ type = "text", autocomplete, value, required = true, inputMode, ...labelled }: FieldProps) {
  const props = { autocomplete, defaultValue: value, required, inputMode };
  return (
    <Labelled {...labelled}>
      {/* The types of Preact have an input per kind; ours share all that is used here. */}
      {(control) => type === "password" ? <Secret {...props} {...control} /> : <input {...props} {...control} type={type as "text"} />}
    </Labelled>
  );
}

/** A password that can be looked at while it is written. It is hidden when it is sent: browsers would keep it as a text otherwise. */
function Secret(props: Control & { autocomplete?: string; required: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [isShown, show] = useState(false);
  useEffect(() => {
    const { form } = input.current!;
    const hide = () => show(false);
    form?.addEventListener("submit", hide);
    return () => form?.removeEventListener("submit", hide);
  }, []);
  return (
    <div class="secret">
      <input {...props} ref={input} type={(isShown ? "text" : "password") as "text"} spellcheck={false} autocapitalize="none" />
      <button type="button" aria-controls={props.id} aria-label={t(isShown ? "field.hide.spoken" : "field.show.spoken")} onClick={() => show(!isShown)}>
        {t(isShown ? "field.hide" : "field.show")}
      </button>
    </div>
  );
}
