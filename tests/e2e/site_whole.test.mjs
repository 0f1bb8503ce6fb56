// SPDX-License-Identifier: MIT
// One exam from nothing to the results by pages alone, as somebody with only the README holds it: staff at a desk, a candidate on
// a telephone, mails in the inbox of the server. Nothing here calls the API.

import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyRefusals, openPage } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { STAFF } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const TITLE = "Held by pages";
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();

async function logIn(page, email) {
  await page.goto(`${site.base}/login`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await button(page, "Log in").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}

async function writeQuestion(page, text, answer) {
  await page.goto(`${site.base}/staff/questions/new`);
  await page.getByLabel("Question", { exact: true }).fill(text);
  await page.getByLabel("Kind").selectOption("NUMERICAL");
  await page.getByLabel("Right number").fill(answer);
  await page.getByLabel("Subject").fill("sums");
  await button(page, "Create the question").click();
  await page.getByText("The question is in the bank").waitFor();
}

/** As a field of times takes it, some minutes from now. */
const local = (minutes) => {
  const at = new Date(Date.now() + minutes * 60_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

async function publishExam(page) {
  await page.goto(`${site.base}/staff/exams/new`);
  await page.getByLabel("Title").fill(TITLE);
  await page.getByLabel("Opens").fill(local(-1));
  await page.getByLabel("Closes").fill(local(120));
  await page.getByLabel("Minutes to write").fill("30");
  await button(page, "Create the draft").click();
  await heading(page, TITLE).waitFor();
  for (let n = 1; n <= 2; ++n) {
    await page.getByRole("button", { name: /^Add/ }).first().click();
    await page.getByRole("heading", { name: new RegExp(`^${n} question`) }).waitFor();
  }
  const parts = page.getByRole("navigation", { name: "This exam" });
  await parts.getByRole("link", { name: "Publish" }).click();
  await page.getByLabel(`Type the title to confirm: ${TITLE}`).fill(TITLE);
  await button(page, "Publish the exam").click();
  await page.getByText("Running now", { exact: true }).waitFor();
  await parts.getByRole("link", { name: "Live board" }).click();
}

async function signUp(page, email) {
  await page.goto(site.base);
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Full name").fill("Asha Rao");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await button(page, "Sign up").click();
  await heading(page, "Look into your mail").waitFor();
  await page.goto(`${site.base}/dev/inbox`);
  await page.getByRole("button", { name: new RegExp(email) }).first().click();
  const link = page.frameLocator("iframe").getByRole("link").first();
  await page.goto(await link.getAttribute("href"));
  await page.getByLabel("Password").fill(PASSWORD);
  await button(page, "Confirm my address").click();
  await page.getByText("You can log in now").waitFor();
}

async function answer(page, value) {
  await page.getByLabel("Your answer, a number").fill(value);
  await page.locator(".saving.good").waitFor();
}

test("an exam is held by pages alone, staff at a desk and a candidate on a telephone", async () => {
  const desk = await openPage(await browser.newContext({ viewport: { width: 1280, height: 800 } }), site.base);
  await logIn(desk, STAFF);
  await writeQuestion(desk, "One and one?", "2");
  await writeQuestion(desk, "Two and two?", "4");
  await publishExam(desk);

  const phone = await openPage(await browser.newContext(PHONE), site.base);
  await signUp(phone, "asha@example.org");
  await logIn(phone, "asha@example.org");
  await phone.goto(`${site.base}/exams`);
  await phone.getByRole("link", { name: `To the start: ${TITLE}` }).click();
  await button(phone, "Start").click();
  await heading(phone, "Question 1 of 2").waitFor();
  await answer(phone, (await phone.getByText("One and one?").count()) > 0 ? "2" : "4");
  await button(phone, "Next").click();
  await heading(phone, "Question 2 of 2").waitFor();
  await answer(phone, "3");

  const row = desk.getByRole("row").filter({ hasText: "Asha Rao" });
  await row.getByText("2 of 2").waitFor();
  await button(desk, "More time for all").click();
  const dialog = desk.getByRole("dialog");
  for (const [label, text] of [["Minutes more", "10"], ["Reason", "a fire alarm"], ["Type the title", TITLE]]) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole("button", { name: "Give the time" }).click();
  await dialog.waitFor({ state: "detached" });
  await phone.getByText("You have more time").waitFor({ timeout: 60_000 }); // by itself
  await button(phone, "Review and hand in").click();
  await phone.getByRole("button", { name: /^Hand in \d/ }).click();
  await phone.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await heading(phone, "Handed in").waitFor();

  await button(desk, "Close the exam").click();
  for (const [label, text] of [["Reason", "all have handed in"], ["Type the title", TITLE]]) await dialog.getByLabel(label).fill(text);
  await dialog.getByRole("button", { name: "Close it now" }).click();
  await dialog.waitFor({ state: "detached" });
  await desk.getByRole("navigation", { name: "This exam" }).getByRole("link", { name: "Results" }).click();
  await desk.getByRole("row").filter({ hasText: "Asha Rao" }).getByText("1 of 2").waitFor();
  await phone.goto(`${site.base}/exams`);
  await phone.getByRole("link", { name: `See the result: ${TITLE}` }).click();
  await phone.getByText("1 of 2").first().waitFor();
  for (const page of [desk, phone]) onlyRefusals(page);
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});
