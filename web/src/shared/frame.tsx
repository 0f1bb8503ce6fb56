// SPDX-License-Identifier: MIT
// The frame around the pages: brand, navigation, footer.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { LanguageChoice } from "./language_choice";
import { SessionEnded } from "./session_ended";
import { logOut, usePerson, type Person } from "./session";
import { logo, siteName } from "./site";
import { applyTheme, theme, type Theme } from "./storage";
import { t } from "./texts";

export function Brand() {
  return (
    <a class="brand" href="/">
      {logo ? <img src={logo} alt="" height="32" /> : (
        <svg viewBox="0 0 40 40" width="32" height="32" aria-hidden="true">
          <rect width="40" height="40" rx="9" class="mark-ground" />
          <path d="M9 13h22M20 13 12 31M20 13l8 18M20 13v18" class="mark-lines" />
        </svg>
      )}
      {siteName}
    </a>
  );
}

/** The pages that the menu offers to somebody, null for a visitor. */
export type Links = (who: Person | null) => [href: string, text: string][];

/** The place of the menu in which a page is: of those that its address begins with the longest. */
function placeOf(path: string, hrefs: string[]): string | undefined {
  return hrefs.filter((href) => path === href || path.startsWith(`${href}/`)).sort((a, b) => b.length - a.length)[0];
}

function Menu({ path, links }: { path: string; links: ReturnType<Links> }) {
  const here = placeOf(path, links.map(([href]) => href));
  return <>{links.map(([href, text]) => <a key={href} href={href} aria-current={href !== here ? undefined : path === href ? "page" : "true"}>{text}</a>)}</>;
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
          {who !== undefined && <Menu path={path} links={who === null ? [...links(who), ["/login", t("nav.login")]] : links(who)} />}
          {who && <button type="button" class="link" onClick={logOut}>{t("nav.logout")}</button>}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>{children}</main>
      {who && <SessionEnded who={who} />}
      <footer class="bottom">
        <ThemeChoice />
        <LanguageChoice />
        <a href="/help">{t("site.help")}</a>
        <a href="/accessibility">{t("site.accessibility")}</a>
        <a href="/status">{t("site.status")}</a>
        <a href="/licenses">{t("site.licenses")}</a>
      </footer>
    </>
  );
}
