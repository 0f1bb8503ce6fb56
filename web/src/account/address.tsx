// SPDX-License-Identifier: MIT
// Another address: asked for here, and in force when the mail to it is followed.

import { useState } from "preact/hooks";
import { begun, call } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Notice } from "../shared/page";
import type { Person } from "../shared/session";
import { t } from "../shared/texts";

export function Address({ who }: { who: Person }) {
  const [sentTo, setSentTo] = useState("");
  return (
    <section class="card" aria-labelledby="address">
      <h2 id="address">{t("field.email")}</h2>
      <p>{t("profile.address.text", { email: who.email })}</p>
      <Form key={sentTo} action={t("profile.address.action")} onSend={async ({ newEmail = "", currentPassword = "" }) => {
        await begun(call("post", "/api/profile/me/email", { body: { newEmail, currentPassword } }));
        setSentTo(newEmail);
      }}>
        {(form) => (
          <>
            <Field form={form} name="newEmail" label={t("profile.address.new")} type="email" autocomplete="email" />
            <Field form={form} name="currentPassword" label={t("field.currentPassword")} type="password" autocomplete="current-password" />
          </>
        )}
      </Form>
      {sentTo && <Notice kind="good"><p>{t("profile.address.sent", { email: sentTo })}</p></Notice>}
    </section>
  );
}
