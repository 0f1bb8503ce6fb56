// SPDX-License-Identifier: MIT

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Notice, Title } from "../shared/page";
import { errorText, t } from "../shared/texts";
import { d } from "./texts";

function Sent({ email }: { email: string }) {
  const [said, say] = useState("");
  const again = () => call("post", "/api/auth/resend-verification", { body: { email } })
    .then(() => say(d("signup.againDone")), (error) => say(errorText(error)));
  return (
    <div class="narrow">
      <Title>{d("signup.done.title")}</Title>
      <p class="lead">{d("signup.done", { email })}</p>
      <p>{d("signup.done.nothing")}</p>
      <button type="button" onClick={again}>{d("signup.again")}</button>
      {said && <Notice><p>{said}</p></Notice>}
    </div>
  );
}

export function SignUp() {
  const [sentTo, setSentTo] = useState("");
  if (sentTo) return <Sent email={sentTo} />;
  return (
    <div class="narrow">
      <Title>{d("signup.title")}</Title>
      <Form action={d("signup.action")} onSend={async ({ fullName = "", email = "", password = "" }) => {
        await call("post", "/api/auth/signup", { body: { fullName, email, password } });
        setSentTo(email);
      }}>
        {(form) => (
          <>
            <Field form={form} name="fullName" label={t("field.name")} autocomplete="name" />
            <Field form={form} name="email" label={t("field.email")} type="email" autocomplete="username" />
            <Field form={form} name="password" label={t("field.password")} type="password" autocomplete="new-password"
              hint={t("field.password.hint")} />
          </>
        )}
      </Form>
      <p>{d("signup.haveAccount")} <a href="/login">{t("nav.login")}</a></p>
    </div>
  );
}
