// SPDX-License-Identifier: MIT
// Text of staff, as its `format` says: plain, or Markdown with formulas. What reads Markdown comes with the first such text, and
// what draws formulas with the first formula.

import { useEffect, useMemo, useState } from "preact/hooks";
import { Run } from "./markdown";

export type Format = "plain" | "markdown";

let lexer: typeof import("./lexer") | undefined;

/** Ahead of time, so that nothing is fetched when a text comes. */
export const loadMarkdown = () => import("./lexer").then((module) => { lexer = module; });
export const loadFormulas = () => import("./formulas").then(() => undefined);

interface RichProps { text: string; format: Format; class?: string; isInline?: boolean }

/** A block, or with `isInline` part of a line. */
export function Rich({ text, format, class: name = "", isInline = false }: RichProps) {
  const [, draw] = useState(false);
  const isWanted = format === "markdown" && !lexer;
  useEffect(() => {
    if (isWanted) loadMarkdown().then(() => draw(true), () => undefined); // without it the text stands as it was written
  }, [isWanted]);
  const tokens = useMemo(() => (format === "markdown" && lexer ? isInline ? lexer.readLine(text) : lexer.read(text) : undefined), [text, format, isInline, lexer]);
  const Tag = isInline ? "span" : "div";
  if (!tokens) return <Tag class={`text ${name}`}>{text}</Tag>;
  return <Tag class={`rich ${name}`}><Run tokens={tokens} /></Tag>;
}
