// SPDX-License-Identifier: MIT
// The front door.

import { Notice, Title } from "../shared/page";
import { usePerson } from "../shared/session";
import { t } from "../shared/texts";
import { LEFT } from "./leave";
import { DEMO_ADMIN, Tour } from "./tour";
import { d } from "./texts";

function Claims() {
  return (
    <div class="trio">
      {(["safe", "clock", "results"] as const).map((what) => (
        <section key={what}><h2>{d(`home.${what}.title`)}</h2><p>{d(`home.${what}`)}</p></section>
      ))}
    </div>
  );
}

export function Home() {
  const who = usePerson();
  return (
    <>
      {location.hash === LEFT && <Notice kind="good"><p>{t("profile.left")}</p></Notice>}
      <section class="hero">
        <Title>{d("home.title")}</Title>
        <p class="lead">{d(who ? "home.lead.known" : "home.lead")}</p>
        <p class="actions">
          {who && who.capabilities.length > 0 && <a class="button main" href="/staff">{t("nav.staff")}</a>}
          {who && <a class={who.capabilities.length > 0 ? "button" : "button main"} href="/exams">{t("nav.exams")}</a>}
          {who === null && (
            <>
              <a class="button main" href="/login">{t("nav.login")}</a>
              <a class="button" href="/signup">{t("nav.signup")}</a>
            </>
          )}
        </p>
      </section>
      {who?.email === DEMO_ADMIN ? <Tour /> : <Claims />}
    </>
  );
}
