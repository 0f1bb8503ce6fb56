// SPDX-License-Identifier: MIT
// The frame around the pages: brand, navigation, footer.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { logOut, usePerson, type Person } from "./session";
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

/** The pages that the menu offers to somebody, null for a visitor. */
export type Links = (who: Person | null) => [href: string, text: string][];

function Link({ href, path, children }: { href: string; path: string; children: string }) {
  const isHere = path === href || (path.startsWith(`${href}/`) && href !== "/");
  return <a href={href} aria-current={isHere ? (path === href ? "page" : "true") : undefined}>{children}</a>;
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

export function Frame({ path, links, children }: { path: string; links: Links; children: ComponentChildren }) {
  const who = usePerson();
  return (
    <>
      <a class="skip" href="#content">{t("site.skip")}</a>
      <header class="top">
        <Brand />
        <nav aria-label={t("site.menu")}>
          {who !== undefined && links(who).map(([href, text]) => <Link key={href} href={href} path={path}>{text}</Link>)}
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
