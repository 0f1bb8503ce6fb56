// SPDX-License-Identifier: MIT
// The tokens of the lexer as nodes. They never become HTML, so that there is nothing to make safe:
// a tag in the text is text. Links lead to the web, pictures are named by their description.

import type { Token, Tokens } from "marked";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AnyToken, FormulaToken } from "./lexer";
import { Scroll } from "./page";
import { t } from "./texts";

function Formula({ tex, isDisplay }: { tex: string; isDisplay: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let isWanted = true;
    import("./formulas").then(({ draw }) => { if (isWanted) setProblem(draw(tex, isDisplay, place.current!)); }, () => undefined);
    return () => { isWanted = false; };
  }, [tex, isDisplay]);
  if (problem) return <span class="formula-problem"><code>{tex}</code> <span>{problem}</span></span>;
  return <span ref={place}>{tex}</span>;
}

const isWeb = (href: string) => /^https?:\/\//i.test(href);
const textOf = (token: Token) => ("text" in token ? String(token.text) : token.raw);

function Table({ token }: { token: Tokens.Table }) {
  const side = (at: number) => (token.align[at] === "right" ? "number" : undefined);
  return (
    <Scroll label={t("rich.table")}>
      <table>
        <thead><tr>{token.header.map((cell, at) => <th key={at} scope="col" class={side(at)}><Run tokens={cell.tokens} /></th>)}</tr></thead>
        <tbody>{token.rows.map((row, n) => (
          <tr key={n}>{row.map((cell, at) => <td key={at} class={side(at)}><Run tokens={cell.tokens} /></td>)}</tr>
        ))}</tbody>
      </table>
    </Scroll>
  );
}

function Drawn({ token: any }: { token: AnyToken }): ComponentChildren {
  if (any.type === "formula") {
    const { tex, isDisplay } = any as FormulaToken;
    const formula = <Formula key={tex} tex={tex} isDisplay={isDisplay} />;
    return isDisplay ? <Scroll label={t("rich.formula")}>{formula}</Scroll> : formula;
  }
  const token = any as Tokens.Generic;
  const inner = token.tokens ? <Run tokens={token.tokens} /> : textOf(token as Token);
  switch (token.type) {
    case "space": case "def": return null;
    case "paragraph": return <p>{inner}</p>;
    case "heading": return <p class="rich-heading">{inner}</p>; // the headings of the page are its own
    case "blockquote": return <blockquote>{inner}</blockquote>;
    case "code": return <Scroll label={t("rich.code")}><pre><code>{token.text}</code></pre></Scroll>;
    case "hr": return <hr />;
    case "list": {
      const items = (token as Tokens.List).items.map((item, n) => <li key={n}><Run tokens={item.tokens} /></li>);
      return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
    }
    case "table": return <Table token={token as Tokens.Table} />;
    case "strong": return <strong>{inner}</strong>;
    case "em": return <em>{inner}</em>;
    case "del": return <del>{inner}</del>;
    case "codespan": return <code>{token.text}</code>;
    case "br": return <br />;
    case "link": return isWeb(token.href) ? <a href={token.href} target="_blank" rel="noopener noreferrer">{inner}</a> : <>{inner}</>;
    case "image": return <em>{t("rich.picture", { text: token.text })}</em>;
    case "html": return token.raw;
    default: return inner;
  }
}

export function Run({ tokens }: { tokens: AnyToken[] }) {
  return <>{tokens.map((token, at) => <Drawn key={at} token={token} />)}</>;
}
