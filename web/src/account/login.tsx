// SPDX-License-Identifier: MIT

import { useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { LogInForm } from "../shared/login_form";
import { Failure, Notice, Title } from "../shared/page";
import { person } from "../shared/session";
import { t } from "../shared/texts";
import { DEMO_ADMIN } from "./tour";
import { d } from "./texts";

/** Where to go afterwards: a page of this site, whatever the address says; else where somebody's work is. */
async function next(): Promise<string> {
  const wanted = new URLSearchParams(location.search).get("next") ?? "";
  if (/^\/[a-z]/.test(wanted)) return wanted;
  const who = await person();
  if (who?.email === DEMO_ADMIN) return "/"; // to be shown around
  return who && who.capabilities.length > 0 ? "/staff" : "/exams";
}

function SendAgain({ email }: { email: string }) {
  const [isDone, setDone] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  if (isDone) return <p>{d("signup.againDone")}</p>;
  const send = () => call("post", "/api/auth/resend-verification", { body: { email } }).then(() => setDone(true), setProblem);
  if (problem !== undefined) return <Failure error={problem} retry={send} />;
  return <button type="button" class="quiet" onClick={send}>{t("login.verify")}</button>;
}

export function LogIn() {
  return (
    <div class="narrow">
      <Title>{t("login.title")}</Title>
      {location.hash === "#password-set" && <Notice kind="good"><p>{d("forgot.done")}</p></Notice>}
      <LogInForm done={async () => location.assign(await next())}
        cure={(error, email) => error instanceof Problem && error.code === "email_not_verified" && <SendAgain email={email} />} />
      <p><a href="/forgot">{t("login.forgot")}</a></p>
      <p>{t("login.noAccount")} <a href="/signup">{t("nav.signup")}</a></p>
    </div>
  );
}
