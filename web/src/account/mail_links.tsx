// SPDX-License-Identifier: MIT
// The pages behind the links of mails. Scanners of mails follow links too, so that following one changes nothing: what it is
// for is done by the button.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { Field, Form, type FormState } from "../shared/form";
import { Notice, Title } from "../shared/page";
import type { Place } from "../shared/router";
import { t } from "../shared/texts";
import { d } from "./texts";

type What = "verify" | "invitation" | "confirm" | "revert" | "reset" | "leave";

interface BehindProps {
  what: What;
  token?: string;
  lead?: string;
  fields?: (form: FormState) => ComponentChildren;
  beside?: ComponentChildren;
  /** Where one goes on; none: nowhere. */
  next?: [href: string, text: string];
  onSend: (token: string, values: Record<string, string>) => Promise<unknown>;
}

const written = () => new URLSearchParams(location.search).get("token") ?? "";

function Behind({ what, token = written(), lead, fields, beside, next, onSend }: BehindProps) {
  const [isDone, setDone] = useState(false);
  return (
    <div class="narrow">
      <Title>{d(`link.${what}.title`)}</Title>
      {token === "" && <Notice kind="bad"><p>{d("link.incomplete")}</p></Notice>}
      {token !== "" && !isDone && (
        <>
          <p class="lead">{lead ?? d(`link.${what}.lead`)}</p>
          <Form action={d(`link.${what}.action`)} beside={beside} onSend={async (values) => { await onSend(token, values); setDone(true); }}>
            {(form) => fields?.(form)}
          </Form>
        </>
      )}
      {isDone && (
        <>
          <Notice kind="good"><p>{d(`link.${what}.done`)}</p></Notice>
          {next && <p class="actions"><a class="button main" href={next[0]}>{next[1]}</a></p>}
        </>
      )}
    </div>
  );
}

const toLogin = (): [string, string] => ["/login", t("nav.login")];
const newPassword = (form: FormState) =>
  <Field key="new" form={form} name="newPassword" label={t("field.newPassword")} type="password" autocomplete="new-password" hint={t("field.password.hint")} />;

/**
 * Anybody can sign up with anybody's address, so that the link alone does not activate what was signed up: whoever follows it
 * knows the password of that sign-up, or sets another one.
 */
export function VerifyEmail() {
  const [isAnother, setAnother] = useState(false);
  return (
    <Behind what="verify" next={toLogin()} lead={isAnother ? d("link.verify.another.lead") : undefined}
      beside={!isAnother && <button type="button" onClick={() => setAnother(true)}>{d("link.verify.another")}</button>}
      onSend={(token, body) => call("post", "/api/auth/verify-email/{token}", { params: { token }, body })}
      fields={(form) => isAnother ? newPassword(form)
        : <Field key="own" form={form} name="password" label={t("field.password")} type="password" autocomplete="current-password" />} />
  );
}

export const AcceptInvitation = () => (
  <Behind what="invitation" next={toLogin()} fields={newPassword}
    onSend={(token, body) => call("post", "/api/auth/verify-email/{token}", { params: { token }, body })} />
);

export const ConfirmEmail = () => (
  <Behind what="confirm" next={toLogin()} onSend={(token) => call("post", "/api/auth/confirm-email/{token}", { params: { token } })} />
);

export const RevertEmail = () => (
  <Behind what="revert" next={["/forgot", d("link.reset.title")]}
    onSend={(token) => call("post", "/api/auth/revert-email/{token}", { params: { token } })} />
);

export const ResetPassword = () => (
  <Behind what="reset" next={toLogin()} fields={newPassword}
    onSend={(token, { newPassword: chosen = "" }) => call("post", "/api/auth/reset-password/{token}", { params: { token }, body: { newPassword: chosen } })} />
);

/** The form that mail programs send as well (RFC 8058). */
async function leave(token: string): Promise<void> {
  const response = await fetch(`/unsubscribe/${encodeURIComponent(token)}`, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) })
    .catch(() => { throw new Problem(0, "offline", ""); });
  if (response.status === 404) throw new Problem(404, "not_found", d("link.leave.unknown"));
  if (!response.ok) throw new Problem(response.status, "unavailable", "");
}

export const Leave = ({ id }: Place) => <Behind what="leave" token={id} onSend={leave} />;
