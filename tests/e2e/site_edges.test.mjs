// SPDX-License-Identifier: MIT
// At the edges of an exam: its end without a connection, a clock that jumps, a tab that comes back, an answer that the server does
// not take, a shared computer afterwards. What a candidate reads is true, and what they wrote goes where it can.

import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyRefusals, openPage } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { answersInDatabase, loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, server, site } = await setUp();

const DAY = 86_400_000; // ms
const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const saved = (page) => page.locator(".saving.good").waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();
const kept = (page) => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tripos.unsent:")).length);

async function writing(exam, name) {
  const who = await site.person(name);
  const { attemptId } = await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  return { ...who, attemptId };
}

async function openExam(exam, who, context) {
  const page = await openPage(context ?? await loggedIn(browser, site, who, { serviceWorkers: "block" }), `${site.base}/sit/${exam}`);
  await heading(page, "Question 1 of").waitFor();
  return page;
}

/** Saves do not get through until the returned function is called. */
async function holdSaves(page) {
  await page.route("**/saves", (route) => route.abort());
  return () => page.unroute("**/saves");
}

test("answers that wait when the exam ends go to the server all the same, which keeps them apart, and leave the computer", async () => {
  const exam = await site.exam("Too late");
  const who = await writing(exam, "Asha");
  const page = await openExam(exam, who);
  const release = await holdSaves(page);
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("1 answer not saved yet").waitFor();
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Too late" });
  await heading(page, "Your time is over").waitFor({ timeout: 45_000 });
  await page.getByText("1 answer did not arrive in time").waitFor();
  const other = await openPage(page.context(), `${site.base}/exams`);
  const asked = other.waitForEvent("dialog");
  const pressed = button(other, "Log out").click();
  const dialog = await asked; // it would be lost
  assert.match(dialog.message(), /have not reached the server/);
  await dialog.dismiss();
  await pressed;
  await other.close();
  assert.equal(await kept(page), 1);
  await release();
  await page.getByText("1 answer came too late and does not count. The server has kept it apart").waitFor();
  await page.getByText("did not arrive in time").waitFor({ state: "detached" });
  assert.equal(await kept(page), 0, "nothing of it stays on the computer");
  assert.deepEqual(server.sql("SELECT COUNT(*) FROM late_answers WHERE attempt_id = ?", who.attemptId), [[1]]);
  await page.goto(`${site.base}/exams`);
  await button(page, "Log out").click(); // without a question
  await page.waitForURL(`${site.base}/`);
  onlyRefusals(page);
});

test("a page that is loaded after the end sends what the computer kept", async () => {
  const exam = await site.exam("Loaded late");
  const who = await writing(exam, "Bela");
  const context = await loggedIn(browser, site, who, { serviceWorkers: "block" });
  const page = await openExam(exam, who, context);
  await holdSaves(page);
  await page.getByLabel("80", { exact: true }).check();
  await page.getByText("1 answer not saved yet").waitFor();
  page.on("dialog", (dialog) => dialog.accept()); // it warns of leaving
  await page.close();
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Loaded late" });
  const again = await openPage(context, `${site.base}/sit/${exam}`);
  await heading(again, "Your time is over").waitFor();
  await again.getByText("1 answer came too late").waitFor();
  assert.deepEqual(server.sql("SELECT COUNT(*) FROM late_answers WHERE attempt_id = ?", who.attemptId), [[1]]);
  onlyRefusals(again);
});

test("a device whose date jumps while nobody answers keeps the time that the server told", async () => {
  const exam = await site.exam("Jump", { minutes: 50 });
  const who = await writing(exam, "Chand");
  const page = await openExam(exam, who);
  await saved(page).catch(() => undefined);
  await page.context().setOffline(true);
  for (const jump of [DAY, -2 * DAY]) {
    await page.evaluate((ms) => { const real = Date.now.bind(Date); Date.now = () => real() + ms; }, jump);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 600))); // the page looks at its clocks four times a second
    assert.match(await page.getByRole("timer").innerText(), /^(49|50) minutes$/);
    assert.equal(await page.getByText("Time is up").count(), 0);
  }
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("1 answer not saved yet").waitFor();
  await page.context().setOffline(false);
  await saved(page);
  onlyRefusals(page);
});

test("at the end a page asks once a second and then less often, and as the server says", async () => {
  const exam = await site.exam("The end", { minutes: 1, endsIn: 12 });
  const who = await writing(exam, "Devi");
  const page = await openExam(exam, who);
  const asked = [];
  await page.route("**/status**", async (route) => {
    asked.push(Date.now());
    await route.fulfill({ status: 503, headers: { "Retry-After": "4" }, contentType: "application/json", body: JSON.stringify({ success: false, code: "overloaded", message: "busy" }) });
  });
  await page.getByRole("timer").getByText("0:00").waitFor({ timeout: 30_000 });
  for (const name of ["radio"]) assert.equal(await page.getByRole(name, { disabled: false }).count(), 0, "nothing is written past the end");
  const since = asked.length;
  await page.waitForTimeout(9000);
  assert.ok(asked.length - since >= 1 && asked.length - since <= 4, `${asked.length - since} times in 9 s`);
  await page.unroute("**/status**");
  await heading(page, "Your time is over").waitFor({ timeout: 30_000 });
  onlyRefusals(page);
});

test("one answer that the server cannot read holds up no other, and does not count as on its way", async () => {
  const exam = await site.exam("Culprit");
  const who = await writing(exam, "Esha");
  const { exam: { questions } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, who.token);
  const context = await loggedIn(browser, site, who, { serviceWorkers: "block" });
  // As a page of another release may have left it.
  await context.addInitScript(([key, entry]) => { if (!sessionStorage.done) localStorage.setItem(key, entry); sessionStorage.done = "yes"; }, [
    `tripos.unsent:${who.attemptId}:${questions[2].id}`, `{"answer":{"selectedOptionIds":[],"numericalAnswer":1e301,"flagged":false},"revision":0}`]);
  const page = await openExam(exam, who, context);
  await page.getByLabel("443", { exact: true }).check();
  await page.getByRole("button", { name: "Question 1, answered, saved" }).waitFor();
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [["443"], null, null, null]);
  await button(page, "Review and hand in").click();
  const handIn = async () => {
    await page.getByRole("button", { name: /^Hand in \d/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  };
  await handIn();
  await page.getByText("Some answers wait for you").waitFor();
  await page.getByRole("region", { name: "Not saved yet" }).or(page.locator("section", { hasText: "Not saved yet" })).getByRole("button", { name: "Question 3" }).click();
  const field = page.getByLabel("Your answer, a number");
  await field.fill(`1${"0".repeat(301)}`);
  await page.getByText("This is not a number").waitFor();
  await field.fill("1.41");
  await page.getByRole("button", { name: "Question 3, answered, saved" }).waitFor();
  await button(page, "Review and hand in").click();
  await handIn();
  await heading(page, "Handed in").waitFor();
  onlyRefusals(page);
});

test("a tab that takes the exam over with a session that has ended goes on after the log-in", async () => {
  const exam = await site.exam("Back here");
  const who = await writing(exam, "Farah");
  const context = await loggedIn(browser, site, who, { serviceWorkers: "block" });
  const first = await openExam(exam, who, context);
  const second = await openExam(exam, who, context);
  await second.getByRole("button", { name: "Continue here" }).click();
  await first.getByRole("button", { name: "Continue here" }).waitFor();
  await site.call("POST", "/auth/logout", undefined, who.token);
  await first.getByRole("button", { name: "Continue here" }).click();
  await first.getByText("Log in again to go on").waitFor();
  await first.getByLabel("E-mail address").fill(who.email);
  await first.getByLabel("Password").fill(PASSWORD);
  await first.getByRole("button", { name: "Log in" }).click();
  await heading(first, "Question 1 of").waitFor();
  await first.getByLabel("443", { exact: true }).check();
  await saved(first);
  for (const page of [first, second]) onlyRefusals(page);
});

test("whoever loads the page behind the end and is given more time writes on", async () => {
  const exam = await site.exam("Given more", { minutes: 1, endsIn: 600 });
  const who = await writing(exam, "Gita");
  const page = await openPage(await loggedIn(browser, site, who, { serviceWorkers: "block" }), `${site.base}/exams/${exam}`);
  let isOver = true; // as it is for some seconds between the end and the closing of the attempt
  await page.route(`**/exam-attempt/${exam}/attempt`, (route) => (isOver
    ? route.fulfill({ status: 409, contentType: "application/json", body: JSON.stringify({ success: false, code: "time_over", message: "over" }) }) : route.continue()));
  await page.route("**/status**", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: isOver ? { ...body, deadline: new Date(Date.parse(body.serverTime) - 1000).toISOString() } : body });
  });
  await page.goto(`${site.base}/sit/${exam}`);
  await page.getByText("Time is up").waitFor();
  isOver = false;
  await heading(page, "Question 1 of").waitFor({ timeout: 20_000 });
  await page.getByLabel("443", { exact: true }).check();
  await saved(page);
  onlyRefusals(page);
});

test("a deadline on another day tells the day, and hours are told as hours", async () => {
  const exam = await site.exam("Three days", { minutes: 3 * 24 * 60, endsIn: 4 * 24 * 3600 });
  const who = await writing(exam, "Hema");
  const page = await openExam(exam, who);
  const { deadline } = await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token);
  const day = await page.evaluate((at) => new Date(at).toLocaleDateString("en", { day: "numeric", month: "short" }), deadline);
  await page.getByText("Your exam ends at").filter({ hasText: day }).waitFor();
  assert.match(await page.getByRole("timer").innerText(), /^(72 h 0 min|71 h 59 min)$/);
  assert.deepEqual(page.problems, []);
});

test("a paper that trickles in over a slow line is waited for", async () => {
  const exam = await site.exam("Slow line");
  const who = await writing(exam, "Indu");
  const context = await loggedIn(browser, site, who, { serviceWorkers: "block" });
  // A body in pieces that are further apart, all told, than a request may be silent; time passes as the test says.
  await context.addInitScript(() => {
    const real = window.fetch;
    window.fetch = async (address, options) => {
      const answer = await real(address, options);
      if (!String(address).endsWith("/attempt") || !window.trickle) return answer;
      const bytes = new Uint8Array(await answer.arrayBuffer()), piece = Math.ceil(bytes.length / 5);
      let at = 0;
      const body = new ReadableStream({ async pull(controller) {
        await window.trickle();
        if (options.signal.aborted) return controller.error(options.signal.reason);
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at += piece));
      } });
      return new Response(body, { status: answer.status, headers: answer.headers });
    };
  });
  const page = await context.newPage();
  await page.clock.install();
  let asked = 0;
  page.on("request", (request) => { asked += Number(request.url().endsWith(`/exam-attempt/${exam}/attempt`)); });
  await page.addInitScript(() => { window.trickle = () => new Promise((done) => setTimeout(done, 8000)); });
  await page.goto(`${site.base}/sit/${exam}`);
  for (let seconds = 0; seconds < 60 && await heading(page, "Question 1 of").count() === 0; seconds += 2) await page.clock.runFor(2000);
  await heading(page, "Question 1 of").waitFor();
  assert.equal(asked, 1, "it was never asked for again");
});

test("going back after a log-out shows nothing of the one before, and a log-out that fails says so", async () => {
  const exam = await site.exam("Shared");
  const who = await site.person("Jaya");
  const context = await loggedIn(browser, site, who);
  const page = await openPage(context, `${site.base}/exams/${exam}`);
  await heading(page, "Shared").waitFor();
  await page.route("**/logout", (route) => route.abort());
  const told = page.waitForEvent("dialog");
  const pressed = button(page, "Log out").click();
  const dialog = await told;
  assert.match(dialog.message(), /You are still logged in/);
  await dialog.accept();
  await pressed;
  await page.unroute("**/logout");
  const other = await openPage(context, `${site.base}/exams`);
  await button(other, "Log out").click();
  await other.waitForURL(`${site.base}/`);
  // Browsers under test keep no page for going back; this is what they tell one that was kept.
  const reloaded = page.waitForEvent("load");
  await page.evaluate(() => { dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })); });
  await reloaded;
  await page.getByRole("heading", { level: 1, name: "Log in" }).waitFor();
  onlyRefusals(page);
});

test("a browser in which the pages' scripts do not run says so, in words", async () => {
  const context = await browser.newContext();
  await context.route("**/site/*.js", (route) => route.abort());
  const page = await context.newPage();
  for (const path of ["/", "/login", "/staff"]) {
    await page.goto(site.base + path);
    await page.getByText("These pages need JavaScript").waitFor({ state: "visible" });
  }
  await context.close();
});

test("in the palette what is not saved, what is marked and what has the focus can be told on an answered question", async () => {
  const exam = await site.exam("Told apart");
  const page = await openExam(exam, await writing(exam, "Zara"));
  const release = await holdSaves(page);
  await page.getByLabel("443", { exact: true }).check();
  await page.getByLabel("Mark for review").check();
  const cell = page.locator(".palette .cell").first();
  await page.waitForFunction(() => document.querySelector(".palette .cell").matches(".answered.marked.unsaved"));
  const look = (pseudo) => cell.evaluate((one, part) => {
    const { content, borderTopColor, color, backgroundClip, boxShadow, outlineStyle, outlineOffset } = getComputedStyle(one, part);
    return { content, borderTopColor, color, backgroundClip, boxShadow, outlineStyle, outlineOffset };
  }, pseudo);
  assert.equal((await look("::before")).content, '"!"');
  assert.equal((await look()).backgroundClip, "padding-box", "the dashes do not lie on the fill");
  assert.equal((await look("::after")).borderTopColor, (await look()).color, "the corner has the colour of the number");
  const before = await look();
  assert.notEqual(before.boxShadow, "none", "the present question");
  await cell.focus();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  const focused = await look();
  assert.deepEqual([focused.outlineStyle, focused.outlineOffset, focused.boxShadow], ["solid", "5px", before.boxShadow]);
  await page.getByText("No connection since").first().waitFor();
  assert.equal(await page.locator(".palette .languages").count(), 0, "it would load the page again");
  await release();
  await saved(page);
  await page.locator(".palette .languages").waitFor();
  onlyRefusals(page);
});
