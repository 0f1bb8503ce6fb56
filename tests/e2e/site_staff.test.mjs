// SPDX-License-Identifier: MIT
// The site as staff meet it before an exam: they write questions, put them together, check and publish. What the pages did is
// what the API says afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleAndFitting, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const STAFF_SCRIPT = 120 * 1024;

const { browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const asStaff = async (options) => loggedIn(browser, site, { token: await site.staffToken() }, options);

test("a question is written beside its preview, and an exam is put together and published", async () => {
  const page = await openPage(await asStaff(), `${site.base}/exams`);
  await page.getByRole("link", { name: "Staff" }).click();
  await heading(page, "Exams").waitFor();
  await page.getByText("There is no exam yet").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("link", { name: "Questions" }).click();
  await page.getByRole("link", { name: "New question" }).click();
  await heading(page, "New question").waitFor();
  await page.getByLabel("Question", { exact: true }).fill("What is $\\frac{6}{3}$?");
  await page.getByLabel("Written as").selectOption("markdown");
  await page.locator(".question .katex").waitFor();
  await page.getByRole("textbox", { name: "Option 1" }).fill("2");
  await page.getByRole("textbox", { name: "Option 2" }).fill("3");
  await page.getByRole("radio", { name: "Option 1 is right" }).check();
  await page.getByLabel("Subject").fill("maths");
  await page.getByLabel("Marks", { exact: true }).fill("2,5");
  await page.getByLabel("Marks that a wrong answer costs").fill("-1");
  await page.getByRole("region", { name: "What candidates see" }).getByText("2.5 marks").waitFor();
  await page.getByRole("region", { name: "What candidates see" }).getByLabel("3").check();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Create the question" }).click();
  await page.getByRole("alert").getByRole("link", { name: /Marks that a wrong answer costs/ }).click();
  await page.locator("input[name=negativeMarks]:focus").fill("0");
  await page.getByRole("button", { name: "Create the question" }).click();
  await heading(page, "Question").waitFor();
  await page.getByText("The question is in the bank").waitFor();
  assert.equal(await page.getByRole("main").getByRole("link", { name: "New question", exact: true }).getAttribute("href"), "/staff/questions/new");
  const id = new URL(page.url()).pathname.split("/").pop();
  const { data } = await site.asStaff("GET", `/question/${id}`);
  assert.deepEqual([data.format, data.marks, data.options.map(({ text, isCorrect }) => [text, isCorrect])],
    ["markdown", 2.5, [["2", true], ["3", false]]]);

  await page.getByRole("link", { name: "Copy as a new question" }).click();
  await heading(page, "New question").waitFor();
  await page.getByLabel("Kind").selectOption("NUMERICAL");
  await page.getByLabel("Right number").fill("2");
  await page.getByRole("button", { name: "Create the question" }).click();
  await heading(page, "Question").waitFor();

  await page.getByRole("link", { name: "Exams", exact: true }).click();
  await page.getByRole("link", { name: "New exam" }).click();
  await page.getByLabel("Title").fill("Fractions");
  await page.getByLabel("Minutes to write").fill("600");
  await page.getByLabel("Instructions").fill("Write **neatly**.");
  await page.locator(".preview strong").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Create the draft" }).click();
  await heading(page, "Fractions").waitFor();
  const exam = page.url().split("/").pop();
  for (let n = 1; n <= 2; ++n) {
    await page.getByRole("button", { name: /^Add/ }).first().click();
    await page.getByRole("heading", { name: new RegExp(`^${n} question`) }).waitFor();
  }
  const order = async () => (await site.asStaff("GET", `/exam/${exam}`)).exam.questions.map(({ questionType, marksForEachQuestion }) => [questionType, marksForEachQuestion]);
  assert.deepEqual(await order(), [["NUMERICAL", 2.5], ["SINGLE_CORRECT", 2.5]]);
  await page.getByRole("button", { name: "Move question 2 up" }).click();
  await page.getByText("Question 2 is now question 1.").waitFor({ state: "attached" });
  await page.getByLabel("Marks of question 2").fill("1.5");
  await page.getByLabel("Marks of question 2").press("Enter");
  await page.getByRole("heading", { name: "2 questions, 4 marks" }).waitFor();
  assert.deepEqual(await order(), [["SINGLE_CORRECT", 2.5], ["NUMERICAL", 1.5]]);
  await assertAccessibleAndFitting(page);

  await page.getByRole("navigation", { name: "This exam" }).getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Description").fill("Of all kinds");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("navigation", { name: "This exam" }).getByRole("link", { name: "Publish" }).click();
  await page.getByText("The exam is open for less than its duration: nobody has the whole time.").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByLabel("Type the title to confirm: Fractions").fill("Another");
  await page.getByRole("button", { name: "Publish the exam" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal((await site.asStaff("GET", `/exam/${exam}`)).exam.status, "DRAFT");
  await page.getByLabel("Type the title to confirm: Fractions").fill("Fractions");
  await page.getByRole("button", { name: "Publish the exam" }).click();
  await page.getByText("Published").waitFor();
  const published = (await site.asStaff("GET", `/exam/${exam}`)).exam;
  assert.deepEqual([published.status, published.description, published.instructions], ["PUBLISHED", "Of all kinds", "Write **neatly**."]);
  await page.goto(`${site.base}/staff/exams/${exam}`);
  await page.getByText("its paper stays as it is").waitFor();
  assert.equal(await page.getByRole("button", { name: "Move question 2 up" }).count(), 0);
  onlyRefusals(page);
});

test("a published exam's question stays, and says how to go on", async () => {
  const exam = await site.exam("Fixed");
  const [{ id }] = (await site.asStaff("GET", `/exam/${exam}`)).exam.questions;
  const page = await openPage(await asStaff(), `${site.base}/staff/questions/${id}`);
  await page.getByLabel("Question", { exact: true }).fill("Another?");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").getByText("A published exam asks this question, so it stays as it is. Copy it as a new question.").waitFor();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByText("A published exam asks this question").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  onlyRefusals(page);
});

test("a visitor is sent to the log-in, and whoever is no staff is told so", async () => {
  const page = await openPage(await browser.newContext(), `${site.base}/staff`);
  await heading(page, "Log in").waitFor();
  const candidate = await openPage(await loggedIn(browser, site, await site.person("Asha")), `${site.base}/staff`);
  await candidate.getByText("You may not do this.").waitFor();
  assert.equal(await candidate.getByRole("link", { name: "Questions" }).count(), 0);
  onlyRefusals(candidate);
});

test("the pages of the staff keep to their budget", async () => {
  const page = await (await asStaff()).newPage();
  let weight = 0;
  page.on("requestfinished", async (request) => { if (request.resourceType() === "script") weight += (await request.sizes()).responseBodySize; });
  await page.goto(`${site.base}/staff`);
  await heading(page, "Exams").waitFor();
  await page.waitForLoadState("networkidle");
  assert.ok(weight > 0 && weight <= STAFF_SCRIPT, `scripts: ${weight} bytes`);
});

test("a draft is deleted once somebody has said that it is meant", async () => {
  const at = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const { exam } = await site.asStaff("POST", "/exam/create", { title: "Not to be", durationMinutes: 30, startTime: at(1), endTime: at(2) });
  const page = await openPage(await asStaff(), `${site.base}/staff/exams/${exam.id}/settings`);
  await page.getByRole("button", { name: "Delete the draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  assert.equal((await site.asStaff("GET", `/exam/${exam.id}`)).exam.title, "Not to be");
  await page.getByRole("button", { name: "Delete the draft" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete the draft" }).click();
  await heading(page, "Exams").waitFor();
  assert.ok(!(await site.asStaff("GET", "/exam/all")).exams.some(({ id }) => id === exam.id));
  assert.deepEqual(page.problems, []);
});

test("an exam that was published with a mistake is copied as a draft, and closed before it begins", async () => {
  const id = await site.exam("Mistaken", { startsIn: 3600 });
  const page = await openPage(await asStaff(), `${site.base}/staff/exams/${id}/settings`);
  await page.getByRole("button", { name: "Copy as a draft" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Corrected");
  await assertAccessibleAndFitting(page);
  await dialog.getByRole("button", { name: "Make the draft" }).click();
  await heading(page, "Corrected").waitFor();
  const copy = (await site.asStaff("GET", `/exam/${page.url().match(/exams\/([^/]+)/)[1]}`)).exam;
  const { exam } = await site.asStaff("GET", `/exam/${id}`);
  const paper = ({ questions }) => questions.map((question) => [question.id, question.marksForEachQuestion]);
  assert.deepEqual([copy.status, copy.startTime, paper(copy)], ["DRAFT", exam.startTime, paper(exam)]);
  await page.goto(`${site.base}/staff/exams/${id}/board`);
  await page.getByRole("button", { name: "Close the exam" }).click();
  await dialog.getByLabel("Reason").fill("a misprint");
  await dialog.getByLabel("Type the title").fill("Mistaken");
  await dialog.getByRole("button", { name: "Close it now" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("Over", { exact: true }).waitFor();
  assert.deepEqual(page.problems, []);
});
