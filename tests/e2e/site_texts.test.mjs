// SPDX-License-Identifier: MIT
// What staff write for candidates: questions with formulas, instructions, messages during the exam; and the signed receipt.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertAccessible, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const EXAM_SCRIPT = 40 * 1024;

const { browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name });

const FORMULAS = [
  { statement: "What is $\\frac{a}{b}$ of **all**?\n\n$$\\int_0^1 x^2\\,dx = \\sqrt{\\frac{1}{9}}$$\n\n| n | n² |\n|---|---:|\n| 2 | 4 |\n\nIt costs \\$5, not <img src=x onerror=alert(1)>.",
    format: "markdown", questionType: "SINGLE_CORRECT", domain: "maths", marks: 1, options: [{ text: "$\\alpha$", isCorrect: true }, { text: "`code`" }] },
  { statement: "[here](javascript:alert(1)), [there](https://example.org/), $\\frac{$, $\\href{https://example.org}{x}$", format: "markdown",
    questionType: "NUMERICAL", domain: "maths", marks: 1, numericalAnswer: 1 },
];

async function start(page, exam) {
  await page.goto(`${site.base}/exams/${exam}`);
  await page.getByRole("button", { name: "Start" }).click();
  await heading(page, "Question 1 of").waitFor();
}

test("questions in Markdown are drawn with their formulas, and nothing in them becomes markup", async () => {
  const exam = await site.exam("Formulas", { questions: FORMULAS, instructions: "Write **neatly**:\n\n- first $x$\n- then $y$" });
  const page = await openPage(await loggedIn(browser, site, await site.person("Asha")), `${site.base}/exams/${exam}`);
  await heading(page, "Formulas").waitFor();
  await page.getByRole("listitem").filter({ hasText: "first" }).locator(".katex").waitFor();
  await page.getByText("2 questions, 2 marks").waitFor();
  await assertAccessible(page);
  await start(page, exam);
  await page.locator(".statement .katex-display").waitFor();
  assert.equal(await page.locator(".statement math").count(), 2);
  assert.equal(await page.locator(".statement strong").innerText(), "all");
  await page.getByText("It costs $5, not <img src=x onerror=alert(1)>.").waitFor();
  assert.equal(await page.locator(".statement img").count(), 0);
  await page.locator(".choice .katex").waitFor();
  assert.equal(await page.locator(".statement td.number").innerText(), "4");
  // The styles of formulas come behind the formula when the machine is busy.
  await page.evaluate(async () => {
    while (!getComputedStyle(document.querySelector(".statement .katex")).fontFamily.includes("KaTeX_Main")) {
      await new Promise(requestAnimationFrame);
    }
  });
  await assertAccessible(page);
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator(".formula-problem").first().waitFor();
  assert.deepEqual(await page.locator(".statement a").evaluateAll((links) => links.map(({ href }) => href)), ["https://example.org/"]);
  await assertAccessible(page);
  assert.deepEqual(page.problems, []);
});

test("the lobby tells how an exam is sat", async () => {
  const exam = await site.exam("Guide");
  const page = await openPage(await loggedIn(browser, site, await site.person("Esha")), `${site.base}/exams/${exam}`);
  await page.getByText("How an exam is sat").click();
  await page.getByText("Each answer is sent as you give it").waitFor();
  assert.equal(await page.getByText("![").count(), 0);
  await assertAccessible(page);
  assert.deepEqual(page.problems, []);
});

test("a paper without formulas fetches nothing to draw them, and Markdown keeps the page within its budget", async () => {
  const exam = await site.exam("Light", { questions: [{ ...FORMULAS[0], statement: "**Which** one?", options: [{ text: "A", isCorrect: true }, { text: "*B*" }] }] });
  const who = await site.person("Bela");
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const page = await (await loggedIn(browser, site, who)).newPage();
  const sizes = [];
  page.on("requestfinished", async (request) => {
    if (request.resourceType() === "script") sizes.push((await request.sizes()).responseBodySize);
    assert.doesNotMatch(request.url(), /KaTeX|formulas/);
  });
  await page.goto(`${site.base}/sit/${exam}`);
  await page.locator(".statement strong").waitFor();
  await page.waitForLoadState("networkidle");
  const weight = sizes.reduce((sum, bytes) => sum + bytes, 0);
  assert.ok(weight > 0 && weight <= EXAM_SCRIPT, `scripts: ${weight} bytes`);
});

test("a message of the staff shows while somebody writes, without taking the focus, and counts as seen", async () => {
  const exam = await site.exam("Messages");
  const page = await openPage(await loggedIn(browser, site, await site.person("Chand")), `${site.base}/exams/${exam}`);
  await start(page, exam);
  await site.asStaff("POST", `/exam/${exam}/notices`, { text: "In question 2 read <TCP> as TCP.", confirm: "Messages" });
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("In question 2 read <TCP> as TCP.").waitFor();
  assert.ok(await page.getByLabel("443", { exact: true }).evaluate((node) => node === document.activeElement));
  await assertAccessible(page);
  await page.getByRole("button", { name: "Close the message" }).click();
  await page.getByText("1 message of the staff").click();
  await page.getByText("In question 2 read <TCP> as TCP.").waitFor();
  await page.getByLabel("80", { exact: true }).check();
  await page.locator(".saving.good").waitFor();
  for (let seen = 0; seen !== 1;) seen = (await site.asStaff("GET", `/exam/${exam}/notices`)).notices[0].seen;
  assert.deepEqual(page.problems, []);
});

test("whoever hands in gets a receipt that the server has signed", async () => {
  const exam = await site.exam("Receipt");
  const who = await site.person("Devi");
  const page = await openPage(await loggedIn(browser, site, who), `${site.base}/exams/${exam}`);
  await page.getByText("Would you start now, you could write until").waitFor();
  await page.getByText("That is the whole time.").waitFor();
  await start(page, exam);
  // The first answer is lost on the way: the same request brings the same receipt.
  let lost = 0;
  await page.route("**/submit", async (route) => {
    const response = await route.fetch();
    return lost++ === 0 ? route.abort() : route.fulfill({ response });
  });
  await page.getByRole("button", { name: "Review and hand in" }).first().click();
  const confirm = async () => {
    await page.getByRole("button", { name: /^Hand in \d/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  };
  await confirm();
  await page.getByText("The server does not answer").waitFor();
  await confirm();
  await heading(page, "Handed in").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the signed receipt" }).click()]);
  const receipt = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.ok((await site.call("POST", "/receipts/verify", receipt, who.token)).genuine);
  await page.getByText(receipt.signature).waitFor();
  // Opened again, the next day: which exam it was and when it ended, not when this page was opened.
  const { data: [{ submittedAt }] } = await site.call("GET", "/result", undefined, who.token);
  const again = await openPage(await loggedIn(browser, site, who, { serviceWorkers: "block" }), "about:blank");
  await again.route("**/status*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), serverTime: new Date(Date.now() + 86_400_000).toISOString() } });
  });
  await again.goto(page.url());
  await heading(again, "Handed in").waitFor();
  await again.getByRole("definition").filter({ hasText: /^Receipt$/ }).waitFor();
  const day = await again.evaluate((at) => new Date(at).toLocaleDateString("en", { weekday: "short" }), submittedAt);
  await again.getByRole("definition").filter({ hasText: new RegExp(`^${day}\\b`) }).waitFor();
  onlyRefusals(again);
});
