// SPDX-License-Identifier: MIT
// The site as staff meet it after an exam: results, their spreadsheet, a wrong key that is corrected and graded anew.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const open = async (path) => openPage(await loggedIn(browser, site, { token: await site.staffToken() }), site.base + path);

/** Sits the exam with these answers, an option's text or a number each, and hands in. */
async function sit(exam, name, answers) {
  const who = await site.person(name);
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const { exam: { questions } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, who.token);
  for (const [at, answer] of answers.entries()) {
    const { id, options } = questions[at];
    const given = typeof answer === "number" ? { numericalAnswer: answer } : { selectedOptionIds: options.filter(({ text }) => answer.includes(text)).map((option) => option.id) };
    await site.call("POST", `/exam-attempt/${exam}/save`, { questionId: id, ...given }, who.token);
  }
  await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, who.token);
  return who;
}

test("results are listed and come as a spreadsheet", async () => {
  const exam = await site.exam("Listed");
  await sit(exam, "Asha", [["443"], ["TCP", "UDP"], 1.41]);
  await sit(exam, "Bela", [["80"]]);
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Listed" });
  const page = await open(`/staff/exams/${exam}/results`);
  await page.getByRole("row").filter({ hasText: "Asha Rao" }).getByText("6.5 of 7.5").waitFor();
  await page.getByRole("row").filter({ hasText: "Bela Rao" }).getByText("-0.5 of 7.5").waitFor();
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await assertAccessible(page);
  }
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download as a spreadsheet" }).click()]);
  assert.equal(download.suggestedFilename(), `results-${exam}.csv`);
  assert.match(await readFile(await download.path(), "utf8"), /asha@example.org.*6\.5/);
  await page.getByRole("button", { name: "Tell the candidates" }).click();
  await page.getByText("2 candidates get a mail").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Send the mails" }).click();
  await page.getByText("The mails to 2 candidates are on their way.").waitFor();
  for (let mails = []; mails.length === 0;) ({ mails } = await (await fetch(`${site.base}/dev/api/mails?to=bela@example.org&subject=Listed`)).json());
  assert.deepEqual(page.problems.filter((text) => !text.includes("404")), []);
});

test("a wrong key is corrected with a reason, shown first and then applied, and candidates see why", async () => {
  const exam = await site.exam("Corrected");
  const chand = await sit(exam, "Chand", [["8443"], [], 2]);
  await sit(exam, "Devi", [["443"]]);
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Corrected" });
  const scores = async () => Object.fromEntries((await site.asStaff("GET", `/exam/${exam}/results`)).data.map(({ candidate, score }) => [candidate.name, score]));
  assert.deepEqual(await scores(), { "Chand Rao": -0.5, "Devi Rao": 2 });

  const page = await open(`/staff/exams/${exam}/grading`);
  await page.getByText("0 corrections are not in force yet.").waitFor();
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await assertAccessible(page);
  }
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Correct: Question 1" }).click();
  await dialog.getByLabel("8443").check();
  await dialog.getByLabel("Reason").fill("Both ports are used");
  await assertAccessible(page);
  await dialog.getByRole("button", { name: "Keep the correction" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("443, or 8443").waitFor();
  await page.getByRole("button", { name: "Correct: Question 3" }).click();
  await dialog.getByLabel("Right numbers").fill("1.41; 2");
  await dialog.getByLabel("Reason").fill("The question allows both");
  await dialog.getByRole("button", { name: "Keep the correction" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Correct: Question 4" }).click();
  await dialog.getByLabel("From now on").selectOption("DROP");
  await dialog.getByLabel("Reason").fill("A misprint");
  await dialog.getByRole("button", { name: "Keep the correction" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("3 corrections are not in force yet.").waitFor();
  assert.deepEqual(await scores(), { "Chand Rao": -0.5, "Devi Rao": 2 });

  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByText("2 of 2 attempts get another score or rank. The exam is worth 6.5 marks instead of 7.5.").waitFor();
  await page.getByRole("row").filter({ hasText: "Chand Rao" }).getByText("-0.5 → 3.5").waitFor();
  await assertAccessible(page);
  assert.deepEqual(await scores(), { "Chand Rao": -0.5, "Devi Rao": 2 });

  // A page at a time.
  await page.route("**/regrade?*", (route) => route.continue({ url: route.request().url().replace("limit=50", "limit=1") }));
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByText("page 1 of 2").waitFor();
  const shown = () => page.getByRole("row").filter({ hasText: "→" }).getByRole("rowheader").allInnerTexts();
  const first = await shown();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("page 2 of 2").waitFor();
  assert.deepEqual([...first, ...await shown()].sort(), ["Chand Rao", "Devi Rao"]);
  await page.unroute("**/regrade?*");

  // Something moves meanwhile: what was shown is not what would be applied.
  const [, { questionId }] = (await site.asStaff("GET", `/exam/${exam}/corrections`)).questions;
  await site.asStaff("POST", `/exam/${exam}/corrections`, { questionId, kind: "FULL_MARKS", reason: "Later" });
  await page.getByLabel("Type the title to confirm: Corrected").fill("Corrected");
  await page.getByRole("button", { name: "Apply the corrections" }).click();
  await page.getByText("Something has changed since you looked").waitFor();
  await page.getByRole("button", { name: "Look again" }).click();
  await page.getByRole("row").filter({ hasText: "Chand Rao" }).getByText("-0.5 → 6.5").waitFor();
  await page.getByLabel("Type the title to confirm: Corrected").fill("Corrected");
  await page.getByRole("button", { name: "Apply the corrections" }).click();
  await page.getByText("The corrections are in force").waitFor();
  await page.getByText("0 corrections are not in force yet.").waitFor();
  for (let now = {}; now["Chand Rao"] !== 6.5;) now = await scores();

  const candidatePage = await openPage(await loggedIn(browser, site, chand), `${site.base}/results/${exam}`);
  await candidatePage.getByText("6.5 of 6.5").waitFor();
  await candidatePage.getByText("The key of this question was corrected after the exam.").first().waitFor();
  await candidatePage.getByText("This question does not count.").waitFor();
  await assertAccessible(candidatePage);
  onlyRefusals(page);
});

test("a key that another exam still needs is held back, and the page says why", async () => {
  const exam = await site.exam("First group");
  const farah = await sit(exam, "Farah", [["443"], ["TCP", "UDP"]]);
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "First group" });
  const { questions: [port] } = await site.asStaff("GET", `/exam/${exam}/corrections`);
  const other = await site.exam("Second group", { questions: [{ id: port.questionId, marks: 2 }] });
  const page = await openPage(await loggedIn(browser, site, farah), `${site.base}/results/${exam}`);
  await page.getByText("Of some questions neither the key nor your marks are shown yet, because another exam asks them, too.").waitFor();
  const question = (n) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: `Question ${n}`, exact: true }) });
  await question(1).getByText("Shown later: another exam asks this question").waitFor();
  await question(1).getByText("- of 2", { exact: true }).waitFor();
  await question(1).getByText("your answer").waitFor();
  assert.equal(await question(1).getByText("right answer").count(), 0);
  await question(2).getByText("Right", { exact: true }).waitFor();
  await assertAccessible(page);
  await site.asStaff("POST", `/exam/${other}/close`, { confirm: "Second group" });
  await page.reload();
  await question(1).getByText("Right", { exact: true }).waitFor();
  assert.equal(await page.getByText("because another exam asks them").count(), 0);
  assert.deepEqual(page.problems, []);
});
