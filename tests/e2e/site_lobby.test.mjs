// SPDX-License-Identifier: MIT
// Before an exam: how often the page asks, and what it says of the device and the session. Minutes pass by the browser's fake clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { PASSWORD } from "./server.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();

const DAY = 86_400_000; // ms
const WITHOUT_WORKER = { serviceWorkers: "block" }; // past it no route of a test would see the requests

/** The first seconds between two questions of a lobby that is opened a minute and a half before the start, with this luck. */
async function pauses(name, luck) {
  const exam = await site.exam(name, { startsIn: 3600 });
  const context = await loggedIn(browser, site, await site.person(name), WITHOUT_WORKER);
  await context.clock.install();
  await context.addInitScript((value) => { Math.random = () => value; }, luck);
  const page = await context.newPage();
  const asked = [];
  // The server's time passes as the page's does.
  await page.route("**/lobby", async (route) => {
    asked.push(await page.evaluate(() => performance.now()));
    const answer = await route.fetch();
    const body = await answer.json();
    const serverTime = new Date(Date.parse(body.exam.startTime) - 90_000 + asked.at(-1) - asked[0]).toISOString();
    await route.fulfill({ response: answer, json: { ...body, serverTime } });
  });
  const answered = () => page.waitForResponse("**/lobby");
  await Promise.all([answered(), page.goto(`${site.base}/exams/${exam}`)]);
  await page.getByText("Starts in 00:01:").waitFor();
  while (asked.length < 6) {
    const known = asked.length, next = answered();
    while (asked.length === known) await page.clock.runFor(500);
    await next;
  }
  await context.close();
  return asked.slice(1).map((at, n) => (at - asked[n]) / 1000);
}

/** That what was measured is no less, and little more for the steps in which the time passes. */
function assertNear(measured, wanted) {
  measured.forEach((seconds, n) => assert.ok(seconds > wanted[n] - 0.5 && seconds < wanted[n] + 3.5, `${measured} for ${wanted}`));
}

test("whoever waits asks every 20 seconds and every 5 in the last minute, a quarter sooner or later by chance", async () => {
  const soon = await pauses("Asha", 0), late = await pauses("Bela", 0.999);
  assertNear(soon, [15, 13.5, 3.75, 3.75, 3.75]);
  assertNear(late, [25, 6.25, 6.25, 6.25, 6.25]);
});

test("a device whose clock is wrong is told by how much; one that is right, that it is", async () => {
  const exam = await site.exam("Clocks", { startsIn: 3600 });
  const who = await site.person("Chand");
  for (const [off, text] of [[0, "The clock of this device is right"], [DAY, /of this device is (24:00:00|23:59:59|24:00:01) ahead/],
    [-90_000, /of this device is 00:01:(29|30|31) behind/]]) {
    const context = await loggedIn(browser, site, who);
    await context.clock.install({ time: Date.now() + off });
    const page = await openPage(context, `${site.base}/exams/${exam}`);
    await page.getByText(text).waitFor();
    await page.getByText(/Starts in 00:59:5\d|Starts in 01:00:00/).waitFor(); // by the server's clock
    assert.deepEqual(page.problems, []);
    await context.close();
  }
});

test("a session that would end amid the exam asks to log in anew, and the new one does not", async () => {
  const exam = await site.exam("Sessions");
  const who = await site.person("Devi");
  const context = await loggedIn(browser, site, who, WITHOUT_WORKER);
  const page = await context.newPage();
  await page.goto(`${site.base}/exams/${exam}`);
  await page.getByRole("button", { name: "Start" }).waitFor();
  assert.equal(await page.getByText("You are logged in until").count(), 0, "it lasts for days");
  const { data: [{ id }] } = await site.call("GET", "/profile/me/sessions", undefined, who.token);
  await page.route("**/api/profile/me/sessions", async (route) => {
    const answer = await route.fetch();
    const { data } = await answer.json();
    const soon = new Date(Date.now() + 10 * 60_000).toISOString();
    await route.fulfill({ response: answer, json: { data: data.map((one) => (one.id === id ? { ...one, expiresAt: soon } : one)) } });
  });
  await page.reload();
  await page.getByText("You are logged in until").waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "Log in again" }).click();
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  const asked = page.waitForResponse("**/api/profile/me/sessions");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(`${site.base}/exams/${exam}`);
  await (await asked).finished();
  await page.getByRole("button", { name: "Start" }).waitFor();
  assert.equal(await page.getByText("You are logged in until").count(), 0);
});

test("what the page of the exam needs is there before the start", async () => {
  const exam = await site.exam("Prefetched", { startsIn: 3600 });
  const page = await openPage(await loggedIn(browser, site, await site.person("Farah"), WITHOUT_WORKER), "about:blank");
  const fetched = new Set();
  page.on("response", (response) => { if (response.ok()) fetched.add(new URL(response.url()).pathname); });
  await page.goto(`${site.base}/exams/${exam}`);
  await page.getByText("Starts in").waitFor();
  const needed = (await (await fetch(`${site.base}/sit/${exam}`)).text()).match(/\/site\/[\w.-]+/g);
  assert.ok(needed.some((path) => /\/sit-\w+\.js$/.test(path)), `${needed}`);
  for (const path of needed) while (!fetched.has(path)) await page.waitForEvent("response");
});
