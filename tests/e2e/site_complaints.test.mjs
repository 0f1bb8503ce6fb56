// SPDX-License-Identifier: MIT
// What people complain about elsewhere, as far as no journey of the other files holds it; docs/site.md has the list. Hours pass by
// the browser's fake clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const MINUTE = 60_000; // ms
const WITHOUT_WORKER = { serviceWorkers: "block" }; // past it no route of a test would see the requests
const later = (minutes) => new Date(Date.now() + minutes * MINUTE).toISOString();
const question = (page, n) => page.getByRole("heading", { level: 1, name: `Question ${n} of 4` }).waitFor();
const grant = (userId, examId, what) => site.asStaff("PUT", "/admin/accommodations", { userId, examId, ...what, reason: "as agreed" });

/** A page of this candidate whose time the test lets pass. */
async function openWithClock(who, path) {
  const context = await loggedIn(browser, site, who, WITHOUT_WORKER);
  await context.clock.install();
  return openPage(context, site.base + path);
}

async function writing(exam, name) {
  const who = await site.person(name);
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  return who;
}

test("after a minute without a connection the first success takes the banner away within a second, without a reload", async () => {
  const exam = await site.exam("Outage");
  const page = await openWithClock(await writing(exam, "Asha"), `/sit/${exam}`);
  await question(page, 1);
  const sockets = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const loads = [];
  page.on("load", () => loads.push(page.url()));
  await page.route("**/api/**", (route) => route.abort());
  await page.getByLabel("443", { exact: true }).check();
  const banner = page.getByText("No connection since");
  await banner.waitFor();
  assert.equal(await page.getByText("Tell the invigilator").count(), 0);
  await page.clock.runFor(MINUTE + 5000);
  await page.getByText("Tell the invigilator").waitFor();
  await page.unroute("**/api/**");
  const isSaved = page.waitForResponse((answer) => answer.url().endsWith("/saves") && answer.ok());
  await page.getByRole("button", { name: "Try now" }).click();
  await isSaved;
  await banner.waitFor({ state: "detached", timeout: 1000 });
  assert.deepEqual([sockets, loads], [[], []]);
  onlyRefusals(page);
});

test("in an exam of forty minutes a screen reader hears four announcements and the end", async () => {
  const exam = await site.exam("Spoken", { minutes: 40 });
  const who = await writing(exam, "Bela");
  const context = await loggedIn(browser, site, who, WITHOUT_WORKER);
  await context.clock.install();
  const page = await context.newPage();
  let isOver = false;
  // The server's time passes as the page's does.
  await page.route(/\/api\/exam-attempt\/[^/]+\/(attempt|status)/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const passed = await page.evaluate(() => performance.now());
    page.startedAt ??= Date.parse(body.serverTime) - passed;
    await route.fulfill({ response: answer, json: { ...body, serverTime: new Date(page.startedAt + passed).toISOString(), ...(isOver && { status: "AUTO_SUBMITTED" }) } });
  });
  await page.goto(`${site.base}/sit/${exam}`);
  await question(page, 1);
  await page.evaluate(() => {
    window.heard = [];
    const listen = (changes) => {
      const regions = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest('[aria-live], [role="status"], [role="alert"]'));
      for (const region of new Set(regions)) if (region?.textContent) window.heard.push(region.textContent);
    };
    new MutationObserver(listen).observe(document.body, { childList: true, subtree: true, characterData: true });
    const real = window.fetch;
    window.underWay = 0;
    window.fetch = (...request) => { ++window.underWay; return real(...request).finally(() => --window.underWay); };
  });
  // By the page's own clock, which a leap amid an answer sets back by as much.
  for (let passed = 0; passed < 42 * MINUTE && (await page.evaluate(() => window.heard.length)) < 4; passed += 20_000) {
    await page.clock.fastForward(20_000);
    await page.waitForFunction(() => window.underWay === 0); // or the next leap takes what it waits for over its 10 s
  }
  assert.deepEqual(await page.evaluate(() => window.heard), ["30 minutes left", "10 minutes left", "5 minutes left", "1 minute left"]);
  isOver = true;
  await page.clock.runFor(MINUTE);
  await page.getByRole("heading", { level: 1, name: "Your time is over, and your exam is handed in" }).waitFor();
});

test("whose extra time the end would cut is told before publishing; lobby, exam and board then have one deadline", async () => {
  const who = await site.person("Chand");
  const { data: { id } } = await site.call("GET", "/profile/me", undefined, who.token);
  const { data } = await site.asStaff("POST", "/question/create", { statement: "Two and three?", questionType: "NUMERICAL", domain: "sums", marks: 1, numericalAnswer: 5, tolerance: 0 });
  const { exam } = await site.asStaff("POST", "/exam/create", { title: "Extra time", description: "One question.", durationMinutes: 30, startTime: later(-1), endTime: later(40), extraTimePastEnd: false });
  await site.asStaff("POST", `/exam/${exam.id}/questions`, { addQuestionIds: [{ questionId: data.id, marks: 1 }] });
  await grant(id, exam.id, { minutes: 30 });
  const staff = await openPage(await loggedIn(browser, site, { token: await site.staffToken() }), `${site.base}/staff/exams/${exam.id}/publish`);
  await staff.getByText("The end cuts the time of 1 candidate").waitFor();
  await staff.getByText("Chand Rao").waitFor();
  await site.asStaff("POST", `/exam/${exam.id}/publish`);
  const context = await loggedIn(browser, site, who);
  const lobby = await openPage(context, `${site.base}/exams/${exam.id}`);
  const told = await site.call("GET", `/exam/${exam.id}/lobby`, undefined, who.token);
  await lobby.getByRole("button", { name: "Start" }).click();
  await lobby.getByRole("heading", { level: 1, name: "Question 1 of 1" }).waitFor();
  const written = await site.call("GET", `/exam-attempt/${exam.id}/status`, undefined, who.token);
  const { candidates: [row] } = await site.asStaff("GET", `/exam/${exam.id}/board`);
  const times = [told, written, row].map(({ deadline }) => Date.parse(deadline));
  assert.ok(Math.max(...times) - Math.min(...times) < 1000, String(times));
  assert.equal(times[1], Date.parse(exam.endTime), "the end is what ends it");
  assert.deepEqual([told.deadlineReason, written.deadlineReason], ["exam_end", "exam_end"]);
  assert.deepEqual(staff.problems, []);
});

test("a start that is moved while somebody waits moves the countdown, and before it nothing returns the paper", async () => {
  const exam = await site.exam("Moved", { startsIn: 3600, endsIn: 7200 });
  const who = await site.person("Devi");
  const { data: { id } } = await site.call("GET", "/profile/me", undefined, who.token);
  const page = await openWithClock(who, `/exams/${exam}`);
  const answers = [];
  page.on("response", async (answer) => { if (answer.url().includes("/api/")) answers.push(await answer.text().catch(() => "")); });
  await page.getByText(/Starts in 00:5\d:/).waitFor();
  await grant(id, exam, { startTime: later(100), endTime: later(118) });
  await page.clock.runFor(25_000);
  await page.getByText(/Starts in 01:[34]\d:/).waitFor();
  for (const [method, what] of [["GET", "attempt"], ["POST", "start"]]) {
    const refused = await site.ask(method, `/exam-attempt/${exam}/${what}`, method === "POST" ? {} : undefined, who.token);
    assert.ok(refused.status >= 400, `${what}: ${refused.status}`);
    answers.push(await refused.text());
  }
  assert.deepEqual(answers.filter((text) => text.includes("Which port does HTTPS use?")), []);
  onlyRefusals(page);
});
