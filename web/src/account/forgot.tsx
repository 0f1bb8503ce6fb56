// SPDX-License-Identifier: MIT
// A forgotten password: the address, then the code of the mail and the new one. The mail's link leads to /reset-password.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Notice, Title } from "../shared/page";
import { t } from "../shared/texts";
import { d } from "./texts";

export function Forgot() {
  const [sentTo, setSentTo] = useState("");
  return (
    <div class="narrow">
      <Title>{d("forgot.title")}</Title>
      {sentTo === "" ? (
        <>
          <p class="lead">{d("forgot.lead")}</p>
          <Form key="ask" action={d("forgot.action")} onSend={async ({ email = "" }) => {
            await call("post", "/api/auth/forgot-password", { body: { email } });
            setSentTo(email);
          }}>
            {(form) => <Field form={form} name="email" label={t("field.email")} type="email" autocomplete="username" />}
          </Form>
        </>
      ) : (
        <>
          <Notice kind="good"><p>{d("forgot.sent", { email: sentTo })}</p></Notice>
          <Form key="set" action={d("forgot.set")} onSend={async ({ otp = "", newPassword = "" }) => {
            await call("post", "/api/auth/reset-password", { body: { email: sentTo, otp, newPassword } });
            location.assign("/login#password-set");
          }}>
            {(form) => (
              <>
                <Field form={form} name="otp" label={t("field.code")} autocomplete="one-time-code" inputMode="numeric" />
                <Field form={form} name="newPassword" label={t("field.newPassword")} type="password" autocomplete="new-password"
                  hint={t("field.password.hint")} />
              </>
            )}
          </Form>
        </>
      )}
    </div>
  );
}
