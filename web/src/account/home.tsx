// SPDX-License-Identifier: MIT
// The front door.

import { Title } from "../shared/page";
import { usePerson } from "../shared/session";
import { t } from "../shared/texts";

export function Home() {
  const who = usePerson();
  return (
    <>
      <section class="hero">
        <Title>{t("home.title")}</Title>
        <p class="lead">{t("home.lead")}</p>
        <p class="actions">
          {who ? <a class="button main" href="/exams">{t("nav.exams")}</a> : (
            <>
              <a class="button main" href="/login">{t("nav.login")}</a>
              <a class="button" href="/signup">{t("nav.signup")}</a>
            </>
          )}
        </p>
      </section>
      <div class="trio">
        {(["safe", "clock", "results"] as const).map((what) => (
          <section key={what}><h2>{t(`home.${what}.title`)}</h2><p>{t(`home.${what}`)}</p></section>
        ))}
      </div>
    </>
  );
}
