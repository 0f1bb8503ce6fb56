// SPDX-License-Identifier: MIT
// What the pages are made of, each in its states, in both themes side by side: to be looked at, and for axe's rules.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../shared/api";
import { Field, Problems, type FormState } from "../shared/form";
import { Brand } from "../shared/frame";
import { Empty, Failure, Loading, Notice, Scroll, Title } from "../shared/page";
import { Rich } from "../shared/rich";
import { Asked, type AskedQuestion } from "../sit/question";
import { Act } from "../shared/dialog";
import { Area, Check, Choice, Moment } from "../staff/fields";
import { Pager } from "../staff/pager";
import { d } from "./texts";

type Theme = "light" | "dark";
const NOTHING = () => undefined;

const REFUSED = new Problem(400, "validation_failed", "", [{ field: "mistaken", message: "Write an address, as asha@example.org" }]);
const formOf = (theme: Theme): FormState => ({ id: `sheet-${theme}`, errors: REFUSED.errors });

const OPTIONS = [{ id: "a", text: "A choice that is long enough to need a second line on a phone, and perhaps a third" }, { id: "b", text: "$\\frac{9}{2}$" }, { id: "c", text: "9" }];
const KINDS: AskedQuestion["questionType"][] = ["SINGLE_CORRECT", "MULTIPLE_CORRECT", "NUMERICAL"];

function Question({ kind, theme, isOpen = true }: { kind: AskedQuestion["questionType"]; theme: Theme; isOpen?: boolean }) {
  const [answer, change] = useState({ selectedOptionIds: ["b"], numericalAnswer: null as number | null, flagged: false });
  const question: AskedQuestion = { id: `${theme}-${kind}-${isOpen}`, statement: "What is $\\int_0^3 x\\,dx$?", format: "markdown", questionType: kind,
    options: OPTIONS.map((option) => ({ ...option, id: option.id })) };
  return <Asked question={question} answer={answer} isOpen={isOpen} change={(part) => change({ ...answer, ...part })} />;
}

/** Title and parts. Whoever makes a component adds a line here. */
const PARTS: [title: string, show: (theme: Theme) => ComponentChildren][] = [
  ["Buttons", () => (
    <p class="actions">
      <button type="button" class="main">Main</button><button type="button">Another</button><button type="button" class="danger">Danger</button>
      <button type="button" class="link">As a link</button><button type="button" aria-pressed="true">Pressed</button>
      <button type="button" disabled>Disabled</button><a class="button" href="/docs/components">A link as a button</a>
    </p>
  )],
  ["Fields", (theme) => {
    const form = formOf(theme);
    return (
      <form onSubmit={(event) => event.preventDefault()}>
        <Field form={form} name="plain" label="Plain" value="Asha Rao" required={false} />
        <Field form={form} name="hinted" label="With a hint" hint="At least 8 characters" type="password" required={false} />
        <Field form={form} name="mistaken" label="Refused" value="asha at example" required={false} />
        <Area form={form} name="long" label="Long" value={"Two\nlines"} rows={2} required={false} />
        <Choice form={form} name="choice" label="One of many" options={[["a", "First"], ["b", "Second"]]} value="b" />
        <Moment form={form} name="moment" label="A moment" value="2026-12-01T10:00:00.000Z" required={false} />
        <Check name="yes" value>Yes</Check><Check name="no">No</Check>
      </form>
    );
  }],
  ["What is wrong with a form", (theme) => <Problems id={`sheet-${theme}`} error={REFUSED} />],
  ["Notices", () => (
    <>
      <Notice><p>It is so.</p></Notice><Notice kind="good"><p>Saved.</p></Notice>
      <Notice kind="warn"><p>Not everybody has the whole time.</p></Notice><Notice kind="bad"><p>It was refused.</p></Notice>
      <Failure error={new Problem(0, "offline", "")} retry={NOTHING} />
    </>
  )],
  ["Nothing yet, and not yet", () => <><Empty>No exam is announced yet.</Empty><Loading /></>],
  ["Tags", () => (
    <p class="row"><span class="tag">draft</span><span class="tag good">handed in</span><span class="tag bad">voided</span><span class="tag busy">writing</span><span class="tag warn">quiet</span></p>
  )],
  ["Cards and lists", () => (
    <>
      <ul class="cards">
        <li class="card live"><div><h3>Mathematics I</h3><p class="soft">Ends at 11:30</p></div><a class="button main" href="/exams">Go on writing</a></li>
        <li class="card"><div><h3>Mathematics II</h3><p class="soft">Starts tomorrow</p></div><a class="button" href="/exams">Details</a></li>
      </ul>
      <ul class="rows"><li><p>Firefox on Linux</p><button type="button">Log out there</button></li><li><p>This browser</p><span class="soft">now</span></li></ul>
      <dl><dt>Time to write</dt><dd>90 minutes</dd><dt>Room</dt><dd>H 1</dd></dl>
      <ul class="checks"><li class="yes">The server answered in 12 ms</li><li class="no">This browser keeps nothing</li></ul>
    </>
  )],
  ["Tables", (theme) => (
    <Scroll label={`A table, ${theme}`}>
      <table>
        <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col" class="number">Answered</th></tr></thead>
        <tbody><tr><th scope="row">Asha Rao</th><td>writing</td><td class="number">12 of 60</td></tr><tr><th scope="row">Bela Sen</th><td>handed in</td><td class="number">60 of 60</td></tr></tbody>
      </table>
    </Scroll>
  )],
  ["Pages of a list", (theme) => <Pager label={`Pages, ${theme}`} pagination={{ totalItems: 123, totalPages: 5, currentPage: 2 }} go={NOTHING} />],
  ["Dialogs", (theme) => (
    <p class="actions">
      <Act label="Ask first" of={theme} title="Close the exam?" action="Close it" onSend={() => Promise.resolve()}>{() => <p>12 candidates are writing.</p>}</Act>
      <Act label="Delete" of={theme} look="danger" kind="danger" title="Delete the draft?" action="Delete it" onSend={() => Promise.reject(REFUSED)}>{() => <p>Nobody can undo this.</p>}</Act>
    </p>
  )],
  ["Text", () => (
    <Rich format="markdown" text={"**Bold**, `code`, a [link](https://example.org/) and $\\sqrt{2}$.\n\n> A quotation\n\n- one\n- two\n\n| n | n² |\n|---|---:|\n| 2 | 4 |\n\nA wrong formula: $\\frac{$"} />
  )],
  ...KINDS.map((kind): [string, (theme: Theme) => ComponentChildren] => [`A question: ${kind}`, (theme) => <div class="question"><Question kind={kind} theme={theme} /></div>]),
  ["A question that cannot be answered any more", (theme) => <div class="question"><Question kind="SINGLE_CORRECT" theme={theme} isOpen={false} /></div>],
  ["The palette's cells", () => (
    <ol class="numbers">
      {([["", undefined], ["answered", undefined], ["answered marked", undefined], ["answered unsaved", undefined], ["", "step"]] as const).map(([look, current], n) => (
        <li key={n}><button type="button" class={`cell ${look}`} aria-current={current} aria-label={`Question ${n + 1}${look && `, ${look}`}`}>{n + 1}</button></li>
      ))}
    </ol>
  )],
  ["How saving goes", () => <div class="row"><p class="saving good">Saved 10:42:07</p><p class="saving">Saving</p><p class="saving bad">2 answers not saved yet</p></div>],
  ["Figures", () => <ul class="counts"><li class="writing"><strong>42</strong>writing</li><li class="quiet"><strong>3</strong>quiet</li><li class="handed_in"><strong>12</strong>handed in</li></ul>],
  ["The name of the site", () => <Brand />],
];

export function Components() {
  return (
    <div class="sheet">
      <Title>{d("sheet.title")}</Title>
      <p class="lead">{d("sheet.lead")}</p>
      {PARTS.map(([title, show], n) => (
        <section key={title} aria-labelledby={`part-${n}`}>
          <h2 id={`part-${n}`}>{title}</h2>
          <div class="themes">{(["light", "dark"] as const).map((theme) => <div key={theme} data-theme={theme}>{show(theme)}</div>)}</div>
        </section>
      ))}
    </div>
  );
}
