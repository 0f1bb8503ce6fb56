// SPDX-License-Identifier: MIT
// `./dev bench web`: what the pages cost a browser that is slowed down by its own protocol. Run by web_load.py.

import { loggedIn, openSite } from "../tests/e2e/site_fixture.mjs";

const ROUNDS = 5, SLOWER = 4, PHONE = { width: 360, height: 740 };
const LINES = [
  { name: "400 kbit/s, 400 ms", kbit: 400, latency: 400, cold: 3500, warm: 2000 },
  { name: "1.6 Mbit/s, 150 ms", kbit: 1600, latency: 150, cold: 1500, warm: 800 },
];
const LARGE = 200; // questions
const ROWS = 2000, CHANGED = 200, SECONDS = 30; // of the board

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const say = (what, figure) => console.log(`${what.padEnd(66)} ${figure.padStart(9)}`);
const judge = (what, value, goal) => say(what, `${value} ms   goal ${goal} ms, ${value <= goal ? "met" : "MISSED"}`);

async function slowed(page, line) {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  if (line) {
    const bytes = (line.kbit * 1000) / 8;
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", { offline: false, latency: line.latency, downloadThroughput: bytes, uploadThroughput: bytes });
  }
  return session;
}

/** When the first question could be answered, in ms since the page was asked for. Without the service worker, which no line slows. */
async function firstQuestion(browser, site, who, exam, line) {
  const context = await loggedIn(browser, site, who, { viewport: PHONE, serviceWorkers: "block" });
  await context.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(".choice input:not(:disabled)")) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => { window.usableAt = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });
  });
  const page = await context.newPage();
  await slowed(page, line);
  const times = [];
  for (const path of [`/sit/${exam}`, `/sit/${exam}`]) {
    await page.goto(site.base + path);
    times.push(await (await page.waitForFunction(() => window.usableAt)).jsonValue());
  }
  await context.close();
  return times;
}

async function measureLines(browser, site, who, exam) {
  for (const line of LINES) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; ++round) rounds.push(await firstQuestion(browser, site, who, exam, line));
    for (const [at, kind] of ["cold", "warm"].entries()) {
      const time = middle(rounds.map((times) => times[at]));
      judge(`first question usable, ${line.name}, CPU ${SLOWER} x slower, ${kind}`, Math.round(time), line[kind]);
    }
  }
}

/** From each press to the next frame with what it changed, as the browser measures it: in steps of 8 ms. */
async function presses(page, targets) {
  await page.evaluate(() => {
    window.presses = [];
    new PerformanceObserver((list) => window.presses.push(...list.getEntries().filter(({ name }) => name === "click").map(({ duration }) => duration)))
      .observe({ type: "event", durationThreshold: 16 });
  });
  let n = 0;
  for (const target of targets) {
    await target.click();
    ++n;
    await page.waitForTimeout(250); // a person's pause; what is measured is over long before
  }
  const long = await page.evaluate(() => window.presses);
  return [...long, ...Array(Math.max(0, n - long.length)).fill(16)]; // shorter ones are not told
}

async function measurePresses(browser, site, who, exam) {
  const page = await (await loggedIn(browser, site, who, { viewport: PHONE })).newPage();
  await slowed(page);
  await page.goto(`${site.base}/sit/${exam}`);
  await page.locator(".choice").first().waitFor();
  const choices = page.locator(".choice input");
  const shown = await presses(page, Array.from({ length: 20 }, (_, at) => choices.nth(at % 4)));
  judge(`a choice shows, ${LARGE} questions, CPU ${SLOWER} x slower, median of 20`, middle(shown), 50);
  say("    the worst of them", `${Math.max(...shown)} ms`);
  const toggles = await presses(page, Array(6).fill(page.locator(".palette-toggle")));
  judge(`the palette of ${LARGE} opens or closes, median of 6`, middle(toggles), 100);
  await page.context().close();
}

/** The board's own answer, with its one candidate many times; each second some of them have changed. */
function crowd(whole, tick) {
  const [one] = whole.candidates;
  const numbers = Array.from({ length: tick === 0 ? ROWS : CHANGED }, (_, at) => (tick === 0 ? at : (tick * CHANGED + at) % ROWS));
  return { ...whole, complete: tick === 0, cursor: String(tick + 1), asOf: new Date().toISOString(),
    candidates: numbers.map((n) => ({ ...one, userId: `candidate-${n}`, fullName: `Candidate ${n}`, answered: tick % 40, lastSaveAt: new Date().toISOString() })) };
}

async function measureBoard(browser, site, exam) {
  const whole = await site.asStaff("GET", `/exam/${exam}/board`);
  const page = await (await loggedIn(browser, site, { token: await site.staffToken() }, { viewport: { width: 1280, height: 800 } })).newPage();
  let tick = 0;
  await page.route(/\/board(\?.*)?$/, (route) => (route.request().resourceType() === "fetch" ? route.fulfill({ json: crowd(whole, tick++) }) : route.continue()));
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const read = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  await page.goto(`${site.base}/staff/exams/${exam}/board`);
  await page.getByText(`${ROWS} candidates shown`).waitFor();
  await page.waitForTimeout(3000);
  const [before, first] = [await read(), tick];
  await page.waitForTimeout(SECONDS * 1000);
  const [after, ticks] = [await read(), tick - first];
  const each = (name) => ((after[name] - before[name]) * 1000) / ticks;
  judge(`board of ${ROWS} rows, ${CHANGED} change each second: script a tick`, Math.round(each("ScriptDuration")), 50);
  say("    with style, layout and painting", `${Math.round(each("TaskDuration"))} ms`);
  await page.context().close();
}

const { site, browser, close } = await openSite();
try {
  const question = (n) => ({ statement: `Question number ${n}: which of these is right?`, questionType: "SINGLE_CORRECT", domain: "bench", marks: 1,
    options: [{ text: `The first of ${n}`, isCorrect: true }, { text: "The second" }, { text: "The third" }, { text: "None of them" }] });
  const paper = (count) => ({ questions: Array.from({ length: count }, (_, at) => question(at + 1)) });
  const [usual, large] = [await site.exam("Forty questions", paper(40)), await site.exam("Two hundred", paper(LARGE))];
  const who = await site.person("Asha");
  for (const exam of [usual, large]) await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  await measureLines(browser, site, who, usual);
  await measurePresses(browser, site, who, large);
  await measureBoard(browser, site, usual);
} finally {
  await close();
}
