// SPDX-License-Identifier: MIT
// The page of an exam without its server: loaded again, killed, updated. What it called saved is compared with the database.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { assertAccessibleAndFitting, launch, onlyRefusals, openPage } from "./browser.mjs";
import { startProxy } from "./proxy.mjs";
import { answersInDatabase, loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { server, browser, site } = await setUp();
const line = await startProxy(server.base);

after(line.stop);
beforeEach(line.mend);

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const saved = (page) => page.locator(".saving.good").waitFor();

/** Until it does. Of a promise, waitForFunction would only see that there is one. */
async function holds(page, condition) {
  while (!(await page.evaluate(condition))) await page.waitForTimeout(20);
}

/** The candidate writes, and the worker has what it needs. */
async function writing(name, { options, title = "Question 1 of 4" } = {}) {
  const exam = await site.exam(name);
  const who = await site.person(name);
  const { attemptId } = await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const context = await loggedIn(browser, site, who, options);
  const page = await openPage(context, `${line.base}/sit/${exam}`);
  await heading(page, title).waitFor();
  await holds(page, async () => Boolean(await caches.match("/sit/offline", { ignoreVary: true }) && navigator.serviceWorker.controller));
  page.on("dialog", (dialog) => dialog.accept());
  return { exam, who, page, context, attemptId };
}

test("an exam that is loaded again without a connection comes back, and so does every answer", async () => {
  const { exam, who, page, attemptId } = await writing("Asha");
  await page.getByLabel("80", { exact: true }).check();
  await saved(page);
  line.cut();
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("No connection since").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("TCP").check();
  await page.getByText("2 answers not saved yet").waitFor();

  await page.reload();
  await heading(page, "The server cannot be reached").waitFor();
  await page.getByText(/^2 answers are kept on this computer and count only if they reach us before \d\d:\d\d:\d\d/).waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Try now" }).click();
  await heading(page, "The server cannot be reached").waitFor();
  assert.deepEqual(await answersInDatabase(site, server, exam, who, attemptId), [["80"], null, null, null]);

  line.mend();
  await heading(page, "Question 2 of 4").waitFor(); // by itself
  assert.ok(await page.getByLabel("TCP").isChecked());
  await saved(page);
  assert.deepEqual(await answersInDatabase(site, server, exam, who, attemptId), [["443"], ["TCP"], null, null]);
  onlyRefusals(page);
});

test("the page that is kept is in the language of the candidate", async () => {
  const { page } = await writing("Devi", { options: { locale: "hi-IN" }, title: "प्रश्न 1, कुल 4" });
  line.cut();
  await page.reload();
  await heading(page, "सर्वर तक पहुँचा नहीं जा सका").waitFor();
  line.mend();
  await heading(page, "प्रश्न 1, कुल 4").waitFor();
  onlyRefusals(page);
});

test("over plain HTTP there is no worker, and an exam is sat all the same", async () => {
  const plain = await launch(["--host-resolver-rules=MAP exam.test 127.0.0.1"]);
  const base = line.base.replace("localhost", "exam.test");
  const exam = await site.exam("Plain");
  const who = await site.person("Esha");
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const page = await openPage(await loggedIn(plain, { base }, who), `${base}/sit/${exam}`);
  await heading(page, "Question 1 of 4").waitFor();
  assert.ok(!(await page.evaluate(() => isSecureContext || "serviceWorker" in navigator)));
  line.cut();
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("No connection since").waitFor();
  line.mend();
  page.on("dialog", (dialog) => dialog.accept());
  await page.reload(); // what was not sent is kept here, too
  await saved(page);
  assert.deepEqual(await site.stored(who.token, exam), [["443"], null, null, null]);
  assert.deepEqual(page.problems.filter((text) => !/^Failed to load resource|^The Cross-Origin-Opener-Policy header has been ignored/.test(text)), []);
  await plain.close();
});

test("of an exam nothing is kept but its page, and nothing at all after its end", async () => {
  const { exam, page } = await writing("Bela");
  await page.getByLabel("443", { exact: true }).check();
  await saved(page);
  const kept = () => page.evaluate(async () => {
    const names = await caches.keys();
    const lists = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
    return lists.flat();
  });
  const before = await kept();
  assert.ok(before.length >= 3, before.join());
  assert.deepEqual(before.filter((path) => path !== "/sit/offline" && !/^\/site\/[\w.]+-[0-9A-Z]{8}\.(js|css|svg)$/.test(path)), []);
  const [{ scope, script }] = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map((one) => ({ scope: one.scope, script: one.active.scriptURL })));
  assert.deepEqual([scope, script], [`${line.base}/sit/`, `${line.base}/sit/worker.js`]);

  await page.getByRole("button", { name: "Review and hand in" }).first().click();
  await page.getByRole("button", { name: /^Hand in \d/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await heading(page, "Handed in").waitFor();
  await holds(page, async () => (await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0);
  assert.equal(await page.evaluate((id) => localStorage.getItem(`tripos.exam:${id}`), exam), null);
  assert.deepEqual(page.problems, []);
});

test("a newer worker waits until the exam is closed, and the page stays as it is", async () => {
  const { exam, page, who } = await writing("Chand");
  await page.evaluate(() => { window.isSame = true; });
  const worker = await (await fetch(`${server.base}/sit/worker.js`)).text();
  line.replace("/sit/worker.js", `${worker}\n// newer`);
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration("/sit/")).update());
  await holds(page, async () => (await navigator.serviceWorker.getRegistration("/sit/")).waiting?.state === "installed");
  await page.getByLabel("443", { exact: true }).check();
  await saved(page);
  assert.ok(await page.evaluate(() => window.isSame));
  assert.deepEqual(await site.stored(who.token, exam), [["443"], null, null, null]);
  assert.deepEqual(page.problems, []);
});

test("only the page of an exam may name a worker, and only one for itself", async () => {
  const policy = async (path) => (await fetch(server.base + path)).headers.get("content-security-policy");
  assert.match(await policy("/sit/any"), /; worker-src 'self'; .*; trusted-types tripos$/);
  for (const path of ["/", "/staff", "/exams/any"]) assert.match(await policy(path), /trusted-types 'none'$/);
  const worker = await fetch(`${server.base}/sit/worker.js`);
  assert.equal(worker.headers.get("cache-control"), "no-cache");
  assert.match(worker.headers.get("content-type"), /^text\/javascript/);
  assert.equal(worker.headers.get("service-worker-allowed"), null);
});
