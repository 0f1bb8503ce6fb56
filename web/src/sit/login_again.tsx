// SPDX-License-Identifier: MIT
// A session that ended in the middle: a log-in over the page, so that nothing on it is lost.

import { useEffect, useRef } from "preact/hooks";
import { Field, Form } from "../shared/form";
import { logIn } from "../shared/session";
import { t } from "../shared/texts";
import type { Sitting } from "./sitting";

export function LogInAgain({ sitting }: { sitting: Sitting }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="login-again" onCancel={(event) => event.preventDefault()}>
      <h2 id="login-again">{t(sitting.paper ? "sit.login" : "sit.login.first")}</h2>
      {sitting.paper && <p>{t(sitting.isStranger ? "sit.login.stranger" : "sit.login.text")}</p>}
      <Form action={t("login.action")} onSend={async ({ email = "", password = "" }) => {
        await logIn(email, password);
        await sitting.loggedIn();
      }}>
        {(form) => (
          <>
            <Field form={form} name="email" label={t("field.email")} type="email" autocomplete="username" />
            <Field form={form} name="password" label={t("field.password")} type="password" autocomplete="current-password" />
          </>
        )}
      </Form>
    </dialog>
  );
}
