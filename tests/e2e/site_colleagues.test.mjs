// SPDX-License-Identifier: MIT
// Several staff at once, and many of everything: nobody undoes what another has done, and nothing is out of reach.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const at = (ms) => new Date(Date.now() + ms).toISOString();
const HOUR = 3_600_000;
const open = async (path) => openPage(await loggedIn(browser, site, { token: await site.staffToken() }), site.base + path);
const draft = async (title) => (await site.asStaff("POST", "/exam/create", { title, durationMinutes: 30, startTime: at(HOUR), endTime: at(2 * HOUR) })).exam;
const save = (page) => page.getByRole("button", { name: "Save", exact: true }).click();

test("what a colleague changes in an exam meanwhile stays when the settings are saved", async () => {
  const exam = await draft("Settings");
  const page = await open(`/staff/exams/${exam.id}/settings`);
  await page.getByLabel("Title").waitFor();
  await site.asStaff("PUT", `/exam/${exam.id}`, { endTime: at(5 * HOUR), extraTimePastEnd: false });
  const { exam: changed } = await site.asStaff("GET", `/exam/${exam.id}`);
  await page.getByLabel("Title").fill("Settings, put right");
  await save(page);
  await page.getByText("Saved.", { exact: true }).waitFor();
  const { exam: now } = await site.asStaff("GET", `/exam/${exam.id}`);
  assert.deepEqual([now.title, now.endTime, now.extraTimePastEnd], ["Settings, put right", changed.endTime, false]);
  await page.getByLabel("Title").fill("Settings, once more");
  await save(page);
  await page.waitForFunction(async (id) => (await (await fetch(`/api/exam/${id}`)).json()).exam.title === "Settings, once more", exam.id);
  assert.deepEqual(page.problems, []);
});

test("what a colleague changes in a question meanwhile stays, and another kind of question takes its key along", async () => {
  const { data: { id } } = await site.asStaff("POST", "/question/create", {
    statement: "How much?", questionType: "NUMERICAL", domain: "sums", marks: 1, numericalAnswer: 4, tolerance: 0 });
  const page = await open(`/staff/questions/${id}`);
  await page.getByLabel("Question", { exact: true }).waitFor();
  await site.asStaff("PUT", `/question/${id}`, { numericalAnswer: 5, marks: 2 });
  await page.getByLabel("Question", { exact: true }).fill("How much is it?");
  await save(page);
  await page.getByText("Saved.", { exact: true }).waitFor();
  const stored = async () => (await site.asStaff("GET", `/question/${id}`)).data;
  const first = await stored();
  assert.deepEqual([first.statement, first.numericalAnswer.value, first.marks], ["How much is it?", 5, 2]);
  await page.reload();
  await page.getByLabel("Kind").selectOption("SINGLE_CORRECT");
  for (let n = await page.getByLabel(/^Option \d+$/).count(); n < 2; n++) await page.getByRole("button", { name: "Add an option" }).click();
  await page.getByLabel("Option 1", { exact: true }).fill("four");
  await page.getByLabel("Option 2", { exact: true }).fill("five");
  await page.getByLabel(/Option 2 is right/).check();
  await save(page);
  await page.getByText("Saved.", { exact: true }).waitFor();
  const second = await stored();
  assert.deepEqual([second.questionType, second.options.map(({ text, isCorrect }) => [text, isCorrect])], ["SINGLE_CORRECT", [["four", false], ["five", true]]]);
  assert.deepEqual(page.problems, []);
});

test("invigilators who are taken off one after the other stay off, and nobody whom a colleague assigns is lost", async () => {
  const exam = await draft("Watched");
  const ids = [];
  for (const name of ["Asha", "Bela", "Chand"]) {
    await site.person(name);
    const { data: [{ id }] } = await site.asStaff("GET", `/admin/users?search=${name.toLowerCase()}@example.org`);
    await site.asStaff("PUT", `/admin/users/${id}`, { roles: ["INVIGILATOR"] });
    ids.push(id);
  }
  await site.asStaff("PUT", `/exam/${exam.id}/staff`, { userIds: ids.slice(0, 2) });
  const page = await open(`/staff/exams/${exam.id}/people`);
  await page.getByRole("button", { name: "Take off: Asha Rao" }).waitFor();
  await site.asStaff("PUT", `/exam/${exam.id}/staff`, { userIds: ids });
  for (const name of ["Asha", "Bela"]) await page.getByRole("button", { name: `Take off: ${name} Rao` }).click();
  await page.getByRole("button", { name: "Take off: Chand Rao" }).waitFor();
  await page.getByRole("button", { name: "Take off: Bela Rao" }).waitFor({ state: "detached" });
  const { staff } = await site.asStaff("GET", `/exam/${exam.id}/staff`);
  assert.deepEqual(staff.map(({ fullName }) => fullName), ["Chand Rao"]);
  assert.deepEqual(page.problems, []);
});

test("more than a hundred people with time of their own are all there, by name", async () => {
  const exam = await draft("Many with time");
  const { data: [{ id }] } = await site.asStaff("GET", "/admin/users?search=asha@example.org");
  await site.asStaff("PUT", "/admin/accommodations", { userId: id, examId: exam.id, minutes: 10, reason: "as agreed" });
  const { accommodations: [one] } = await site.asStaff("GET", `/admin/accommodations?examId=${exam.id}`);
  assert.equal(one.fullName, "Asha Rao");
  // As the server pages them: a hundred accounts have their cost elsewhere.
  const all = Array.from({ length: 121 }, (_, n) => ({ ...one, id: `01a22222-0000-7000-8000-${String(n).padStart(12, "0")}`, fullName: n === 120 ? null : `Person ${n}` }));
  const page = await openPage(await loggedIn(browser, site, { token: await site.staffToken() }), `${site.base}/staff`);
  let asked = 0;
  await page.route("**/api/admin/accommodations?*", (route) => {
    const after = new URL(route.request().url()).searchParams.get("after") ?? "";
    asked++;
    return route.fulfill({ json: { success: true, message: "", accommodations: all.filter(({ id: next }) => next > after).slice(0, 100) } });
  });
  await page.goto(`${site.base}/staff/exams/${exam.id}/people`);
  await page.getByText("Person 99", { exact: true }).waitFor();
  assert.equal(asked, 1);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.getByText("Person 119", { exact: true }).waitFor();
  await page.getByText("Deleted account").waitFor();
  await page.getByRole("button", { name: "Show more" }).waitFor({ state: "detached" });
  assert.deepEqual(page.problems, []);
});

test("a spreadsheet that was mended under the same name is read again, and one that is not in UTF-8 says so", async () => {
  const exam = await draft("Sheets");
  const page = await open(`/staff/exams/${exam.id}/people`);
  await page.getByText("From a spreadsheet").click();
  const file = page.locator("input[type=file]").first();
  const give = (bytes) => file.setInputFiles({ name: "time.csv", mimeType: "text/csv", buffer: Buffer.from(bytes) });
  const check = page.getByRole("button", { name: "Check it" });
  await give("email,minutes,reason\nnobody@example.org,20,as agreed\n");
  await check.click();
  await page.getByText("1 cell is wrong").first().waitFor();
  await give("email,minutes,reason\nasha@example.org,20,as agreed\n");
  await check.click(); // which waits for the file: until it is read there is nothing to check
  assert.match(await page.locator("textarea.code").first().inputValue(), /asha@/);
  await page.getByText("It fits: 1 row").waitFor();
  await give([...Buffer.from("email,minutes,reason\nasha@example.org,20,Jos"), 0xe9]);
  await page.getByText("The file is not in UTF-8").waitFor();
  assert.equal(await page.locator("textarea.code").first().inputValue(), "");
  onlyRefusals(page);
});

test("hundreds of exams are listed a page at a time, without their questions", async () => {
  for (let n = 0; n < 105; n++) await draft(`Filler ${n}`);
  const asked = [];
  const page = await open("/staff");
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.getByText("Filler 104", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("Filler 0", { exact: true }).waitFor();
  assert.equal(await page.getByText("Filler 104", { exact: true }).count(), 0);
  assert.ok(!asked.includes("/api/exam/all"));
  await assertAccessible(page);
  assert.deepEqual(page.problems, []);
});
