// SPDX-License-Identifier: MIT
// The pages in another language: chosen by the browser's languages or by hand, whole, and fetched only then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { buildSync } from "../../web/node_modules/esbuild/lib/main.js";
import { assertAccessibleAndFitting, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const QUESTIONS = [
  { statement: "दो और तीन का योग क्या है?", questionType: "SINGLE_CORRECT", domain: "गणित", marks: 2, options: [{ text: "४" }, { text: "५", isCorrect: true }] },
  { statement: "दो का वर्गमूल?", questionType: "NUMERICAL", domain: "गणित", marks: 1, numericalAnswer: 1.41, tolerance: 0.01 },
];
const TITLE = "गणित", HINDI = { locale: "hi-IN", timezoneId: "Asia/Kolkata" };

/** What is no word of a language: names, addresses, forms, zones, columns of spreadsheets, the browser of a session. */
const NAMES = /http:\S+|Tripos|Redis|[KMG]iB|HTML|(Open)?API|\/openapi\.json|Message-ID|English|Asha Rao|Staff|\S+@\S+|Markdown|CSV|Alt\+Shift\+[A-Z]|IST|GMT|Asia\/\w+|[0-9a-f]{8}-[0-9a-f-]+|\bnode\b|\b(email|enrollmentNumber|fullName|minutes|multiplier|startTime|endTime|reason)\b/g;

const { browser, site } = await setUp();
const exam = await site.exam(TITLE, { questions: QUESTIONS, description: "दो छोटे प्रश्न।" });
const candidate = await site.person("Asha");

const heading = (page, name) => page.getByRole("heading", { level: 1, name });

/** A catalogue as an object. */
async function catalogue(part, tag) {
  const { outputFiles: [file] } = buildSync({ entryPoints: [new URL(`../../web/src/${part}/texts.${tag}.ts`, import.meta.url).pathname], write: false, format: "esm", bundle: true, charset: "utf8" });
  return (await import(`data:text/javascript;base64,${Buffer.from(file.contents).toString("base64")}`))[tag];
}

/** Words of the page, texts and names for screen readers alike, that are not Hindi and not said to be English. */
const foreignWords = (page) => page.evaluate(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node instanceof Element ? node : node.parentElement;
    if (element.closest("[lang]").lang !== "hi" || element.closest("noscript, code, .code, textarea")) continue;
    if (node instanceof Text) found.push(node.data);
    else found.push(...["aria-label", "alt", "title", "placeholder"].map((name) => node.getAttribute(name) ?? ""));
  }
  return [...found, document.title];
}).then((texts) => texts.map((text) => text.replace(NAMES, "")).filter((text) => /[A-Za-z]{2,}/.test(text)));

for (const part of ["shared", "staff", "admin", "dev"]) {
  test(`the Hindi texts of ${part} say all that the English ones do, with the same values in them`, async () => {
    const [english, hindi] = [await catalogue(part, "en"), await catalogue(part, "hi")];
    assert.deepEqual(Object.keys(hindi), Object.keys(english).filter((key) => part !== "dev" || !key.startsWith("cache.")));
    const values = (text) => [...text.matchAll(/\{\w+\}/g)].map(([value]) => value).sort();
    for (const [key, text] of Object.entries(hindi)) {
      const isOne = key.endsWith(".one"); // a form of one may say "one" in English, while in Hindi it is that of none as well
      assert.deepEqual(values(text).filter((value) => !isOne || value !== "{n}"), values(english[key]).filter((value) => !isOne || value !== "{n}"), key);
      assert.ok(/[ऀ-ॿ]/.test(text) || !/[A-Za-z]{2,}/.test(text.replace(/\{\w+\}/g, "").replace(NAMES, "")), `${key}: ${text}`);
    }
  });
}

test("a candidate whose browser speaks Hindi sits an exam in it", async () => {
  const context = await loggedIn(browser, site, candidate, HINDI);
  const page = await openPage(context, site.base);
  await heading(page, "अपनी परीक्षा यहाँ दें").waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "hi");
  assert.deepEqual(await foreignWords(page), []);
  await page.goto(`${site.base}/exams/${exam}`);
  await heading(page, TITLE).waitFor();
  await page.getByText("IST").first().waitFor();
  assert.deepEqual(await foreignWords(page), []);
  await page.getByRole("button", { name: "शुरू करें" }).click();
  await heading(page, "प्रश्न 1, कुल 2").waitFor();
  await page.getByLabel("५").check();
  await page.getByText(/^सहेजा गया \d\d:\d\d:\d\d$/).waitFor();
  await page.getByText(/तक लिख|समाप्त होगी/).first().waitFor();
  assert.deepEqual(await foreignWords(page), []);
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "अगला" }).click();
  await page.getByLabel("आपका उत्तर, एक संख्या").fill("1,41");
  await page.getByText("1.41 पढ़ा गया").waitFor();
  await page.getByRole("button", { name: "जाँचें और जमा करें" }).first().click();
  await heading(page, "जमा करने से पहले").waitFor();
  await assertAccessibleAndFitting(page);
  assert.deepEqual(await foreignWords(page), []);
  await page.getByRole("button", { name: "2 में से 2 उत्तर जमा करें" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "जमा करें", exact: true }).click();
  await heading(page, "जमा हो गया").waitFor();
  assert.deepEqual(await foreignWords(page), []);
  for (const path of ["/exams", "/profile", `/results/${exam}`, "/leaderboard", "/exams/none", "/login", "/signup", "/forgot"]) {
    await page.goto(site.base + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.deepEqual(await foreignWords(page), [], path);
    await assertAccessibleAndFitting(page);
  }
});

test("the staff's pages are in Hindi as well", async () => {
  const page = await openPage(await loggedIn(browser, site, { token: await site.staffToken() }, HINDI), `${site.base}/staff`);
  const { data: [question] } = await site.asStaff("GET", "/question/all?limit=1");
  for (const path of ["", `/exams/${exam}`, ...["board", "results", "grading", "people", "settings", "publish"].map((part) => `/exams/${exam}/${part}`), "/exams/new",
    "/questions", `/questions/${question.id}`, "/questions/new", "/cohorts", "/users"]) {
    await page.goto(`${site.base}/staff${path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    assert.deepEqual(await foreignWords(page), [], path);
  }
  assert.deepEqual(page.problems, []);
});

test("around the API's description and the mails the pages for developers are in Hindi", async () => {
  const page = await openPage(await browser.newContext(HINDI), `${site.base}/docs`);
  for (const path of ["/docs", "/docs#postExamAttemptByExamIdSave", "/dev/inbox"]) {
    await page.goto(site.base + path);
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    assert.deepEqual(await foreignWords(page), [], path);
  }
  await page.locator(".mails button").first().click();
  await page.getByRole("tab", { name: "शीर्षक पंक्तियाँ" }).click();
  await page.getByText("Message-ID").waitFor();
  assert.deepEqual(await foreignWords(page), []);
  await page.getByRole("button", { name: "विफलताएँ" }).click();
  await page.getByRole("dialog").waitFor();
  onlyRefusals(page);
});

test("the language is changed on the page and kept by the browser; nobody fetches one that is not theirs", async () => {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await openPage(context, site.base);
  const fetched = [];
  page.on("response", async (response) => { if (response.url().endsWith(".js")) fetched.push(await response.text()); });
  const hasHindi = () => fetched.some((text) => text.includes("परीक्षाएँ"));
  await page.reload({ waitUntil: "networkidle" });
  await heading(page, "Sit your exam here").waitFor();
  assert.ok(!hasHindi());
  await page.getByRole("button", { name: "हिन्दी" }).click();
  await heading(page, "अपनी परीक्षा यहाँ दें").waitFor();
  assert.ok(hasHindi());
  assert.equal(await page.getByRole("button", { name: "हिन्दी" }).getAttribute("aria-pressed"), "true");
  await page.goto(`${site.base}/login`);
  await heading(page, "लॉग इन करें").waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await heading(page, "Log in").waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  const other = await openPage(await browser.newContext({ locale: "fr-FR" }), site.base);
  await heading(other, "Sit your exam here").waitFor();
  for (const one of [page, other]) onlyRefusals(one); // nobody is logged in
});

test("without the catalogue a page is in English, and says so", async () => {
  const context = await browser.newContext(HINDI);
  const page = await context.newPage();
  await page.route("**/site/part-*.js", async (route) => {
    const answer = await route.fetch();
    if ((await answer.text()).includes("परीक्षाएँ")) await route.abort();
    else await route.fulfill({ response: answer });
  });
  await page.goto(site.base);
  await heading(page, "Sit your exam here").waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});
