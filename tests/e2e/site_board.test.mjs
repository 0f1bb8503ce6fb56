// SPDX-License-Identifier: MIT
// The site as staff meet it during an exam: who is how far, more time, messages, attempts that are opened again or set aside,
// and the end for all. Candidates are real, and so is what becomes of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, inDialog, onlyRefusals, openPage, summaryHasFocus } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const openBoard = async (exam) => openPage(await loggedIn(browser, site, { token: await site.staffToken() }), `${site.base}/staff/exams/${exam}/board`);
const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const status = (exam, { token }) => site.call("GET", `/exam-attempt/${exam}/status`, undefined, token);

async function writing(exam, name) {
  const who = await site.person(name);
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  return who;
}

async function answer(exam, { token }, count) {
  const { exam: { questions } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, token);
  for (const { id, options } of questions.slice(0, count)) {
    await site.call("POST", `/exam-attempt/${exam}/save`, { questionId: id, selectedOptionIds: [options[0].id], clientId: "a-device" }, token);
  }
}

test("the board shows who is how far within seconds, and stands still while it is paused", async () => {
  const exam = await site.exam("Watched");
  const asha = await writing(exam, "Asha");
  const page = await openBoard(exam);
  await heading(page, "Watched").waitFor();
  await row(page, "Asha Rao").getByText("0 of 4").waitFor();
  await answer(exam, asha, 2);
  await row(page, "Asha Rao").getByText("2 of 4").waitFor();
  await assertAccessible(page);
  await page.setViewportSize({ width: 320, height: 700 });
  await assertAccessible(page);
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("stands still as of").waitFor();
  const bela = await writing(exam, "Bela");
  await answer(exam, bela, 1);
  // The next answer of the board would have her: none is asked for.
  let asked = 0;
  page.on("request", (request) => { if (request.url().includes("/board")) ++asked; });
  await page.getByLabel("Find a candidate").fill("rao");
  await page.getByLabel("Choose Asha Rao").check();
  await page.getByLabel("Choose Asha Rao").uncheck();
  assert.equal(asked, 0);
  assert.equal(await row(page, "Bela Rao").count(), 0);
  await page.getByRole("button", { name: "Go on" }).click();
  await row(page, "Bela Rao").waitFor();
  // A row keeps its place when its state changes, until somebody sorts.
  const names = () => page.getByRole("rowheader").allTextContents();
  const before = await names();
  await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, asha.token);
  await row(page, "Asha Rao").getByText("handed in").waitFor();
  assert.deepEqual(await names(), before);
  await page.getByRole("button", { name: "Sort again" }).click();
  assert.deepEqual(await names(), ["Bela Rao", "Asha Rao"]);
  await page.getByLabel("Find a candidate").fill("bel");
  await page.getByText("1 candidate shown").waitFor();
  assert.deepEqual(page.problems, []);
});

test("time is given to all and to some, and each page of a candidate says so", async () => {
  const exam = await site.exam("Extended");
  const [chand, devi] = [await writing(exam, "Chand"), await writing(exam, "Devi")];
  const [first, second] = [Date.parse((await status(exam, chand)).deadline), Date.parse((await status(exam, devi)).deadline)];
  const page = await openBoard(exam);
  await page.getByRole("button", { name: "More time for all" }).click();
  await page.getByText("2 candidates: Chand Rao, Devi Rao").waitFor();
  await assertAccessible(page);
  await inDialog(page, "Give the time", { "Minutes more": "10", Reason: "fire alarm", "Type the title": "Extended" });
  await page.getByLabel("Choose Devi Rao").check();
  await page.getByRole("button", { name: "More time for 1 chosen" }).click();
  await page.getByText("1 candidate: Devi Rao").waitFor();
  await inDialog(page, "Give the time", { "Minutes more": "5", Reason: "a broken laptop" });
  assert.equal(Date.parse((await status(exam, chand)).deadline) - first, 10 * 60_000);
  assert.equal(Date.parse((await status(exam, devi)).deadline) - second, 15 * 60_000);
  assert.deepEqual(page.problems, []);
});

test("a message reaches whoever writes, and the board tells how many have seen it", async () => {
  const exam = await site.exam("Announced");
  const esha = await writing(exam, "Esha");
  const candidate = await openPage(await loggedIn(browser, site, esha), `${site.base}/sit/${exam}`);
  const page = await openBoard(exam);
  await row(page, "Esha Rao").waitFor();
  await page.getByRole("button", { name: "Write a message" }).click();
  await page.getByRole("dialog").getByLabel("To").selectOption({ label: "Everybody who writes (1)" });
  await inDialog(page, "Send it", { Message: "Question 2 asks for <transport> protocols.", "Type the title": "Announced" });
  await candidate.getByLabel("443", { exact: true }).check();
  await candidate.getByText("Question 2 asks for <transport> protocols.").waitFor();
  await candidate.getByLabel("80", { exact: true }).check();
  await candidate.locator(".saving.good").waitFor();
  await page.getByText("seen by 1").waitFor();
  for (const one of [page, candidate]) assert.deepEqual(one.problems, []);
});

test("an attempt is followed, opened again and set aside, with its reasons", async () => {
  const exam = await site.exam("Mistakes");
  const farah = await writing(exam, "Farah");
  await answer(exam, farah, 1);
  await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, farah.token);
  const page = await openBoard(exam);
  await row(page, "Farah Rao").getByRole("button", { name: "Reopen: Farah Rao" }).click();
  await inDialog(page, "Reopen", { "Minutes from now": "20", Reason: "pressed by mistake" });
  assert.equal((await status(exam, farah)).status, "IN_PROGRESS");
  const candidate = await openPage(await loggedIn(browser, site, farah), `${site.base}/sit/${exam}`);
  await heading(candidate, "Question 1 of 4").waitFor();
  const tell = (text) => site.asStaff("POST", `/exam/${exam}/notices`, { text, confirm: "Mistakes" });
  await tell("Read question 2 twice.");
  await candidate.getByLabel("443", { exact: true }).check();
  await candidate.getByText("Read question 2 twice.").waitFor();
  await candidate.getByLabel("80", { exact: true }).check(); // which says what was shown
  for (let seen = 0; seen !== 1;) seen = (await site.asStaff("GET", `/exam/${exam}/notices`)).notices[0].seen;
  await tell("Room 3 is open until two.");
  await page.getByRole("link", { name: "Farah Rao" }).click();
  await heading(page, "Course of an attempt").waitFor();
  for (const what of ["Started", "Handed in", /^Was opened again .*pressed by mistake/]) await page.getByRole("cell", { name: what }).first().waitFor();
  await row(page, "Was opened again").getByRole("cell", { name: "Staff", exact: true }).waitFor();
  await row(page, "Handed in").getByRole("cell", { name: "the candidate" }).waitFor();
  await row(page, "Read question 2 twice.").getByText("shown", { exact: true }).waitFor();
  await row(page, "Room 3 is open until two.").getByText("not shown yet").waitFor();
  await page.getByRole("img", { name: /^\d saves?/ }).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Void: Farah Rao" }).click();
  await inDialog(page, "Void", { Reason: "sat for somebody else" });
  await page.getByText("void", { exact: true }).waitFor();
  await candidate.evaluate(() => dispatchEvent(new Event("online"))); // it asks at once, where it would within half a minute
  await heading(candidate, "This attempt does not count any more").waitFor();
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, farah.token);
  for (const one of [page, candidate]) onlyRefusals(one);
});

test("answers that came too late are accepted with a reason, and the score is told before", async () => {
  const exam = await site.exam("Late");
  const gita = await writing(exam, "Gita");
  const { exam: { questions: [{ id, options }] }, attemptId } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, gita.token);
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Late" });
  const late = await site.ask("POST", `/exam-attempt/${exam}/save`,
    { questionId: id, selectedOptionIds: [options.find(({ text }) => text === "443").id], clientId: "slow" }, gita.token);
  assert.equal((await late.json()).keptAsLate, 1);
  const page = await openPage(await loggedIn(browser, site, { token: await site.staffToken() }), `${site.base}/staff/attempts/${attemptId}`);
  await page.getByRole("heading", { name: "1 answer came too late" }).waitFor();
  await assertAccessible(page);
  await page.getByRole("button", { name: "Let them count" }).click();
  await page.getByText("Score 0 → 2").waitFor();
  await inDialog(page, "Let them count", { Reason: "the network of room 3 was down" });
  await page.getByText("counts", { exact: true }).waitFor();
  assert.equal((await site.asStaff("GET", `/exam/${exam}/results`)).data[0].score, 2);
  assert.deepEqual(page.problems, []);
});

test("an exam is closed by its title, with the keyboard alone", async () => {
  const exam = await site.exam("The last");
  const hema = await writing(exam, "Hema");
  const page = await openBoard(exam);
  await row(page, "Hema Rao").waitFor();
  await page.getByRole("button", { name: "Close the exam" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("1 candidate: Hema Rao").waitFor();
  await page.keyboard.type("the building is on fire");
  await page.keyboard.press("Tab");
  await page.keyboard.type("another");
  await page.keyboard.press("Enter");
  await page.getByText("This is not the title: nothing was done.").waitFor();
  await summaryHasFocus(page);
  assert.equal((await status(exam, hema)).status, "IN_PROGRESS");
  await page.getByRole("dialog").getByLabel("Type the title").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("The last");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal((await site.asStaff("GET", `/exam/${exam}`)).exam.status, "CLOSED");
  await page.getByText("Over", { exact: true }).waitFor();
  onlyRefusals(page);
});

test("of a long board only the rows in sight are drawn, and all are there for readers and for the browser's search", async () => {
  const exam = await site.exam("Crowded");
  await writing(exam, "Hari");
  const context = await loggedIn(browser, site, { token: await site.staffToken() });
  const page = await context.newPage();
  await page.route(/\/api\/exam\/[^/]+\/board/, async (route) => {
    const whole = await (await route.fetch()).json();
    const crowd = Array.from({ length: 200 }, (_, n) => ({ ...whole.candidates[0], userId: `candidate-${n}`, fullName: `Candidate number ${n}` }));
    await route.fulfill({ json: { ...whole, complete: true, candidates: crowd } });
  });
  await page.goto(`${site.base}/staff/exams/${exam}/board`);
  await page.getByText("200 candidates shown").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  assert.equal(await page.getByRole("row").count(), 201);
  const [first, last] = [row(page, "Candidate number 0").first(), page.getByRole("row").last()];
  const isDrawn = (one) => one.locator(".tag").evaluate(async (tag) => {
    for (let frame = 0; frame < 3; ++frame) await new Promise(requestAnimationFrame); // what came into sight is drawn with the next ones
    return tag.checkVisibility({ contentVisibilityAuto: true });
  });
  assert.deepEqual([await isDrawn(first), await isDrawn(last)], [true, false]);
  assert.equal(await page.getByRole("rowheader", { name: "Candidate number 199" }).count(), 1);
  assert.ok(await page.evaluate(() => window.find("Candidate number 198")));
  const widths = (one) => one.evaluate(({ children }) => [...children].map((cell) => Math.round(cell.getBoundingClientRect().width)));
  await last.scrollIntoViewIfNeeded();
  assert.ok(await isDrawn(last));
  assert.deepEqual(await widths(last), await widths(page.getByRole("row").first()), "columns stay below their headings");
  await last.getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "More time for 1 chosen" }).waitFor();
  await assertAccessible(page);
});
