// SPDX-License-Identifier: MIT
// Reads Markdown with formulas. A script of its own, which comes with the first text that needs it.

import { Lexer, type Token } from "marked";

/** Formulas stand between dollars, `\$` is a dollar; "from $5 to $7" is none. */
const INLINE = /^\$\$([^$]+)\$\$|^\$(?=\S)((?:\\.|[^$\\])*?[^\s\\$])\$(?!\d)/;
const BLOCK = /^\$\$([^$]+)\$\$[ \t]*(?:\n+|$)/;

export interface FormulaToken { type: "formula"; raw: string; tex: string; isDisplay: boolean }

function find(shape: RegExp) {
  return (source: string): FormulaToken | undefined => {
    const found = shape.exec(source);
    return found ? { type: "formula", raw: found[0], tex: (found[1] ?? found[2])!.trim(), isDisplay: found[1] !== undefined } : undefined;
  };
}

export type AnyToken = Token | FormulaToken;

const OPTIONS = {
  gfm: true,
  extensions: {
    inline: [find(INLINE)],
    startInline: [(source: string) => source.indexOf("$")],
    block: [find(BLOCK)],
    startBlock: [(source: string) => source.search(/\n\$\$/)],
  },
} as unknown as ConstructorParameters<typeof Lexer>[0]; // the types ask for what only the renderer of the package needs

export const read = (text: string): AnyToken[] => Lexer.lex(text, OPTIONS);
/** Without paragraphs, lists and tables. */
export const readLine = (text: string): AnyToken[] => Lexer.lexInline(text, OPTIONS);
