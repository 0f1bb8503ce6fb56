// SPDX-License-Identifier: MIT
// The frame around the pages: brand, navigation, footer.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { logOut, usePerson } from "./session";
import { applyTheme, theme, type Theme } from "./storage";
import { t } from "./texts";

export function Brand() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 40 40" width="32" height="32" aria-hidden="true">
        <rect width="40" height="40" rx="9" class="mark-ground" />
        <path d="M9 13h22M20 13 12 31M20 13l8 18M20 13v18" class="mark-lines" />
      </svg>
      {t("site.name")}
    </a>
  );
}

function Link({ href, path, children }: { href: string; path: string; children: string }) {
  return <a href={href} aria-current={path === href ? "page" : undefined}>{children}</a>;
}

function ThemeChoice() {
  const [choice, setChoice] = useState(theme());
  return (
    <label class="theme">{t("site.theme")}
      <select value={choice} onChange={(event) => {
        const value = event.currentTarget.value as Theme;
        applyTheme(value);
        setChoice(value);
      }}>
        {(["auto", "light", "dark"] as const).map((value) => <option key={value} value={value}>{t(`site.theme.${value}`)}</option>)}
      </select>
    </label>
  );
}

export function Frame({ path, children }: { path: string; children: ComponentChildren }) {
  const who = usePerson();
  return (
    <>
      <a class="skip" href="#content">{t("site.skip")}</a>
      <header class="top">
        <Brand />
        <nav aria-label={t("site.menu")}>
          {who && <Link href="/exams" path={path}>{t("nav.exams")}</Link>}
          <Link href="/leaderboard" path={path}>{t("nav.leaderboard")}</Link>
          {who && <Link href="/profile" path={path}>{t("nav.profile")}</Link>}
          {who && <button type="button" class="link" onClick={logOut}>{t("nav.logout")}</button>}
          {who === null && <Link href="/login" path={path}>{t("nav.login")}</Link>}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
      <footer class="bottom">
        <ThemeChoice />
        <a href="/status">{t("site.status")}</a>
        <a href="/licenses">{t("site.licenses")}</a>
      </footer>
    </>
  );
}
