// SPDX-License-Identifier: MIT
// Every page but that of a running exam. Links are plain links; those to pages of this script are followed without
// loading it again.

import { render, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Forgot } from "./account/forgot";
import { Home } from "./account/home";
import { LogIn } from "./account/login";
import { Profile } from "./account/profile";
import { SignUp } from "./account/signup";
import { Exams } from "./exams/exams";
import { Leaderboard } from "./exams/leaderboard";
import { Lobby } from "./exams/lobby";
import { Result } from "./exams/result";
import { Frame } from "./shared/frame";
import { Title } from "./shared/page";
import { applyTheme } from "./shared/storage";
import { language, t } from "./shared/texts";

const PAGES: [RegExp, ComponentType<{ id: string }>][] = [
  [/^\/$/, Home],
  [/^\/login$/, LogIn],
  [/^\/signup$/, SignUp],
  [/^\/forgot$/, Forgot],
  [/^\/exams$/, Exams],
  [/^\/exams\/([^/]+)$/, Lobby],
  [/^\/results\/([^/]+)$/, Result],
  [/^\/leaderboard$/, Leaderboard],
  [/^\/profile$/, Profile],
];

function NotFound() {
  return <><Title>{t("site.notFound")}</Title><p>{t("site.notFound.text")}</p><p><a href="/">{t("site.toStart")}</a></p></>;
}

function find(path: string): { Page: ComponentType<{ id: string }>; id: string } {
  for (const [shape, Page] of PAGES) {
    const found = shape.exec(path);
    if (found) return { Page, id: found[1] ?? "" };
  }
  return { Page: NotFound, id: "" };
}

const isOurs = (path: string) => PAGES.some(([shape]) => shape.test(path));

function Site() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      const link = (event.target as Element).closest?.("a");
      const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
      if (link.origin !== location.origin || !isOurs(link.pathname) || link.getAttribute("href")?.startsWith("#")) return;
      event.preventDefault();
      history.pushState(null, "", link.href);
      setPath(link.pathname);
      scrollTo(0, 0);
    };
    const onPop = () => setPath(location.pathname);
    document.addEventListener("click", follow);
    addEventListener("popstate", onPop);
    return () => { document.removeEventListener("click", follow); removeEventListener("popstate", onPop); };
  }, []);
  const { Page, id } = find(path);
  return <Frame path={path}><Page key={path} id={id} /></Frame>;
}

applyTheme();
document.documentElement.lang = language;
render(<Site />, document.getElementById("app")!);
