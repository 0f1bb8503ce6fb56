// SPDX-License-Identifier: MIT
// What pages are made of: frame, headings, notices, states of loading.

import { render, type ComponentChild, type ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isResting } from "./api";
import { siteName } from "./site";
import { errorText, isInWords, t } from "./texts";

/** The heading of a page: its title as well, and where the focus goes when the page comes. */
export function Title({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => { // before it is painted: no key falls between the old page and the new
    document.title = `${children} - ${siteName}`;
    heading.current?.focus();
  }, [children]);
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}

/** In place of what stands there for browsers without scripts. */
export function drawPage(page: ComponentChild): void {
  const place = document.getElementById("app")!;
  place.replaceChildren();
  render(page, place);
}

export function Loading({ label = t("site.loading") }: { label?: string }) {
  return <div class="loading" role="status"><span class="dots" aria-hidden="true" /><p>{label}</p></div>;
}

export function Notice({ kind = "info", children }: { kind?: "info" | "good" | "warn" | "bad"; children: ComponentChildren }) {
  return <div class={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>{children}</div>;
}

/** What no catalogue knows by its code is told in the server's words, which are English. */
export function ErrorText({ error }: { error: unknown }) {
  return <p lang={isInWords(error) ? undefined : "en"}>{errorText(error)}</p>;
}

export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <Notice kind="bad">
      <ErrorText error={error} />
      <button type="button" class="quiet" onClick={retry}>{t("site.tryAgain")}</button>
    </Notice>
  );
}

/** A box that scrolls sideways, and is a stop of the keyboard when it does. */
export function Scroll({ label, class: name = "", children }: { label: string; class?: string; children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const look = () => box.current && setWide(box.current.scrollWidth > box.current.clientWidth);
    const watcher = new ResizeObserver(look);
    for (const node of [box.current!, ...box.current!.children]) watcher.observe(node); // what is in it grows by itself
    return () => watcher.disconnect();
  }, []);
  return <div ref={box} class={`scroll ${name}`} {...(isWide && { tabIndex: 0, role: "region", "aria-label": label })}>{children}</div>;
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** The last value of `read`, read again with `again`, and when the page becomes visible after `stale` ms. */
export function useResource<T>(read: () => Promise<T>, key = "") {
  const [state, set] = useState<{ value?: T; error?: unknown }>({});
  const [round, setRound] = useState(0);
  const again = () => setRound((n) => n + 1);
  useEffect(() => {
    let wanted = true;
    read().then((value) => wanted && set({ value }), (error) => wanted && set((old) => ({ ...old, error })));
    return () => { wanted = false; };
  }, [key, round]);
  useEffect(() => {
    const onVisible = () => document.visibilityState === "visible" && again();
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, []);
  return { ...state, again };
}

/** Runs `beat` every `ms` while the page is visible. */
export function useBeat(ms: number, beat: () => void) {
  const latest = useRef(beat);
  latest.current = beat;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** The same for what asks the server: while somebody is logged in who was, and the server has time. */
export const usePolling = (ms: number, ask: () => void) => useBeat(ms, () => { if (!isResting()) ask(); });
