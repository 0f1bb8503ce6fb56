// SPDX-License-Identifier: MIT
// The end of an account. What is lost is said before the password is asked for; nothing brings it back.

import { call } from "../shared/api";
import { Field, Form } from "../shared/form";
import { t } from "../shared/texts";

const LOST = ["erased", "results", "again", "final"] as const;

/** Of the front door, which says that it is done. */
export const LEFT = "#deleted";

export function Leave() {
  return (
    <section class="card" aria-labelledby="leave">
      <h2 id="leave">{t("profile.leave")}</h2>
      <details>
        <summary>{t("profile.leave.open")}</summary>
        <ul>{LOST.map((what) => <li key={what}>{t(`profile.leave.${what}`)}</li>)}</ul>
        <Form action={t("profile.leave.action")} kind="danger" onSend={async ({ currentPassword = "" }) => {
          await call("delete", "/api/profile/me", { body: { currentPassword } });
          location.assign(`/${LEFT}`);
        }}>
          {(form) => <Field form={form} name="currentPassword" label={t("field.currentPassword")} type="password" autocomplete="current-password" />}
        </Form>
      </details>
    </section>
  );
}
