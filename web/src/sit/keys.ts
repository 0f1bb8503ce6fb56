// SPDX-License-Identifier: MIT
// The keys of a running exam, which this browser may be told not to use: other programs have them, too.

import { useEffect } from "preact/hooks";
import { get, put } from "../shared/storage";

const CHOICE = "tripos.keys";

export const usesKeys = (): boolean => get(CHOICE) !== "off";
export const chooseKeys = (areUsed: boolean): void => put(CHOICE, areUsed ? "on" : "off");

/** Alt+Shift and one of these, by its place on the keyboard. */
export function useKeys(acts: Record<string, () => void>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = event.altKey && event.shiftKey && usesKeys() ? acts[event.code] : undefined;
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
}
