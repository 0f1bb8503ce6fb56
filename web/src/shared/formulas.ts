// SPDX-License-Identifier: MIT
// Draws formulas: for the eyes, and as MathML for those who listen. With its own style and fonts.

import katex from "katex";

declare const FORMULA_STYLE: string; // its address: build.mjs

const LONGEST = 5000; // characters; what is longer is no formula of an exam

const link = document.createElement("link");
link.rel = "stylesheet";
link.href = FORMULA_STYLE;
document.head.append(link);

/** Draws into `place`; what is wrong with the formula, if something is. */
export function draw(tex: string, isDisplay: boolean, place: HTMLElement): string {
  try {
    if (tex.length > LONGEST) throw new katex.ParseError(`longer than ${LONGEST} characters`);
    katex.render(tex, place, {
      displayMode: isDisplay, output: "htmlAndMathml", throwOnError: true, trust: false, strict: "ignore", maxExpand: 200, maxSize: 20,
    });
    return "";
  } catch (error) {
    return error instanceof Error ? error.message.replace("KaTeX parse error: ", "") : String(error);
  }
}
