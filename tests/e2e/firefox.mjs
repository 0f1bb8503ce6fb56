// SPDX-License-Identifier: MIT
// A candidate's journey in a second engine, Debian's Firefox over WebDriver BiDi: log in, start, answer, lose the connection, load
// again, hand in. The suite `engines`.

import assert from "node:assert/strict";
import { test } from "node:test";
import puppeteer from "puppeteer-core";
import { startProxy } from "./proxy.mjs";
import { PASSWORD, startServer } from "./server.mjs";
import { answersInDatabase, Site } from "./site_fixture.mjs";

const launch = () => puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true,
  extraPrefsFirefox: { "intl.accept_languages": "en-GB" } });

/** `page.problems` is to be empty at the end. */
async function openPage(browser, address) {
  const page = await browser.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
  page.on("dialog", (dialog) => dialog.accept());
  page.setDefaultTimeout(60_000); // ms; Firefox beside others of its kind is slow
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(address);
  return page;
}

async function journey(server, line, browser) {
  const site = new Site(server);
  const exam = await site.exam("Firefox");
  const who = await site.person("Asha");
  const page = await openPage(browser, `${line.base}/login`);
  const step = (what, done) => done.catch((error) => { throw new Error(`${what}: ${error.message}`); });
  const touch = (role) => (name) => step(`${role} ${name}`, page.locator(`::-p-aria([name="${name}"][role="${role}"])`).click());
  const [press, follow, choose, tick] = ["button", "link", "radio", "checkbox"].map(touch);
  const see = (text) => step(text, page.locator(`::-p-text(${text})`).wait());

  await page.locator("input[name=email]").fill(who.email);
  await page.locator("input[name=password]").fill(PASSWORD);
  await press("Log in");
  await follow("To the start: Firefox");
  await press("Start");
  await see("Question 1 of 4");
  await choose("443");
  await page.locator(".saving.good").wait();
  await page.waitForFunction(async () => (await caches.match("/sit/offline")) && navigator.serviceWorker.controller);

  const { attemptId } = await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token);
  const stored = () => answersInDatabase(site, server, exam, who, attemptId);
  line.cut();
  await press("Next");
  await tick("TCP");
  await see("No connection since");
  await page.reload();
  await see("The server cannot be reached");
  await see("1 answer is kept on this computer");
  assert.deepEqual(await stored(), [["443"], null, null, null]);
  line.mend(); // and it asks again by itself
  await see("Question 2 of 4");
  await page.locator(".saving.good").wait();
  assert.deepEqual(await stored(), [["443"], ["TCP"], null, null]);

  await press("Review and hand in");
  await press("Hand in 2 of 4 answers");
  await press("Hand in");
  await see("Handed in");
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistrations()).length === 0);
  assert.equal((await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token)).status, "SUBMITTED");
  assert.deepEqual(page.problems, []);
}

test("a candidate sits an exam in Firefox", async () => {
  const server = await startServer();
  const line = await startProxy(server.base);
  const browser = await launch();
  try {
    await journey(server, line, browser);
  } finally {
    await browser.close();
    line.stop();
    await server.stop();
  }
});
