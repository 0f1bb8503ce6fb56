// SPDX-License-Identifier: MIT
// What may go wrong while staff work: a wrong clock, an answer that is lost, a session that ends, a tab that closes, a slip of the
// hand. Nothing of it is done twice, and nothing that was written is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, assertAccessibleAndFitting, focused, inDialog, onlyRefusals, openPage } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { loggedIn, STAFF } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const MINUTE = 60_000, DAY = 24 * 3_600_000;
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const row = (page, name) => page.getByRole("row").filter({ hasText: name });
const at = (ms) => new Date(Date.now() + ms).toISOString();
/** With a session of its own, which can be ended. */
const logInAsStaff = async () => loggedIn(browser, site, { token: await site.logIn(STAFF) });
const asStaff = async () => loggedIn(browser, site, { token: await site.staffToken() });
const open = async (path) => openPage(await asStaff(), site.base + path);

async function writing(exam, name) {
  const who = await site.person(name);
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  return who;
}
const deadline = async (exam, { token }) => Date.parse((await site.call("GET", `/exam-attempt/${exam}/status`, undefined, token)).deadline);

/** A draft of a day's length with these questions; some are of the bank. */
async function draft(title, { startsIn = -MINUTE, endsIn = DAY, minutes = 30, questions = [], ...more } = {}) {
  const { exam } = await site.asStaff("POST", "/exam/create", { title, durationMinutes: minutes, startTime: at(startsIn), endTime: at(endsIn), ...more });
  const ids = [];
  for (const question of questions) ids.push(question.id ?? (await site.asStaff("POST", "/question/create", question)).data.id);
  if (ids.length > 0) await site.asStaff("POST", `/exam/${exam.id}/questions`, { addQuestionIds: ids.map((questionId) => ({ questionId })) });
  return { id: exam.id, questions: ids };
}
const number = (statement, more = {}) => ({ statement, questionType: "NUMERICAL", domain: "maths", marks: 1, numericalAnswer: 1, ...more });

test("a board that was opened before the start has its controls from then on, by the server's clock", async () => {
  const exam = await site.exam("Soon", { startsIn: 6 });
  const context = await asStaff();
  await context.addInitScript(`{ const real = Date.now.bind(Date); Date.now = () => real() - ${DAY}; }`);
  const page = await openPage(context, `${site.base}/staff/exams/${exam}/board`);
  await page.getByText("Published", { exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "More time for all" }).count(), 0);
  await page.getByText("Running now", { exact: true }).waitFor();
  await page.getByRole("button", { name: "More time for all" }).waitFor();
  await page.getByRole("button", { name: "Write a message" }).waitFor();
  await page.getByRole("button", { name: "Close the exam" }).waitFor();
  assert.deepEqual(page.problems, []);
});

test("whoever writes past the end can still be helped", async () => {
  const exam = await site.exam("Past the end", { endsIn: 4 });
  const asha = await site.person("Asha");
  const { data } = await site.asStaff("GET", `/admin/users?search=${asha.email}`);
  await site.asStaff("PUT", `/admin/users/${data[0].id}`, { extraMinutes: 20 });
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, asha.token);
  const before = await deadline(exam, asha);
  const page = await open(`/staff/exams/${exam}/board`);
  await page.getByText("Over", { exact: true }).waitFor();
  await page.getByText("The exam is over, and 1 candidate still writes.").waitFor();
  assert.equal(await page.getByRole("button", { name: "More time for all" }).count(), 0);
  await page.getByRole("button", { name: "Write a message" }).waitFor();
  await page.getByLabel("Choose Asha Rao").check();
  await page.getByRole("button", { name: "More time for 1 chosen" }).click();
  await page.getByText("1 candidate: Asha Rao").waitFor();
  await inDialog(page, "Give the time", { "Minutes more": "5", Reason: "a power cut" });
  assert.equal(await deadline(exam, asha) - before, 5 * MINUTE);
  await assertAccessible(page);
  assert.deepEqual(page.problems, []);
});

test("more time whose answer is lost is given once, however often the button is pressed", async () => {
  const exam = await site.exam("Lost");
  const bela = await writing(exam, "Bela");
  const before = await deadline(exam, bela);
  const page = await open(`/staff/exams/${exam}/board`);
  await row(page, "Bela Rao").waitFor();
  let isLost = true;
  await page.route(/\/extend$/, async (route) => {
    if (route.request().postDataJSON().dryRun) return route.continue();
    const answer = await route.fetch(); // it has come to the server, and back comes nothing
    if (isLost) await route.abort(); else await route.fulfill({ response: answer });
    isLost = false;
  });
  await page.getByRole("button", { name: "More time for all" }).click();
  const dialog = page.getByRole("dialog");
  for (const [label, text] of [["Minutes more", "10"], ["Reason", "fire alarm"], ["Type the title", "Lost"]]) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole("button", { name: "Give the time" }).click();
  await dialog.getByText("The server does not answer").waitFor();
  await dialog.getByRole("button", { name: "Give the time" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await deadline(exam, bela) - before, 10 * MINUTE);
  onlyRefusals(page);
});

test("a message that was meant for one goes to nobody else, whoever hands in meanwhile", async () => {
  const exam = await site.exam("Private");
  const [jaya] = [await writing(exam, "Jaya"), await writing(exam, "Kiran")];
  const page = await open(`/staff/exams/${exam}/board`);
  await row(page, "Jaya Rao").waitFor();
  await page.getByRole("button", { name: "Write a message" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To").selectOption({ label: "Jaya Rao" });
  await dialog.getByLabel("Message").fill("Your papers are in room 3.");
  await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, jaya.token);
  await row(page, "Jaya Rao").getByText("handed in").waitFor();
  await dialog.getByRole("button", { name: "Send it" }).click();
  await dialog.getByRole("alert").or(page.getByText("Your papers are in room 3.")).first().waitFor();
  const { notices } = await site.asStaff("GET", `/exam/${exam}/notices`);
  assert.deepEqual(notices.filter(({ userId }) => userId === null), []);
  onlyRefusals(page);
});

test("a dialog that is open at the end of the exam stays, with what was typed in it", async () => {
  const exam = await site.exam("Ends soon", { endsIn: 8 });
  const page = await open(`/staff/exams/${exam}/board`);
  await page.getByRole("button", { name: "More time for all" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("a long reason");
  await page.getByText("Over", { exact: true }).waitFor();
  assert.equal(await dialog.getByLabel("Reason").inputValue(), "a long reason");
  await dialog.getByLabel("Type the title").fill("Ends soon");
  await dialog.getByRole("button", { name: "Give the time" }).click();
  await dialog.getByRole("alert").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.getByRole("button", { name: "More time for all" }).count(), 0);
  onlyRefusals(page);
});

test("what was made, and back came nothing, is not made again: by another press, or by the page that is loaded anew", async () => {
  const context = await logInAsStaff();
  const page = await openPage(context, `${site.base}/staff/exams/new`);
  let isLost = true;
  await page.route("**/create", async (route) => {
    const answer = await route.fetch();
    return isLost ? route.abort() : route.fulfill({ response: answer });
  });
  const create = async (name) => {
    await page.getByRole("button", { name }).click();
    if (isLost) await page.getByText("The server does not answer").waitFor();
  };
  const begin = async (title) => {
    await page.getByLabel("Title").fill(title);
    await page.getByLabel("Opens").fill("2100-01-04T10:00");
    await page.getByLabel("Closes").fill("2100-01-04T18:00");
  };
  const drafts = async (title) => (await site.asStaff("GET", "/exam/outlines")).exams.filter((exam) => exam.title === title).length;
  await begin("Made once");
  await create("Create the draft");
  await create("Create the draft");
  await page.reload();
  await page.getByText("did not save").waitFor();
  isLost = false;
  await create("Create the draft");
  await heading(page, "Made once").waitFor();
  assert.equal(await drafts("Made once"), 1);
  await page.goto(`${site.base}/staff/exams/new`);
  await begin("Made once");
  await create("Create the draft");
  await heading(page, "Made once").waitFor();
  assert.equal(await drafts("Made once"), 2, "the next is another");

  await page.goto(`${site.base}/staff/questions/new`);
  await page.getByLabel("Question", { exact: true }).fill("Asked once?");
  await page.getByLabel("Kind").selectOption("NUMERICAL");
  await page.getByLabel("Right number").fill("3");
  await page.getByLabel("Subject").fill("once");
  isLost = true;
  await create("Create the question");
  isLost = false;
  await page.reload();
  await page.getByText("did not save").waitFor();
  await create("Create the question");
  await heading(page, "Question").waitFor();
  assert.equal((await site.asStaff("GET", "/question/all?domain=once")).data.length, 1);
});

test("an order whose answer was lost is not doubled by another dialog, nor by another reason", async () => {
  const exam = await site.exam("Twice");
  const lata = await writing(exam, "Lata");
  const before = await deadline(exam, lata);
  const page = await open(`/staff/exams/${exam}/board`);
  await row(page, "Lata Rao").waitFor();
  let isLost = true;
  await page.route(/\/extend$/, async (route) => {
    if (route.request().postDataJSON().dryRun) return route.continue();
    const answer = await route.fetch();
    if (isLost) await route.abort(); else await route.fulfill({ response: answer });
    isLost = false;
  });
  const dialog = page.getByRole("dialog");
  const order = async (reason) => {
    await page.getByRole("button", { name: "More time for all" }).click();
    for (const [label, text] of [["Minutes more", "10"], ["Reason", reason], ["Type the title", "Twice"]]) await dialog.getByLabel(label).fill(text);
    await dialog.getByRole("button", { name: "Give the time" }).click();
  };
  await order("fire");
  await dialog.getByText("The server does not answer").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await order("fire alarm");
  await dialog.getByText("Your first order has been carried out").waitFor();
  assert.equal(await deadline(exam, lata) - before, 10 * MINUTE);
  onlyRefusals(page);
});

test("what is no number is refused at its field, by the name that the field has", async () => {
  const page = await open("/staff/exams/new");
  await page.getByLabel("Title").fill("Numbers");
  await page.getByLabel("Minutes to write").fill("ninety");
  await page.getByRole("button", { name: "Create the draft" }).click();
  await page.getByRole("alert").getByRole("link", { name: /^\u201cMinutes to write\u201d/ }).click();
  assert.equal(await focused(page), "Minutes to write");
  await page.goto(`${site.base}/staff/questions/new`);
  await page.getByLabel("Question", { exact: true }).fill("How many?");
  await page.getByLabel("Kind").selectOption("NUMERICAL");
  await page.getByLabel("Right number").fill("3");
  await page.getByLabel("Give or take").fill("a bit");
  await page.getByLabel("Subject").fill("maths");
  await page.getByRole("button", { name: "Create the question" }).click();
  await page.getByRole("alert").getByRole("link").first().waitFor();
  assert.equal(await page.getByRole("alert").getByRole("link").filter({ hasText: /tolerance/ }).count(), 0, "the label, not the name of the API");

  const exam = await site.exam("Tolerant", { questions: [number("Two and two?", { numericalAnswer: 4 })] });
  await page.goto(`${site.base}/staff/exams/${exam}/grading`);
  await page.getByRole("button", { name: "Correct: Question 1" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[name=tolerance]").fill("some");
  await dialog.getByLabel("Reason").fill("rounding");
  await dialog.getByRole("button", { name: "Keep the correction" }).click();
  await dialog.getByRole("alert").waitFor();
  assert.deepEqual((await site.asStaff("GET", `/exam/${exam}/corrections`)).data, []);
  await dialog.locator("input[name=numbers]").fill("1,000");
  await dialog.getByRole("button", { name: "Keep the correction" }).click();
  await dialog.getByRole("alert").waitFor();
  assert.deepEqual((await site.asStaff("GET", `/exam/${exam}/corrections`)).data, [], "neither 1 nor 1000");
  await dialog.locator("input[name=numbers]").fill("4");
  await dialog.locator("input[name=tolerance]").fill("0,5");
  await dialog.getByRole("button", { name: "Keep the correction" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await site.asStaff("GET", `/exam/${exam}/corrections`)).data[0].answers[0].tolerance, 0.5);
  onlyRefusals(page);
});

test("what was written and not saved outlives its tab, and can be thrown away", async () => {
  const context = await logInAsStaff();
  const first = await openPage(context, `${site.base}/staff/questions/new`);
  await first.getByLabel("Question", { exact: true }).fill("Half a thought");
  await first.getByRole("textbox", { name: "Option 2" }).fill("an option");
  await first.close();
  const page = await openPage(context, `${site.base}/staff/questions/new`);
  await page.getByText("This is what you wrote here before and did not save.").waitFor();
  assert.equal(await page.getByLabel("Question", { exact: true }).inputValue(), "Half a thought");
  assert.equal(await page.getByRole("textbox", { name: "Option 2" }).inputValue(), "an option");
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Throw it away" }).click();
  await page.getByText("did not save").waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Question", { exact: true }).inputValue(), "");
  await page.reload();
  await page.getByLabel("Question", { exact: true }).waitFor();
  assert.equal(await page.getByText("did not save").count(), 0);

  // What was restored can be worked on: each option is one of its own.
  await page.getByRole("textbox", { name: "Option 1" }).fill("first");
  await page.reload();
  await page.getByText("did not save").waitFor();
  await page.getByRole("button", { name: "Add an option" }).click();
  await page.getByRole("textbox", { name: "Option 5" }).fill("fifth");
  assert.equal(await page.getByRole("textbox", { name: "Option 1" }).inputValue(), "first");
  assert.equal(await page.getByRole("radio", { checked: true }).count(), 1);

  const { id } = await draft("Kept");
  await page.goto(`${site.base}/staff/exams/${id}/settings`);
  await page.getByLabel("Instructions").fill("Write neatly.");
  await page.getByLabel("Minutes to write").fill("45");
  await page.goto(`${site.base}/staff`);
  await site.asStaff("PUT", `/exam/${id}`, { description: "A colleague's" });
  await page.goto(`${site.base}/staff/exams/${id}/settings`);
  await page.getByText("did not save").waitFor();
  assert.equal(await page.getByLabel("Description").inputValue(), "A colleague's", "what others changed meanwhile stays");
  assert.deepEqual([await page.getByLabel("Instructions").inputValue(), await page.getByLabel("Minutes to write").inputValue()], ["Write neatly.", "45"]);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  assert.equal((await site.asStaff("GET", `/exam/${id}`)).exam.durationMinutes, 45);
  // Of what is not saved nothing is left to the next who sits here.
  await page.getByLabel("Description").fill("Secret");
  page.once("dialog", (asked) => asked.accept());
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(`${site.base}/`);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tripos.draft"))), []);
  onlyRefusals(page); // nobody is logged in any more
});

test("a session that ends in the middle is renewed over the page, for the same person alone", async () => {
  const email = "second@example.org";
  await site.person("Second");
  const { data } = await site.asStaff("GET", `/admin/users?search=${email}`);
  await site.asStaff("PUT", `/admin/users/${data[0].id}`, { role: "ADMIN" });
  const token = await site.logIn(email);
  const page = await openPage(await loggedIn(browser, site, { token }), `${site.base}/staff/exams/new`);
  await page.getByLabel("Title").fill("Not lost");
  await site.call("POST", "/auth/logout", undefined, token);
  await page.getByRole("button", { name: "Create the draft" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(`log in again as ${email}`).waitFor();
  await assertAccessible(page);
  for (let n = 0; n < 4; ++n) await page.keyboard.press("Escape"); // browsers let one of several through
  await dialog.waitFor();
  const logIn = async (address, password) => {
    await dialog.getByLabel("E-mail address").fill(address);
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Log in" }).click();
  };
  await logIn(email, "another password");
  await dialog.getByText("Address or password is not right.").waitFor();
  await logIn(STAFF, PASSWORD);
  await dialog.getByText(`This page is of ${email}`).waitFor();
  assert.equal((await site.asStaff("GET", "/exam/all")).exams.filter(({ title }) => title === "Not lost").length, 0);
  await logIn(email, PASSWORD);
  await heading(page, "Not lost").waitFor();
  assert.equal((await site.asStaff("GET", "/exam/all")).exams.filter(({ title }) => title === "Not lost").length, 1);
  onlyRefusals(page);
});

test("a visitor comes back to the page with the choice in its address", async () => {
  const page = await openPage(await browser.newContext(), `${site.base}/staff/questions?domain=maths`);
  await heading(page, "Log in").waitFor();
  await page.getByLabel("E-mail address").fill(STAFF);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await heading(page, "Questions").waitFor();
  assert.equal(new URL(page.url()).search, "?domain=maths");
  onlyRefusals(page);
});

test("the checklist names broken formulas and other exams, and one press lets extra time pass the end", async () => {
  const shared = number("Asked twice");
  const other = await draft("The other one", { questions: [shared] });
  await site.asStaff("POST", `/exam/${other.id}/publish`, { confirm: "The other one" });
  const chand = await site.person("Chand");
  const { data } = await site.asStaff("GET", `/admin/users?search=${chand.email}`);
  await site.asStaff("PUT", `/admin/users/${data[0].id}`, { extraMinutes: 30 });
  const { id } = await draft("Checked", { startsIn: MINUTE, endsIn: 31 * MINUTE, extraTimePastEnd: false, instructions: "Read $\\frac{2$ first.", questions: [
    { id: other.questions[0] }, number("Right: $\\frac{1}{2}$", { format: "markdown" }), number("Wrong: $\\frac{1}$", { format: "markdown" })] });
  const page = await open(`/staff/exams/${id}/publish`);
  await page.getByRole("listitem").filter({ hasText: "Question 3: this formula cannot be drawn: \\frac{1}" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: "Instructions: this formula cannot be drawn" }).waitFor();
  assert.equal(await page.getByText("this formula cannot be drawn").count(), 2);
  await page.getByRole("link", { name: "The other one" }).waitFor();
  await page.getByText("Candidates see their results when nobody writes").waitFor();
  await page.getByText(/cuts the time of \d candidates?.*Chand Rao/).waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Let extra time pass the end" }).click();
  await page.getByText("cuts the time").waitFor({ state: "detached" });
  assert.equal((await site.asStaff("GET", `/exam/${id}`)).exam.extraTimePastEnd, true);
  assert.deepEqual(page.problems, []);
});

test("a paper is put in order with the keyboard: the focus stays, and a place can be typed", async () => {
  const { id } = await draft("Ordered", { questions: ["one", "two", "three", "four"].map((text) => number(text)) });
  const page = await open(`/staff/exams/${id}`);
  const order = async () => (await site.asStaff("GET", `/exam/${id}`)).exam.questions.map(({ statement }) => statement);
  await page.getByRole("button", { name: "Move question 4 up" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("Question 4 is now question 3.").waitFor({ state: "attached" });
  assert.equal(await focused(page), "Move question 3 up");
  await page.keyboard.press("Enter"); // twice at once: the second goes by what the first has left
  await page.keyboard.press("Enter");
  await page.getByText("Question 2 is now question 1.").or(page.getByText("Question 3 is now question 2.")).first().waitFor({ state: "attached" });
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") !== "Move question 3 up");
  await page.getByLabel("Place of question 1").waitFor();
  const place = page.getByLabel("Place of question 4");
  await place.fill("9");
  await place.press("Enter");
  assert.equal(await place.getAttribute("aria-invalid"), "true");
  await place.fill("1");
  await place.press("Enter");
  await page.getByText("Question 4 is now question 1.").waitFor({ state: "attached" });
  assert.equal((await order())[0], "three");
  const marks = page.getByLabel("Marks of question 1");
  await marks.fill("many");
  await marks.press("Enter");
  assert.equal(await marks.getAttribute("aria-invalid"), "true");
  await page.getByText("This is no number that fits here").waitFor();
  await page.getByRole("button", { name: "Take question 4 off the paper" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^3 questions/ }).waitFor();
  assert.match(await focused(page), /^3 questions/);
  await assertAccessibleAndFitting(page);
  assert.deepEqual(page.problems, []);
});

test("results have ranks, and somebody is found among them by name, address or number", async () => {
  const exam = await site.exam("Ranked", { questions: [number("One?")] });
  for (const [name, answer] of [["Devi", 1], ["Esha", 1], ["Farah", 2]]) {
    const who = await writing(exam, name);
    const { exam: { questions: [{ id }] } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, who.token);
    await site.call("POST", `/exam-attempt/${exam}/save`, { questionId: id, numericalAnswer: answer }, who.token);
    await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, who.token);
  }
  const { data } = await site.asStaff("GET", `/exam/${exam}/results`);
  assert.deepEqual(data.map(({ rank, candidate }) => [rank, candidate.name]).sort(), [[1, "Devi Rao"], [1, "Esha Rao"], [3, "Farah Rao"]]);
  const page = await open(`/staff/exams/${exam}/results`);
  await row(page, "Farah Rao").getByRole("cell", { name: "3", exact: true }).waitFor();
  const find = page.getByLabel("Name, address or number");
  await find.fill("FARAH@");
  await find.press("Enter");
  await row(page, "Devi Rao").waitFor({ state: "detached" });
  await row(page, "Farah Rao").getByRole("cell", { name: "3", exact: true }).waitFor();
  await find.fill("nobody at all");
  await find.press("Enter");
  await page.getByText("Nobody is called that.").waitFor();
  await assertAccessibleAndFitting(page);
  assert.deepEqual(page.problems, []);
});

test("the course of an attempt tells by how much and why", async () => {
  const exam = await site.exam("Course");
  await writing(exam, "Gita");
  const page = await open(`/staff/exams/${exam}/board`);
  await page.getByRole("button", { name: "More time for all" }).click();
  await inDialog(page, "Give the time", { "Minutes more": "7", Reason: "noise next door", "Type the title": "Course" });
  await page.getByRole("link", { name: "Gita Rao" }).click();
  await heading(page, "Course of an attempt").waitFor();
  await row(page, "Got more time").getByText(/\(\+7 min\).*noise next door/).first().waitFor();
  await assertAccessibleAndFitting(page);
  assert.deepEqual(page.problems, []);
});

test("whoever makes an administrator proves who they are", async () => {
  const hema = await site.person("Hema");
  const page = await open("/staff/users");
  await page.getByRole("button", { name: "Change: Hema Rao" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Administrator").check();
  await dialog.getByLabel("Current password").fill("not that");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByRole("alert").waitFor();
  const roles = async () => (await site.asStaff("GET", `/admin/users?search=${hema.email}`)).data[0].roles;
  assert.deepEqual(await roles(), []);
  await dialog.getByLabel("Current password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(await roles(), ["ADMIN"]);
  onlyRefusals(page);
});

test("on a phone a candidate's name stays in sight beside their row", async () => {
  const exam = await site.exam("On a phone");
  await writing(exam, "Indu");
  const page = await open(`/staff/exams/${exam}/board`);
  await page.setViewportSize({ width: 360, height: 740 });
  const name = page.getByRole("rowheader", { name: "Indu Rao" });
  await name.waitFor();
  await page.locator(".scroll").filter({ has: page.locator(".rowwise") }).evaluate((box) => { box.scrollLeft = box.scrollWidth; });
  const { x, width } = await name.boundingBox();
  assert.ok(x >= 0 && x + width <= 360, `${x} to ${x + width}`);
  await assertAccessible(page);
});

test("a paper is tried as a candidate goes through it, which the checklist knows until it is changed", async () => {
  const { id } = await draft("Tried", { questions: [number("One?"), { statement: "Two: $\\sqrt{2}$?", format: "markdown", questionType: "SINGLE_CORRECT",
    domain: "maths", marks: 2, options: [{ text: "yes", isCorrect: true }, { text: "no" }] }] });
  const page = await open(`/staff/exams/${id}/publish`);
  await page.getByText("Nobody has gone through this paper").waitFor();
  await page.getByRole("main").getByRole("listitem").getByRole("link", { name: "Try it" }).click();
  await page.getByRole("heading", { name: "Question 1 of 2" }).waitFor();
  await page.getByRole("textbox").fill("1,5");
  await page.getByText("read as 1.5").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("heading", { name: "Question 2 of 2" }).waitFor();
  assert.match(await focused(page), /^Question 2/);
  await page.locator(".katex").waitFor();
  await page.getByLabel("yes").check();
  await page.getByRole("button", { name: "To the end" }).click();
  await page.getByText("You have answered 2 of 2 questions.").waitFor();
  await page.getByRole("link", { name: "Publish" }).click();
  await page.getByText("You have gone through the paper as a candidate").waitFor();
  assert.equal((await site.asStaff("GET", `/exam/${id}/results`)).data.length, 0);
  await site.asStaff("POST", `/exam/${id}/questions`, { addQuestionIds: [{ questionId: (await site.asStaff("POST", "/question/create", number("Three?"))).data.id }] });
  await page.reload();
  await page.getByText("Nobody has gone through this paper").waitFor();
  assert.deepEqual(page.problems, []);
});
