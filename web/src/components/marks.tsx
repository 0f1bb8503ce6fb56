// SPDX-License-Identifier: MIT
// The small parts: colours, text, buttons, tags.

const GROUNDS = ["ground", "paper", "raised", "accent-wash", "good-wash", "warn-wash", "bad-wash"];
const INKS = ["ink", "soft", "edge", "accent", "good", "warn", "bad"];

function Swatches({ names }: { names: string[] }) {
  return (
    <ul class="rows">
      {names.map((name) => (
        <li key={name}><code class="code">--{name}</code><span style={{ width: "6rem", height: "1.5rem", border: "1px solid var(--edge)", background: `var(--${name})` }} /></li>
      ))}
    </ul>
  );
}

function Texts() {
  return (
    <div class="card">
      <p class="big">Big figure</p>
      <p class="lead">Lead: what this page is for.</p>
      <h3>A heading within a block</h3>
      <p>A paragraph with <a href="#marks">a link</a> and <strong>what matters</strong>.</p>
      <p class="soft">Soft: what may be passed over.</p>
      <p class="code">01a2-7c41 code</p>
      <p class="countdown">0:04:59</p>
      <p class="crumb"><a href="#marks">The page above</a></p>
    </div>
  );
}

function Buttons() {
  return (
    <div class="card">
      <p class="actions"><button type="button" class="main">Main</button><button type="button">Other</button><button type="button" class="danger">Danger</button>
        <button type="button" class="link">As a link</button><a class="button" href="#marks">Link as a button</a></p>
      <p class="actions"><button type="button" class="main" disabled>Main, off</button><button type="button" disabled>Other, off</button>
        <button type="button" class="main" aria-disabled>Busy</button></p>
      <p class="actions"><button type="button" aria-pressed>Pressed</button><button type="button" class="icon" aria-label="Move up">↑</button></p>
    </div>
  );
}

function Tags() {
  return (
    <div class="card">
      <p class="row"><span class="tag">plain</span><span class="tag good">good</span><span class="tag warn">warning</span><span class="tag bad">bad</span><span class="tag busy">busy</span></p>
      <p class="row"><span class="rank rank-1">1</span><span class="rank">2</span></p>
    </div>
  );
}

export function Marks() {
  return (
    <>
      <div class="pair"><div class="card"><Swatches names={GROUNDS} /></div><div class="card"><Swatches names={INKS} /></div></div>
      <div class="pair"><Texts /><div><Buttons /><Tags /></div></div>
    </>
  );
}
