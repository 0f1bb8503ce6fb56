// SPDX-License-Identifier: MIT
// Without a mouse: into the site, and the two acts of staff that concern everybody. An exam itself is in site.test.mjs, closing one
// in site_board.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { focused, onlyRefusals, openPage, summaryHasFocus, tabTo } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const asStaff = async (path) => openPage(await loggedIn(browser, site, { token: await site.staffToken() }), `${site.base}/staff${path}`);

/** Into each field by its label, and sent. */
async function type(page, fields) {
  for (const [label, text] of Object.entries(fields)) {
    await tabTo(page, new RegExp(`^${label}`));
    await page.keyboard.type(text);
  }
  await page.keyboard.press("Enter");
}

test("somebody signs up and logs in", async () => {
  const page = await openPage(await browser.newContext(), site.base);
  await heading(page, "Sit your exam here").waitFor();
  await tabTo(page, /^Sign up$/);
  await page.keyboard.press("Enter");
  await heading(page, "Sign up").waitFor();
  await type(page, { "Full name": "Asha Rao", "E-mail address": "asha@example.org", Password: "short" });
  await summaryHasFocus(page);
  await tabTo(page, /^Password must be at least 8 characters/);
  await page.keyboard.press("Enter");
  assert.match(await focused(page), /^Password/);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await heading(page, "Look into your mail").waitFor();
  const link = await site.mailTo("asha@example.org", "verify-email");
  await site.call("POST", `/auth/verify-email/${link.split("token=")[1]}`);
  await page.goto(`${site.base}/login`);
  await heading(page, "Log in").waitFor();
  await type(page, { "E-mail address": "asha@example.org", Password: PASSWORD });
  await heading(page, "My exams").waitFor();
  onlyRefusals(page);
});

test("a draft is published", async () => {
  const title = "Published by key";
  const { exam } = await site.asStaff("POST", "/exam/create", { title, description: "One question.", durationMinutes: 30,
    startTime: new Date(Date.now() + 36e5).toISOString(), endTime: new Date(Date.now() + 72e5).toISOString() });
  const { data } = await site.asStaff("POST", "/question/create", { statement: "Two and three?", questionType: "NUMERICAL", domain: "sums", marks: 1, numericalAnswer: 5, tolerance: 0 });
  await site.asStaff("POST", `/exam/${exam.id}/questions`, { addQuestionIds: [{ questionId: data.id, marks: 1 }] });
  const page = await asStaff(`/exams/${exam.id}`);
  await heading(page, title).waitFor();
  await tabTo(page, /^Publish$/);
  await page.keyboard.press("Enter");
  await page.getByText("Before you publish").waitFor();
  await type(page, { "Type the title": "Another" });
  await page.getByText("This is not the title: nothing was done.").waitFor();
  await tabTo(page, /^Type the title/);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(title);
  await page.keyboard.press("Enter");
  await page.getByText("Nobody has started yet").waitFor();
  assert.equal((await site.asStaff("GET", `/exam/${exam.id}`)).exam.status, "PUBLISHED");
  onlyRefusals(page);
});

test("a corrected key is applied", async () => {
  const title = "Corrected by key";
  const exam = await site.exam(title);
  const who = await site.person("Bela");
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: title });
  const { questions: [first] } = await site.asStaff("GET", `/exam/${exam}/corrections`);
  await site.asStaff("POST", `/exam/${exam}/corrections`, { questionId: first.questionId, kind: "FULL_MARKS", reason: "Nobody could know" });
  const page = await asStaff(`/exams/${exam}/grading`);
  await heading(page, title).waitFor();
  await tabTo(page, /^Show what would change$/);
  await page.keyboard.press("Enter");
  await page.getByText("of 1 attempts gets another score").waitFor();
  await type(page, { "Type the title": title });
  await page.getByText("The corrections are in force").waitFor();
  assert.ok((await site.asStaff("GET", `/exam/${exam}/corrections`)).data.every(({ inForce }) => inForce));
  assert.deepEqual(page.problems, []);
});
