// SPDX-License-Identifier: MIT
// Figures as people read them.

import { showNumber } from "../shared/texts";
import { a } from "./texts";

/** Three digits say enough. */
const short = (value: number) => showNumber(value === 0 ? 0 : Number(value.toPrecision(3)));

export function showDuration(seconds: number): string {
  if (seconds === 0) return a("unit.s", { n: 0 });
  if (seconds < 1) return a("unit.ms", { n: short(seconds * 1000) });
  if (seconds < 120) return a("unit.s", { n: short(seconds) });
  return seconds < 7200 ? a("unit.min", { n: Math.round(seconds / 60) }) : a("unit.h", { n: short(seconds / 3600) });
}

export function showBytes(bytes: number): string {
  const step = bytes > 0 ? Math.min(3, Math.floor(Math.log2(bytes) / 10)) : 0;
  return a((["unit.B", "unit.KiB", "unit.MiB", "unit.GiB"] as const)[step]!, { n: short(bytes / 1024 ** step) });
}

export const showShare = (share: number) => a("unit.percent", { n: short(share * 100) });
export const showRate = (perSecond: number) => a("unit.perSecond", { n: short(perSecond) });
export const showCount = short;
