// SPDX-License-Identifier: MIT
// Fields as they are, with what is wrong, and switched off; a form that is refused; dialogs.

import { Problem } from "../shared/api";
import { Field, Form, Labelled, type FormState } from "../shared/form";
import { Act } from "../staff/dialog";
import { Area, Check, Choice, Minutes, Moment, Reason } from "../staff/fields";

const REFUSED = [{ field: "name", message: "name is at most 100 characters" }, { field: "reason", message: "reason is required" }];

function Fields({ form }: { form: FormState }) {
  return (
    <>
      <Field form={form} name="name" label="A field" hint="What is to be known" value="Some text" />
      <Field form={form} name="password" label="A password" type="password" autocomplete="off" value="secret" />
      <Choice form={form} name="kind" label="A choice" value="b" options={[["a", "First"], ["b", "Second"]]} />
      <Minutes form={form} label="Minutes" />
      <Moment form={form} name="at" label="A moment" value="2026-05-04T05:12" />
      <Area form={form} name="text" label="A text" value={"Two\nlines"} />
      <Reason form={form} />
      <Check name="yes" value>A box that is checked</Check>
    </>
  );
}

/** Answers after a while, and never with a yes. */
const refuse = (errors: typeof REFUSED) => () =>
  new Promise<void>((_, reject) => { setTimeout(() => reject(new Problem(400, "validation_failed", "The server says what is wrong", errors)), 300); });

export function Forms() {
  return (
    <>
      <div class="pair">
        <div class="card"><h3>As it comes</h3><Form action="Refused at a field" onSend={refuse(REFUSED)} beside={<button type="button">Beside</button>}>{(form) => <Fields form={form} />}</Form></div>
        <div class="card">
          <h3>With what is wrong</h3>
          <form><Fields form={{ id: "wrong", errors: REFUSED, labels: new Map() }} /></form>
        </div>
      </div>
      <div class="pair">
        <div class="card">
          <h3>Switched off</h3>
          <Labelled form={{ id: "off", errors: [], labels: new Map() }} name="off" label="Not now">{(control) => <input {...control} disabled value="As it was" />}</Labelled>
          <p><label class="check"><input type="checkbox" disabled /> Not now, either</label></p>
        </div>
        <div class="card">
          <h3>Acts that ask first</h3>
          <p class="actions">
            <Act label="Ask" title="Do this?" action="Do it" onSend={async () => undefined}>{(form) => <><p>This is what happens then.</p><Reason form={form} /></>}</Act>
            <Act label="Ask of danger" look="danger" title="Delete it?" action="Delete" kind="danger" onSend={refuse([])}>{() => <p>It is gone for good, and the server refuses it here.</p>}</Act>
          </p>
        </div>
      </div>
    </>
  );
}
