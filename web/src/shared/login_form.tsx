// SPDX-License-Identifier: MIT

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { Field, Form } from "./form";
import { logIn } from "./session";
import { t } from "./texts";

interface LogInFormProps {
  /** Of somebody who is logged in now; what it throws is shown. */
  done: (email: string) => Promise<void>;
  cure?: (error: unknown, email: string) => ComponentChildren;
}

export function LogInForm({ done, cure }: LogInFormProps) {
  const tried = useRef("");
  return (
    <Form action={t("login.action")} cure={cure && ((error) => cure(error, tried.current))}
      onSend={async ({ email = "", password = "" }) => {
        tried.current = email;
        await logIn(email, password);
        await done(email);
      }}>
      {(form) => (
        <>
          <Field form={form} name="email" label={t("field.email")} type="email" autocomplete="username" />
          <Field form={form} name="password" label={t("field.password")} type="password" autocomplete="current-password" />
        </>
      )}
    </Form>
  );
}
