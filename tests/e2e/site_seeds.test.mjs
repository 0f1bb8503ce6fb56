// SPDX-License-Identifier: MIT
// What a running exam must not get wrong, without a browser: answers on their way over a line that fails at any moment, the
// server's clock, numbers as people write them. Each case comes from a seed, which a failure names.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSync } from "../../web/node_modules/esbuild/lib/main.js";

const SEEDS = process.env.TRIPOS_AT_LENGTH ? 20_000 : 500;
const QUESTIONS = ["a", "b", "c"];

/** As a browser's: its keys are its own members. */
class MemoryStorage {
  getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; }
  setItem(key, value) { this[key] = String(value); }
  removeItem(key) { delete this[key]; }
}
globalThis.localStorage = new MemoryStorage();
if (!globalThis.navigator?.languages) Object.defineProperty(globalThis, "navigator", { value: { languages: ["en"] }, configurable: true });

const { outputFiles: [file] } = buildSync({
  stdin: {
    contents: `export { Outbox } from "./sit/outbox"; export { ServerClock } from "./sit/clock";
      export { parseNumber } from "./shared/number"; export { Problem } from "./shared/api";`,
    resolveDir: new URL("../../web/src", import.meta.url).pathname, loader: "ts",
  },
  write: false, format: "esm", bundle: true, charset: "utf8", splitting: false,
});
const { Outbox, Problem, ServerClock, parseNumber } = await import(`data:text/javascript;base64,${Buffer.from(file.contents).toString("base64")}`);

/** Numbers from 0 to 1 (mulberry32). */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a server stores: of each question the answer and how often it was saved. */
class Server {
  rows = new Map();
  onSave = () => undefined; // hears what is written over
  row(id) { return this.rows.get(id) ?? { answer: { selectedOptionIds: [], numericalAnswer: null, flagged: false }, revision: 0 }; }
  put(id, answer) { this.rows.set(id, { answer, revision: this.row(id).revision + 1 }); }
  save({ questionId, revision, ...answer }) {
    const row = this.row(questionId);
    if (revision === row.revision) this.onSave(questionId, row.answer);
    if (revision !== row.revision) return { questionId, outcome: "conflict", stored: { ...row.answer, revision: row.revision } };
    this.put(questionId, answer);
    return { questionId, outcome: "saved", revision: row.revision + 1 };
  }
}

/** A sitting of 60 steps; at the end the line is whole. Throws where an answer is lost, or is called saved and is not. */
async function sit(seed) {
  const draw = random(seed);
  const any = (list) => list[Math.floor(draw() * list.length)];
  const server = new Server(), given = new Map(), contested = new Set();
  const unasked = new Set(); // another page has saved one since it was given here, and nobody has decided
  server.onSave = (id, before) => assert.ok(!(unasked.has(id) && before.numericalAnswer === 7), `written over without a question: ${id}`);
  let faults = 0.5;
  async function send(saves) {
    if (draw() < 0.5) await new Promise((resolve) => setImmediate(resolve));
    if (draw() < faults / 2) throw new Problem(0, "offline", "lost on the way there");
    const outcomes = saves.map((save) => server.save(save));
    if (draw() < 0.3) await new Promise((resolve) => setImmediate(resolve));
    if (draw() < faults / 2) throw new Problem(0, "offline", "lost on the way back");
    return outcomes;
  }
  const open = () => {
    const outbox = new Outbox(`attempt-${seed}`, send, () => undefined, () => false);
    for (const [id, { answer, revision }] of server.rows) outbox.saved.set(id, { answer, revision });
    return outbox;
  };
  const check = (outbox) => {
    for (const id of QUESTIONS) {
      if (outbox.state(id) === "saved" && !contested.has(id)) assert.deepEqual(server.row(id).answer, outbox.answer(id), `called saved: ${id}`);
      if (!contested.has(id) && given.has(id)) assert.deepEqual(outbox.answer(id), given.get(id), `shown: ${id}`);
    }
  };
  let outbox = open();
  for (let step = 0; step < 60; ++step) {
    const act = draw(), id = any(QUESTIONS);
    if (act < 0.5) {
      const answer = { selectedOptionIds: any([[], ["x"], ["x", "y"]]), numericalAnswer: any([null, 1, 2]), flagged: draw() < 0.3 };
      given.set(id, answer);
      unasked.delete(id);
      outbox.change(id, answer);
    } else if (act < 0.8) {
      await outbox.flush();
      check(outbox);
    } else if (act < 0.9) { // the page is loaded again, or the computer is switched off
      outbox.close();
      await outbox.flush();
      outbox = open();
      check(outbox);
    } else if (act < 0.93) { // another page of the same candidate
      contested.add(id);
      unasked.add(id);
      server.put(id, { selectedOptionIds: ["z"], numericalAnswer: 7, flagged: false });
    } else {
      faults = any([0, 0.5, 1]);
    }
  }
  faults = 0;
  for (let round = 0; round < 10; ++round) {
    for (const id of outbox.undecided) {
      unasked.delete(id);
      outbox.resolve(id, true);
    }
    await outbox.flush();
  }
  assert.deepEqual(outbox.unsaved, []);
  check(outbox);
  outbox.close();
  for (const [id, answer] of given) if (!contested.has(id)) assert.deepEqual(server.row(id).answer, answer, `stored: ${id}`);
  assert.deepEqual(Object.keys(localStorage), [], "nothing is left on the computer");
}

test("no answer is lost, and none is called saved that is not, whatever the line does", async () => {
  for (let seed = 1; seed <= SEEDS; ++seed) await sit(seed).catch((error) => { throw new Error(`seed ${seed}: ${error.message}`, { cause: error }); });
});

test("the server's time is known to half of the quickest answer, whatever the others took", () => {
  const real = { performance: globalThis.performance, now: Date.now };
  let local = 0;
  Object.defineProperty(globalThis, "performance", { value: { now: () => local }, configurable: true });
  Date.now = () => 1e12 + local;
  try {
    for (let seed = 1; seed <= SEEDS; ++seed) {
      const draw = random(seed), offset = (draw() - 0.5) * 1e9, clock = new ServerClock();
      let quickest = Infinity;
      for (let n = 0; n < 8; ++n) {
        const sent = local += draw() * 20_000;
        const there = draw() * 4_000, back = draw() * 4_000;
        local = sent + there + back;
        quickest = Math.min(quickest, there + back);
        clock.learn(new Date(1.6e12 + offset + sent + there).toISOString(), sent, local);
        const off = Math.abs(clock.now() - (1.6e12 + offset + local));
        assert.ok(off <= quickest / 2 + 1, `seed ${seed}: ${off} ms off, ${quickest} ms there and back`);
      }
    }
  } finally {
    Object.defineProperty(globalThis, "performance", { value: real.performance, configurable: true });
    Date.now = real.now;
  }
});

test("a number is read as it was meant or not at all", () => {
  for (let seed = 1; seed <= SEEDS * 20; ++seed) {
    const draw = random(seed);
    const value = Number(((draw() - 0.5) * 10 ** Math.floor(draw() * 12)).toPrecision(1 + Math.floor(draw() * 10)));
    const written = String(value);
    for (const text of [written, written.replace(".", ","), ` ${written}\u00a0`, written.replace("-", "\u2212"), written.replace("-", "\u2013")]) assert.equal(parseNumber(text), value, text);
    const noise = Array.from({ length: Math.floor(draw() * 8) }, () => "0123456789,.+-e \u2212x"[Math.floor(draw() * 19)]).join("");
    const read = parseNumber(noise);
    assert.ok(read === null || read === undefined || Number.isFinite(read), noise);
    assert.equal(read === null, noise.trim() === "", noise);
    if ((noise.match(/[,.]/g) ?? []).length > 1 || /x/.test(noise)) assert.equal(read, undefined, noise);
  }
});
