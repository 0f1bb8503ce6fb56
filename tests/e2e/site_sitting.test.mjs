// SPDX-License-Identifier: MIT
// What a candidate must not lose while they write and afterwards: the way back to the exam, the question, what was typed, a word
// of the staff, a refusal, the receipt.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessibleAndFitting, focused, onlyRefusals, openPage, overflow, tabTo } from "./browser.mjs";
import { answersInDatabase, loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, server, site } = await setUp();

const PHONE = { viewport: { width: 360, height: 740 } };
const WITHOUT_WORKER = { serviceWorkers: "block" }; // past it no route of a test would see the requests
const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const saved = (page) => page.locator(".saving.good").waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();
const number = (page) => page.getByLabel("Your answer, a number");
const LONG = { statement: "Read this.\n\n".repeat(150), questionType: "NUMERICAL", domain: "sums", marks: 1, numericalAnswer: 5 };

async function writing(exam, name) {
  const who = await site.person(name);
  const { attemptId } = await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  return { ...who, attemptId };
}

async function openExam(exam, who, options = {}) {
  const page = await openPage(await loggedIn(browser, site, who, { ...WITHOUT_WORKER, ...options }), `${site.base}/sit/${exam}`);
  await heading(page, "Question 1 of").waitFor();
  return page;
}

const time = (page, iso) => page.evaluate((at) => new Date(at).toLocaleTimeString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }), iso);

test("whoever has more time than the exam finds the way back behind its end, with their own deadline", async () => {
  const exam = await site.exam("Extra time");
  const who = await site.person("Asha");
  const { data: { id } } = await site.call("GET", "/profile/me", undefined, who.token);
  await site.asStaff("PUT", "/admin/accommodations", { userId: id, examId: exam, minutes: 60, reason: "as agreed" });
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const page = await openPage(await loggedIn(browser, site, who), `${site.base}/exams/${exam}`);
  const { deadline } = await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token);
  await page.getByText(`You can write until`).filter({ hasText: await time(page, deadline) }).waitFor();
  assert.equal(await page.getByText("Would you start now").count(), 0, "it is begun");
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Extra time" });
  const attempt = (await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token)).attemptId;
  await site.asStaff("POST", `/exam-attempt/${attempt}/reopen`, { minutes: 20, reason: "fire alarm" });
  const moved = (await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token)).deadline;
  await page.goto(`${site.base}/exams`);
  await page.getByText(`You can write until`).filter({ hasText: await time(page, moved) }).waitFor();
  await page.goto(`${site.base}/exams/${exam}`);
  await page.getByText("The staff have opened your exam again.").waitFor();
  await page.getByRole("link", { name: "Go on writing" }).click();
  await heading(page, "Question 1 of 4").waitFor();
  assert.deepEqual(page.problems, []);
});

test("a message counts as seen once it was on the screen, and the bar tells of one above", async () => {
  const exam = await site.exam("Messages", { questions: [LONG] });
  const who = await writing(exam, "Bela");
  const page = await openExam(exam, who, PHONE);
  const seen = async () => (await site.asStaff("GET", `/exam/${exam}/notices`)).notices[0].seen;
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await site.asStaff("POST", `/exam/${exam}/notices`, { text: "Question 1: read it twice.", confirm: "Messages" });
  const save = async (value) => {
    const answer = page.waitForResponse("**/saves");
    await number(page).fill(value);
    await number(page).blur();
    await answer;
  };
  await save("1");
  const above = page.getByRole("button", { name: "New message of the staff - show" });
  await above.waitFor();
  assert.ok(await above.evaluate((one) => one.getBoundingClientRect().top >= 0 && one.getBoundingClientRect().bottom < innerHeight), "it is in sight");
  await save("2");
  assert.equal(await seen(), 0, "nobody has read it");
  await above.click();
  await above.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => scrollY), 0);
  await save("3");
  for (let n = 0; n !== 1;) n = await seen();
  // The line is cut while the banner about it is out of sight.
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await page.route("**/saves", (route) => route.abort());
  await number(page).fill("4");
  await number(page).blur();
  await page.getByRole("button", { name: /^No connection since .* - show$/ }).click();
  await page.getByText("No connection since").first().waitFor();
  onlyRefusals(page);
});

test("answers that the server refuses without a known reason are tried again, and the page says so", async () => {
  const exam = await site.exam("Refused");
  const who = await writing(exam, "Chand");
  const page = await openExam(exam, who);
  await page.route("**/saves", (route) => route.fulfill({ status: 403, json: { code: "filtered", message: "The firewall says no." } }));
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("The server does not take your answers: The firewall says no.").waitFor();
  await page.getByText("Tell the invigilator.").waitFor();
  await page.getByText("1 answer not saved yet").waitFor();
  await assertAccessibleAndFitting(page);
  await page.unroute("**/saves");
  await saved(page); // by itself
  await page.getByText("The server does not take your answers").waitFor({ state: "detached" });
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [["443"], null, null, null]);
  onlyRefusals(page);
});

test("a reload and another tab come back to the same question", async () => {
  const exam = await site.exam("Place");
  const who = await writing(exam, "Devi");
  const page = await openExam(exam, who);
  await button(page, "Next").click();
  await button(page, "Next").click();
  await heading(page, "Question 3 of 4").waitFor();
  await page.reload();
  await heading(page, "Question 3 of 4").waitFor();
  const other = await openPage(page.context(), `${site.base}/sit/${exam}`);
  await heading(other, "Question 1 of 4").waitFor();
  await other.getByRole("button", { name: "Continue here" }).click();
  await page.getByRole("button", { name: "Continue here" }).click();
  await heading(page, "Question 3 of 4").waitFor();
  await page.getByRole("button", { name: "Continue here" }).waitFor({ state: "detached" });
  for (const one of [page, other]) assert.deepEqual(one.problems, []);
});

test("a number is kept when the page is left at once, and what is none stays, and is not called saved", async () => {
  const exam = await site.exam("Numbers");
  const who = await writing(exam, "Esha");
  const page = await openExam(exam, who);
  await page.getByRole("button", { name: /^Question 3,/ }).click();
  page.on("dialog", (dialog) => dialog.accept());
  await number(page).fill("42");
  await page.reload(); // before the pause after the last key is over
  await saved(page);
  assert.equal(await number(page).inputValue(), "42");
  assert.deepEqual(await answersInDatabase(site, server, exam, who, who.attemptId), [null, null, "42", null]);
  await number(page).fill("1,41 or so");
  await page.getByText("1 answer is no number").waitFor();
  await button(page, "Next").click();
  await page.getByText("1 answer is no number").waitFor();
  await page.getByRole("button", { name: "Question 3, answered, no number, not sent" }).click();
  assert.equal(await number(page).inputValue(), "1,41 or so");
  await assertAccessibleAndFitting(page);
  await number(page).fill("1,41");
  await page.getByRole("button", { name: "Question 3, answered, saved" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("the receipt is there again on every way, also for whom the clock ended", async () => {
  const exam = await site.exam("Receipts");
  const [who, late] = [await writing(exam, "Farah"), await writing(exam, "Gita")];
  await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, who.token);
  const page = await openPage(await loggedIn(browser, site, who, PHONE), `${site.base}/exams`);
  await page.getByRole("link", { name: "Receipt: Receipts" }).waitFor();
  await assertAccessibleAndFitting(page);
  await page.goto(`${site.base}/exams/${exam}`);
  await page.getByText("You have handed this exam in.").waitFor();
  assert.equal(await page.getByText(/write until/).count(), 0);
  await page.getByRole("link", { name: "Receipt" }).click();
  const signed = async (one, { token }) => {
    const [download] = await Promise.all([one.waitForEvent("download"), one.getByRole("link", { name: "Download the signed receipt" }).click()]);
    const receipt = JSON.parse(await readFile(await download.path(), "utf8"));
    assert.ok((await site.call("POST", "/receipts/verify", receipt, token)).genuine);
    return receipt.signature;
  };
  const first = await signed(page, who);
  await page.reload();
  assert.equal(await signed(page, who), first);
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Receipts" });
  const closed = await openPage(await loggedIn(browser, site, late), `${site.base}/exams/${exam}`);
  await closed.getByText("Your time is over, and this exam is handed in.").waitFor();
  await closed.getByRole("link", { name: "Receipt" }).click();
  await heading(closed, "Your time is over, and your exam is handed in").waitFor();
  await signed(closed, late);
  await closed.goto(`${site.base}/results/${exam}`);
  await closed.getByRole("link", { name: "Receipt" }).waitFor();
  for (const one of [page, closed]) onlyRefusals(one);
});

test("a hand-in that fails says so where it was pressed", async () => {
  const question = (n) => ({ statement: `How much is ${n} and one?`, questionType: "NUMERICAL", domain: "sums", marks: 1, numericalAnswer: n + 1 });
  const exam = await site.exam("Many", { questions: Array.from({ length: 60 }, (_, n) => question(n)) });
  const page = await openExam(exam, await writing(exam, "Hema"), PHONE);
  await page.route("**/saves", (route) => route.abort());
  await number(page).fill("1");
  await number(page).blur();
  await button(page, "Review and hand in").click();
  await page.getByRole("button", { name: /^Hand in \d/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  const problem = page.getByText("1 answer has not reached the server, so nothing was handed in");
  await problem.waitFor();
  await page.waitForFunction(() => document.activeElement.textContent.includes("nothing was handed in"));
  assert.ok(await problem.evaluate((one) => one.getBoundingClientRect().top > 0 && one.getBoundingClientRect().bottom <= innerHeight));
  onlyRefusals(page);
});

test("on a phone a long title leaves room for the question, and the palette comes before what it covers", async () => {
  const title = "An introduction to the networks of the world, their protocols, and whatever else may be asked in May";
  const exam = await site.exam(title);
  const page = await openExam(exam, await writing(exam, "Indu"), PHONE);
  await page.route("**/saves", (route) => route.abort());
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("1 answer not saved yet").waitFor();
  const bar = await page.locator(".sit-top").evaluate((one) => one.offsetHeight);
  assert.ok(bar <= 170, `${bar} of 740 px`);
  await page.getByRole("button", { name: "Questions", exact: true }).click();
  await page.getByRole("navigation", { name: "Questions" }).getByText(title).waitFor();
  await tabTo(page, /^(All|Show)/);
  await tabTo(page, /^Question 1,/);
  await page.keyboard.press("Tab");
  assert.match(await focused(page), /^Question 2,/, "before the question itself");
  assert.equal(await overflow(page), 0);
  await assertAccessibleAndFitting(page);
  onlyRefusals(page);
});

test("the time is spoken each time it is asked for, by a button too, and the keys can be switched off", async () => {
  const exam = await site.exam("Keys");
  const page = await openExam(exam, await writing(exam, "Jaya"));
  const spoken = page.locator(".spoken[role=status]");
  await page.keyboard.press("Alt+Shift+T");
  await spoken.getByText("45 minutes left").waitFor({ state: "attached" });
  const first = await spoken.textContent();
  await page.getByText("Keyboard", { exact: true }).click();
  await page.getByRole("button", { name: "Say the time left to a screen reader" }).click();
  await page.waitForFunction((before) => document.querySelector(".spoken[role=status]").textContent !== before, first);
  await assertAccessibleAndFitting(page);
  await page.getByLabel("Use these keys").uncheck();
  await page.keyboard.press("Alt+Shift+N");
  await page.reload();
  await heading(page, "Question 1 of 4").waitFor();
  await page.keyboard.press("Alt+Shift+N");
  await page.getByText("Keyboard", { exact: true }).click();
  await page.getByLabel("Use these keys").check();
  assert.ok(await heading(page, "Question 1 of 4").isVisible());
  await page.keyboard.press("Alt+Shift+N");
  await heading(page, "Question 2 of 4").waitFor();
  assert.deepEqual(page.problems, []);
});

test("a server that is too busy to let somebody in is asked again by itself, and the seconds show", async () => {
  const exam = await site.exam("Crowded");
  const page = await openPage(await loggedIn(browser, site, await site.person("Kiran"), WITHOUT_WORKER), `${site.base}/exams/${exam}`);
  let asked = 0;
  await page.route("**/start", (route) => (++asked > 2 ? route.continue()
    : route.fulfill({ status: asked === 1 ? 503 : 429, headers: { "Retry-After": "1" }, json: { code: asked === 1 ? "overloaded" : "rate_limited", message: "Busy" } })));
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText(/Trying again in \d seconds?; you lose no time/).waitFor();
  await heading(page, "Question 1 of 4").waitFor();
  assert.equal(asked, 3);
  onlyRefusals(page);
});

test("an exam that is days away counts them, a conflict is drawn with its formulas, and a visitor is asked who they are", async () => {
  const coming = await site.exam("Far away", { startsIn: 9 * 86_400 - 60, endsIn: 10 * 86_400 });
  const formula = { statement: "Which?", questionType: "SINGLE_CORRECT", domain: "m", marks: 1, format: "markdown", options: [{ text: "$\\frac{1}{2}$", isCorrect: true }, { text: "$x^2$" }] };
  const exam = await site.exam("Formulas", { questions: [formula] });
  const who = await writing(exam, "Lata");
  const page = await openPage(await loggedIn(browser, site, who), `${site.base}/exams/${coming}`);
  await page.getByText(/Starts in 8 days and 23:5\d:\d\d/).waitFor();
  const [one, two] = [await openExam(exam, who), await openExam(exam, who)];
  await one.getByRole("radio").first().check();
  await saved(one);
  await two.getByRole("radio").last().check();
  const conflict = two.getByRole("alert").filter({ hasText: "This answer was changed elsewhere" });
  await conflict.locator(".katex").nth(1).waitFor();
  await assertAccessibleAndFitting(two);
  const visitor = await openPage(await browser.newContext(), `${site.base}/sit/${exam}`);
  await visitor.getByRole("heading", { name: "Log in to open your exam" }).waitFor();
  assert.equal(await visitor.getByText("Your answers are kept").count(), 0);
  for (const each of [page, one, two, visitor]) onlyRefusals(each);
});
