// SPDX-License-Identifier: MIT
// Pages by their address. Links are plain links; those to pages of the same script are followed without loading it again.

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Frame, type Links } from "./frame";
import { drawPage, Title } from "./page";
import { applyTheme } from "./storage";
import { readLanguage, t } from "./texts";

/** Of an address with up to two parts that vary. */
export interface Place { id: string; part: string }
export type Page = [RegExp, ComponentType<Place>];

function NotFound() {
  return <><Title>{t("site.notFound")}</Title><p>{t("site.notFound.text")}</p><p><a href="/">{t("site.toStart")}</a></p></>;
}

let follow: () => void;

/** To another page of this script. */
export function goTo(path: string): void {
  history.pushState(null, "", path);
  follow();
  scrollTo(0, 0);
}

function Router({ pages, links }: { pages: Page[]; links: Links }) {
  // Each visit is a page of its own, also one of the same page with another question behind its address.
  const [{ path, visit }, set] = useState({ path: location.pathname, visit: 0 });
  follow = () => set((last) => ({ path: location.pathname, visit: last.visit + 1 }));
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      const link = (event.target as Element).closest?.("a");
      const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (!link || !isPlain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
      const isOurs = link.origin === location.origin && pages.some(([shape]) => shape.test(link.pathname));
      if (!isOurs || link.getAttribute("href")?.startsWith("#")) return;
      event.preventDefault();
      goTo(link.href);
    };
    const onPop = () => set((last) => { // also of a link within the page, which stays
      const isWithin = location.hash !== "" && location.pathname === last.path;
      return isWithin ? last : { path: location.pathname, visit: last.visit + 1 };
    });
    document.addEventListener("click", onClick);
    addEventListener("popstate", onPop);
    return () => { document.removeEventListener("click", onClick); removeEventListener("popstate", onPop); };
  }, []);
  const found = pages.map(([shape, Shown]) => ({ Shown, match: shape.exec(path) })).find(({ match }) => match);
  const Shown = found?.Shown ?? NotFound;
  return (
    <Frame path={path} links={links}>
      <Shown key={visit} id={decodeURIComponent(found?.match?.[1] ?? "")} part={found?.match?.[2] ?? ""} />
    </Frame>
  );
}

export async function show(pages: Page[], links: Links): Promise<void> {
  applyTheme();
  await readLanguage();
  drawPage(<Router pages={pages} links={links} />);
}
