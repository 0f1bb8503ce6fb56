// SPDX-License-Identifier: MIT
// Numbers as people write them: a comma or a point, a minus of any length, blanks around.

const SMALLEST = 1e-300, LARGEST = 1e300; // what the server takes

/** Null for no answer, undefined for what is no number. */
export function parseNumber(text: string): number | null | undefined {
  const plain = text.trim().replace(/[\u2212\u2013]/g, "-").replace(",", ".");
  if (plain === "") return null;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  const value = Number(plain), size = Math.abs(value);
  return value === 0 || (size >= SMALLEST && size <= LARGEST) ? value : undefined;
}

const THOUSANDS = /^\s*[+-]?[1-9]\d{0,2}(,\d{3})+\s*$/; // or three decimals behind a comma: who knows

/** Of a field that is sent: what is no number for sure goes as it was typed, and the server says at the field what is wrong with it. */
export const numberOf = (text = "") => ((THOUSANDS.test(text) ? undefined : parseNumber(text)) ?? text) as number;
