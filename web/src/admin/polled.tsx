// SPDX-License-Identifier: MIT
// What is read again and again. Nothing moves under a hand: while something is selected or a dialog is open nothing is read,
// and while somebody pauses, nothing at all.

import { useEffect, useRef, useState } from "preact/hooks";
import { Failure, usePolling } from "../shared/page";
import { asPerson } from "../shared/session";
import { showTime } from "../shared/texts";
import { a } from "./texts";

function isHandBusy(): boolean {
  const selection = document.getSelection();
  return document.querySelector("dialog[open]") !== null || (selection !== null && !selection.isCollapsed);
}

export interface Polled<T> {
  value: T | undefined;
  error: unknown;
  /** When `value` was read, in ms since 1970. */
  asOf: number;
  isPaused: boolean;
  pause: (is: boolean) => void;
  again: () => Promise<void>;
}

/** The last value of `read`, read again every `ms` while the page is visible, and at once when `key` changes. */
export function usePolled<T>(read: () => Promise<T>, ms: number, key = ""): Polled<T> {
  const [state, set] = useState<{ value?: T; error?: unknown; asOf: number }>({ asOf: 0 });
  const [isPaused, pause] = useState(false);
  const asking = useRef<symbol | undefined>(undefined);
  const again = async () => {
    const own = asking.current = Symbol();
    try {
      const value = await asPerson(read);
      if (asking.current === own) set({ value, asOf: Date.now() });
    } catch (error) {
      if (asking.current === own) set((old) => ({ ...old, error }));
    }
    if (asking.current === own) asking.current = undefined;
  };
  const beat = () => { if (!isPaused && !asking.current && !isHandBusy()) void again(); };
  useEffect(() => { void again(); return () => { asking.current = undefined; }; }, [key]);
  usePolling(ms, beat);
  useEffect(() => {
    const onVisible = () => document.visibilityState === "visible" && beat();
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  });
  return { value: state.value, error: state.error, asOf: state.asOf, isPaused, pause, again };
}

/** How old the page is, and a way to hold it. */
export function AsOf({ of }: { of: Polled<unknown> }) {
  return (
    <>
      <span class="soft as-of">{of.asOf > 0 && a(of.isPaused ? "asOf.paused" : "asOf", { time: showTime(of.asOf) })}</span>
      <button type="button" aria-pressed={of.isPaused} onClick={() => of.pause(!of.isPaused)}>{a(of.isPaused ? "asOf.resume" : "asOf.pause")}</button>
    </>
  );
}

/** Why the page is older than it should be. */
export function Stale({ of }: { of: Polled<unknown> }) {
  return of.error === undefined ? null : <Failure error={of.error} retry={() => void of.again()} />;
}
