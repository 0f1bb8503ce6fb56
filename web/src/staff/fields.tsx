// SPDX-License-Identifier: MIT
// Fields that only the staff's forms have, and the times of day in them.

import type { ComponentChildren } from "preact";
import { Field, Labelled, type FormState } from "../shared/form";
import { s } from "./texts";

interface Common { form: FormState; name: string; label: string; hint?: string; value?: string; required?: boolean }

export function Area({ value, required = true, rows = 4, ...labelled }: Common & { rows?: number }) {
  return <Labelled {...labelled}>{(control) => <textarea {...control} rows={rows} required={required} defaultValue={value} />}</Labelled>;
}

export function Choice({ value, required, options, ...labelled }: Common & { options: [value: string, text: string][] }) {
  return (
    <Labelled {...labelled}>
      {(control) => (
        <select {...control} required={required}>
          {options.map(([own, text]) => <option key={own} value={own} selected={own === value}>{text}</option>)}
        </select>
      )}
    </Labelled>
  );
}

export function Check({ name, value, children }: { name: string; value?: boolean; children: ComponentChildren }) {
  return <label class="check"><input type="checkbox" name={name} defaultChecked={value} /> {children}</label>;
}

export const Reason = ({ form, hint = s("reason.hint") }: { form: FormState; hint?: string }) =>
  <Area form={form} name="reason" label={s("reason")} hint={hint} rows={2} />;

export const Minutes = ({ form, label, value = "10" }: { form: FormState; label: string; value?: string }) =>
  <Field form={form} name="minutes" label={label} inputMode="numeric" value={value} autocomplete="off" />;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** In the reader's zone, which it names; so is `value`. */
export function Moment(field: Common) {
  return <Field {...field} type="datetime-local" hint={s("field.zone", { zone })} />;
}

export function toLocal(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const fromLocal = (local: string) => (local === "" ? "" : new Date(local).toISOString());
