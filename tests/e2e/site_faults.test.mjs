// SPDX-License-Identifier: MIT
// What may happen to the machines while an exam is written: the server dies, Redis hangs, a clock is wrong, somebody else logs in.
// What the page called saved is compared with the database.

import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyRefusals, openPage } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { answersInDatabase, loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { server, browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const saved = (page) => page.locator(".saving.good").waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();

const DAY = 86_400_000; // ms
const clockOff = (ms) => `{ const real = Date.now.bind(Date); Date.now = () => real() + ${ms}; }`;

/** Somebody who writes. */
async function writing(exam, name) {
  const who = await site.person(name);
  const { attemptId } = await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  return { ...who, attemptId };
}

async function openExam(exam, who, { options, script } = {}) {
  const context = await loggedIn(browser, site, who, options);
  if (script) await context.addInitScript(script);
  const page = await openPage(context, `${site.base}/sit/${exam}`);
  await heading(page, "Question 1 of").waitFor();
  return page;
}

test("a server that dies in the middle of an exam and comes back has every answer, and the pages go on by themselves", async () => {
  const exam = await site.exam("Power cut");
  const who = await writing(exam, "Asha");
  const page = await openExam(exam, who);
  const staff = await loggedIn(browser, site, { token: await site.staffToken() });
  await staff.addInitScript(clockOff(-DAY));
  const board = await openPage(staff, `${site.base}/staff/exams/${exam}/board`);
  await board.getByText("1 candidate shown").waitFor();
  await page.getByLabel("443", { exact: true }).check();
  await saved(page);
  await server.crash();
  await button(page, "Next").click();
  await page.getByLabel("TCP").check();
  await page.getByText("No connection since").waitFor();
  await board.getByText("The server has not answered for a while").waitFor();
  await server.again();
  await page.getByText("No connection since").waitFor({ state: "detached", timeout: 35_000 });
  await saved(page);
  await board.getByRole("row").filter({ hasText: "2 of 4" }).waitFor();
  await board.getByText("The server has not answered for a while").waitFor({ state: "detached" });
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [["443"], ["TCP"], null, null]);
  for (const one of [page, board]) onlyRefusals(one);
});

test("a Redis that hangs and then dies costs no answer", async () => {
  const exam = await site.exam("Without Redis");
  const who = await writing(exam, "Bela");
  const page = await openExam(exam, who);
  const redis = Number(server.redis("INFO", "server").match(/process_id:(\d+)/)[1]);
  process.kill(redis, "SIGSTOP");
  await page.getByLabel("443", { exact: true }).check();
  await button(page, "Next").click();
  await page.getByLabel("UDP").check();
  await button(page, "Next").click();
  await saved(page);
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [["443"], ["UDP"], null, null]);
  process.kill(redis, "SIGKILL");
  await page.getByLabel("Your answer, a number").fill("1.41");
  await page.getByRole("button", { name: "Question 3, answered, saved" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Question 3, answered, saved" }).waitFor();
  await button(page, "Review and hand in").click();
  await page.getByRole("button", { name: /^Hand in 3/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await heading(page, "Handed in").waitFor();
  await page.getByText("3 of 4").waitFor();
  onlyRefusals(page);
});

test("two devices whose clocks are a day apart have one deadline, and neither overwrites the other", async () => {
  const exam = await site.exam("Clocks", { minutes: 50 });
  const who = await writing(exam, "Chand");
  const [early, late] = [await openExam(exam, who, { script: clockOff(-DAY) }), await openExam(exam, who, { script: clockOff(DAY) })];
  for (const page of [early, late]) assert.equal(await page.getByRole("timer").innerText(), "50 minutes");
  await late.getByLabel("80", { exact: true }).check();
  await saved(late);
  await early.getByLabel("443", { exact: true }).check();
  await early.getByText("This answer was changed elsewhere").waitFor();
  await early.getByRole("button", { name: "Keep the one on this page" }).click();
  await saved(early);
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [["443"], null, null, null]);
  const ends = await Promise.all([early, late].map((page) => page.getByText("Your exam ends at").innerText()));
  assert.equal(ends[0], ends[1]);
  for (const one of [early, late]) onlyRefusals(one);
});

test("a paper of five hundred questions is written, looked over and handed in", async () => {
  const question = (n) => ({ statement: `How much is ${n} and one?`, questionType: "NUMERICAL", domain: "sums", marks: 1, numericalAnswer: n + 1 });
  const exam = await site.exam("Long", { questions: Array.from({ length: 500 }, (_, n) => question(n)) });
  const who = await writing(exam, "Devi");
  const page = await openExam(exam, who);
  await page.getByRole("button", { name: /^Question 500,/ }).click();
  await heading(page, "Question 500 of 500").waitFor();
  await page.getByLabel("Your answer, a number").fill("500");
  await page.getByRole("button", { name: "Question 500, answered, saved" }).waitFor();
  await button(page, "Review and hand in").click();
  await page.getByRole("button", { name: "Hand in 1 of 500 answers" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await heading(page, "Handed in").waitFor();
  await page.getByText("1 of 500").waitFor();
  onlyRefusals(page);
});

test("whoever logs in on a shared computer meanwhile gets none of somebody's answers, and does not hand in for them", async () => {
  const exam = await site.exam("Shared computer");
  const [who, other] = [await writing(exam, "Esha"), await writing(exam, "Farah")];
  const page = await openExam(exam, who, { options: { serviceWorkers: "block" } });
  const asked = (n) => page.waitForFunction((wanted) => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/api/profile/me")).length >= wanted, n);
  await asked(1); // whose exam it is
  await page.getByLabel("80", { exact: true }).check();
  await saved(page);
  const second = await openPage(page.context(), `${site.base}/login`);
  await second.getByLabel("E-mail address").fill(other.email);
  await second.getByLabel("Password").fill(PASSWORD);
  await second.getByRole("button", { name: "Log in" }).click();
  await heading(second, "My exams").waitFor();

  await page.getByText("Somebody else has logged in").waitFor();
  await page.evaluate(() => document.querySelectorAll("input[type=radio]")[1].click()); // as if it had been just then
  await page.getByText("1 answer not saved yet").waitFor();
  const logIn = async (email) => {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
  };
  await asked(2); // who has come
  await logIn(other.email);
  await asked(3);
  assert.ok(await page.getByText("Somebody else has logged in").isVisible());
  await logIn(who.email);
  await saved(page);
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [["443"], null, null, null]);
  assert.deepEqual(await answersInDatabase(site, server, exam, other, other.attemptId), [null, null, null, null]);

  // Of which no other tab tells: it is asked for before the one act that cannot be taken back.
  await page.context().addCookies([{ name: "accessToken", value: other.token, url: site.base, httpOnly: true, sameSite: "Lax" }]);
  await button(page, "Review and hand in").click();
  await page.getByRole("button", { name: /^Hand in 1/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await page.getByText("Somebody else has logged in").waitFor();
  for (const { token } of [other, { token: await site.logIn(who.email) }]) {
    assert.equal((await site.call("GET", `/exam-attempt/${exam}/status`, undefined, token)).status, "IN_PROGRESS");
  }
  for (const one of [page, second]) onlyRefusals(one);
});
