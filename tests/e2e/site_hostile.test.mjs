// SPDX-License-Identifier: MIT
// Texts that mean harm, and texts that only look so: tags, words that never end, writing from right to left. Whatever somebody may
// write is seen on every page that shows it, as it was written, and no page breaks by it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage, overflow } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const TAGS = `<script>window.hit=1</script><img src=x onerror="window.hit=2">`;
const ENDLESS = "W".repeat(100);
const LEFTWARDS = "\u0639\u0644\u064a \u202ebin \u062d\u0633\u0646 <b>"; // its override would turn round what follows
const TEXTS = { tags: TAGS, endless: ENDLESS, leftwards: LEFTWARDS };

const { browser, site } = await setUp();

const rows = (text, number) => `enrollmentNumber,email,fullName\nE-${number},${number}@example.org,"${text.replaceAll('"', '""')}"`;

/** Somebody of this name, whose address is `KEY@example.org`. */
async function person(key, fullName) {
  const who = await site.person(key);
  await site.call("PUT", "/profile/me", { fullName, enrollmentNumber: `${key} ${fullName}`.slice(0, 50) }, who.token);
  return who;
}

/** An exam in which all that people write is this text: held, corrected, commented on. */
async function hold(key, text) {
  const markdown = `${text}\n\n# ${text}\n\n- ${text}\n\n[${text}](javascript:alert(1)) ![${text}](x)\n\n| ${text} |\n|---|\n| \`${text}\` |`;
  const of = (statement, more) => ({ statement, domain: text, marks: 1, questionType: "SINGLE_CORRECT", options: [{ text }, { text: `${text}!`, isCorrect: true }], ...more });
  const title = `${key} ${text}`;
  const exam = await site.exam(title, { questions: [of(text), of(markdown, { format: "markdown" })], description: text, instructions: markdown });
  const who = await person(key, text);
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const { attemptId, exam: { questions } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, who.token);
  await site.call("POST", `/exam-attempt/${exam}/save`, { questionId: questions[0].id, selectedOptionIds: [questions[0].options[0].id] }, who.token);
  await site.asStaff("POST", `/exam/${exam}/notices`, { text, confirm: title });
  await site.asStaff("POST", `/exam/${exam}/extend`, { minutes: 5, reason: text, confirm: title });
  const { data: { id } } = await site.call("GET", "/profile/me", undefined, who.token);
  await site.asStaff("PUT", "/admin/accommodations", { userId: id, examId: exam, minutes: 5, reason: text });
  const { cohort } = await site.asStaff("POST", "/admin/cohorts", { name: text });
  await site.asStaff("POST", `/admin/cohorts/${cohort.id}/import`, { csv: rows(text, `${key}-roster`), reason: text });
  await site.asStaff("PUT", `/exam/${exam}/access`, { cohortIds: [], accessCodes: [], addresses: [] });
  return { exam, who, attemptId, title, cohort: cohort.id, question: questions[1].id };
}

/** What is wrong with the page as it stands, in three widths. */
async function look(page) {
  const found = [];
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await overflow(page);
    if (wide > 0) found.push(`${width} px: wider by ${wide}`);
  }
  const made = await page.evaluate(() => [
    ...(window.hit ? [`script ran: ${window.hit}`] : []),
    ...[...document.querySelectorAll("#app script, #app [onerror], #app b, #app [href^='javascript']")].map((one) => one.outerHTML),
  ]);
  return [...found, ...made, ...page.problems.filter((text) => !text.startsWith("Failed to load resource"))].map((text) => `${new URL(page.url()).pathname}: ${text}`);
}

for (const [key, text] of Object.entries(TEXTS)) {
  test(`whatever people write stands on every page as it was written: ${key}`, async () => {
    const { exam, who, attemptId, title, cohort, question } = await hold(key, text);
    const shown = key === "leftwards" ? "<b>" : text.slice(0, 30);
    const [candidate, staff] = [await openPage(await loggedIn(browser, site, who), `${site.base}/exams`),
      await openPage(await loggedIn(browser, site, { token: await site.staffToken() }), `${site.base}/staff`)];
    const found = [];
    const visit = async (page, path, ready = (at) => at.locator("main").getByText(shown).filter({ visible: true }).first().waitFor()) => {
      await page.goto(site.base + path);
      await ready(page).catch((error) => { throw new Error(`${path}: ${error}`); });
      found.push(...await look(page));
    };
    for (const path of ["/exams", `/exams/${exam}`, "/profile"]) await visit(candidate, path, path === "/profile" ? (page) => page.getByLabel("Full name").waitFor() : undefined);
    await visit(candidate, `/sit/${exam}`);
    await candidate.getByText("A message of the staff").waitFor();
    found.push(...await look(candidate));
    await candidate.getByRole("button", { name: "Next" }).click();
    await candidate.locator(".statement table").waitFor();
    found.push(...await look(candidate));
    for (const part of ["", "/settings", "/people", "/board"]) await visit(staff, `/staff/exams/${exam}${part}`);
    await staff.getByRole("button", { name: "More time for all" }).click();
    await staff.getByRole("dialog").getByText("candidate:").waitFor();
    found.push(...await look(staff));
    await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, who.token);
    await site.asStaff("POST", `/exam/${exam}/close`, { confirm: title });
    const { questions: [first] } = await site.asStaff("GET", `/exam/${exam}/corrections`);
    await site.asStaff("POST", `/exam/${exam}/corrections`, { questionId: first.questionId, kind: "FULL_MARKS", reason: text });
    for (const path of [`/results/${exam}`, "/leaderboard"]) await visit(candidate, path);
    for (const path of ["", `/exams/${exam}/results`, `/exams/${exam}/grading`, `/attempts/${attemptId}`, "/questions", "/cohorts", `/cohorts/${cohort}`, "/users"]) await visit(staff, `/staff${path}`);
    await visit(staff, `/staff/questions/${question}`, (page) => page.locator(".question table").waitFor());
    await visit(staff, "/admin/audit", async (page) => {
      await page.locator("summary").first().waitFor();
      await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
      await page.locator("pre").getByText(shown).first().waitFor();
    });
    await visit(staff, "/dev/inbox", (page) => page.getByRole("button", { name: new RegExp(`${key}@`) }).first().click());
    assert.deepEqual(found, []);
  });
}
