// SPDX-License-Identifier: MIT
// Forms: one column, labels above, the errors of the answer on top - focused, each linked to its field - and at the field.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Problem, type FieldProblem } from "./api";
import { errorText, t } from "./texts";

type Values = Record<string, string>;
const idOf = (form: string, field: string) => `${form}-${field}`;

interface FormProps {
  action: string;
  children: (form: FormState) => ComponentChildren;
  /** Sends the fields; what it throws is shown. */
  onSend: (values: Values) => Promise<void>;
  /** Shown below an error, as a way out of it. */
  cure?: (error: unknown) => ComponentChildren;
}
export interface FormState { id: string; errors: FieldProblem[] }

export function Form({ action, children, onSend, cure }: FormProps) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const summary = useRef<HTMLDivElement>(null);
  const errors = error instanceof Problem ? error.errors : [];
  useEffect(() => { if (error) summary.current?.focus(); }, [error]);

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
            ? <ul>{errors.map(({ field, message }) => <li key={field}><a href={`#${idOf(id, field)}`}>{message}</a></li>)}</ul>
            : <p>{errorText(error)}</p>}
          {cure?.(error)}
        </div>
      )}
      {children({ id, errors })}
      <button class="main" aria-disabled={busy}>{action}</button>
    </form>
  );
}

interface FieldProps {
  form: FormState;
  name: string;
  label: string;
  type?: "text" | "email" | "password";
  autocomplete?: string;
  hint?: string;
  value?: string;
  required?: boolean;
  inputMode?: "numeric" | "text";
}

export function Field({ form, name, label, type = "text", autocomplete, hint, value, required = true, inputMode }: FieldProps) {
  const id = idOf(form.id, name);
  const problem = form.errors.find((error) => error.field === name)?.message;
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  const props = { id, name, autocomplete, defaultValue: value, required, inputMode };
  const aria = { "aria-invalid": problem ? true : undefined, "aria-describedby": described || undefined };
  return (
    <div class={problem ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="problem" id={`${id}-problem`}>{problem}</p>}
      {/* The types of Preact have an input per kind; ours share all that is used here. */}
      <input {...props} {...aria} type={type as "text"} />
    </div>
  );
}
