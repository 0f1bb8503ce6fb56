// SPDX-License-Identifier: MIT
// What holds other things: notices, states of loading, cards, lists, tables.

import { useState } from "preact/hooks";
import { Problem } from "../shared/api";
import { Empty, Failure, Loading, Notice, Scroll } from "../shared/page";
import { Rich } from "../shared/rich";
import { Pager } from "../staff/pager";

const MARKDOWN = "A **word**, `code`, [a link](https://example.org), $\\frac{a}{b}$ and $\\frac{$.\n\n$$\\int_0^1 x^2\\,dx$$\n\n- one\n- two\n\n> Said by somebody.\n\n```\nx = 1\n```\n\n| n | n² |\n|---|---:|\n| 2 | 4 |";

function Notices() {
  return (
    <>
      <Notice><p>This is how it is.</p></Notice>
      <Notice kind="good"><p>It is done.</p></Notice>
      <div class="notice warn"><h3>A message of the staff</h3><p>Read question 2 again.</p></div>
      <Notice kind="bad"><p>It could not be done.</p></Notice>
      <Failure error={new Problem(0, "offline", "")} retry={() => undefined} />
      <Failure error={new Problem(429, "rate_limited", "", [], 30)} retry={() => undefined} />
      <Failure error={new Error("unforeseen")} retry={() => undefined} />
    </>
  );
}

function Lists() {
  return (
    <>
      <ul class="cards">
        <li class="card"><div><h3>A card in a list</h3><p class="soft">with what is to be known</p></div><button type="button">Open</button></li>
        <li class="card live"><div><h3>One that runs now</h3><p class="soft">until 12:00</p></div><button type="button" class="main">Go on</button></li>
      </ul>
      <div class="card">
        <ul class="rows">
          <li><div><p>A row</p><p class="soft">with a line below</p></div><button type="button">Act</button></li>
          <li><div><p>Another</p></div><span class="tag">state</span></li>
        </ul>
      </div>
      <div class="card"><dl><dt>Term</dt><dd>What it is</dd><dt>A longer term</dt><dd>And what that is, which takes a whole line or two of the block</dd></dl></div>
      <div class="card"><ul class="checks"><li class="yes">This is fine</li><li class="no">This is not</li></ul></div>
      <div class="card"><details><summary>Closed at first</summary><p>What was behind it.</p></details><details open><summary>Open</summary><p>What is behind it.</p></details></div>
      <Empty>There is nothing yet. Here stands what to do about it.</Empty>
    </>
  );
}

function Table() {
  const [page, go] = useState(2);
  return (
    <div class="card">
      <Scroll label="People">
        <table>
          <caption>People</caption>
          <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col" class="number">Score</th></tr></thead>
          <tbody>{["Asha Rao", "Bela Rao", "Chand Rao"].map((name, n) => <tr key={name}><th scope="row">{name}</th><td><span class="tag good">handed in</span></td><td class="number">{12.5 - n}</td></tr>)}</tbody>
        </table>
      </Scroll>
      <Pager pagination={{ totalItems: 60, totalPages: 3, currentPage: page }} go={go} />
    </div>
  );
}

export function Blocks() {
  return (
    <>
      <div class="pair"><div><Notices /></div><div><Lists /></div></div>
      <Table />
      <div class="pair"><div class="card"><Rich text={MARKDOWN} format="markdown" /></div><div class="card"><Loading /></div></div>
      <div class="trio">{[1, 2, 3].map((n) => <section key={n}><h3>One of three</h3><p>Text.</p></section>)}</div>
    </>
  );
}
