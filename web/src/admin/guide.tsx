// SPDX-License-Identifier: MIT
// What each finding means and how it is cured: the part of docs/troubleshooting.md that the doctor's table writes.

import { useEffect } from "preact/hooks";
import guide from "../../../docs/troubleshooting.md";
import { Title } from "../shared/page";
import { Rich } from "../shared/rich";
import { a } from "./texts";

interface Check { id: string; text: string }
interface Area { name: string; checks: Check[] }

/** Areas are headings of the third level below the one that the doctor's reference has, checks those of the fourth. */
function areas(text: string): Area[] {
  const reference = text.split("<!-- what follows: tripos doctor --reference -->")[1] ?? "";
  return reference.split(/^### /m).slice(1).map((part) => {
    const [name = "", ...checks] = part.split(/^#### /m);
    return { name: name.trim(), checks: checks.map((check) => {
      const end = check.indexOf("\n");
      return { id: check.slice(0, end).trim(), text: check.slice(end).split(/^## /m)[0]!.trim() };
    }) };
  });
}

export function Guide() {
  useEffect(() => { document.getElementById(location.hash.slice(1))?.scrollIntoView(); }, []);
  return (
    <>
      <Title>{a("guide.title")}</Title>
      <p class="lead">{a("guide.lead")}</p>
      {areas(guide).map(({ name, checks }) => (
        <section key={name} aria-labelledby={`area-${name}`}>
          <h2 id={`area-${name}`}>{name}</h2>
          {checks.map(({ id, text }) => <div key={id} class="card check-entry" id={id}><h3 class="code">{id}</h3><Rich text={text} format="markdown" /></div>)}
        </section>
      ))}
    </>
  );
}
