// SPDX-License-Identifier: MIT
// No page scrolls sideways, on a phone, a tablet or a desk: what is wide scrolls in a box of its own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, openPage } from "./browser.mjs";
import { startServer } from "./server.mjs";
import { loggedIn, Site } from "./site_fixture.mjs";

const WIDTHS = [320, 360, 768, 1280];
/** Where the pictures of all pages go, to be looked at; empty: none are taken. */
const PICTURES = process.env.PICTURES ?? "";
const LONG = "An examination with quite a long title, Part II: Wiederholungsklausur";

let server, browser, site;

before(async () => {
  server = await startServer();
  site = new Site(server);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function assertFits(context, path) {
  const page = await openPage(context, site.base + path);
  await page.locator("h1").waitFor();
  await page.waitForLoadState("networkidle");
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/${path.replace(/[0-9a-f-]{36}/g, "ID").replace(/\W+/g, "_")}-${width}.png`, fullPage: true });
    assert.ok(wide <= width, `${path} is ${wide} px wide in a window of ${width}`);
  }
  await page.close();
}

test("no page scrolls sideways at any width", async () => {
  const asha = await site.person("Asha"), exam = await site.exam(LONG), over = await site.exam("Over");
  for (const one of [exam, over]) await site.call("POST", `/exam-attempt/${one}/start`, undefined, asha.token);
  await site.call("POST", `/exam-attempt/${over}/submit`, undefined, asha.token);
  await site.asStaff("POST", `/exam/${over}/close`, { confirm: "Over" });
  await site.asStaff("POST", `/exam/${exam}/notices`, { text: "In question 2 read <TCP> as TCP.", confirm: LONG });
  const { cohort } = await site.asStaff("POST", "/admin/cohorts", { name: "Mathematics, first year" });
  const { attemptId } = await site.call("GET", `/exam-attempt/${exam}/status`, undefined, asha.token);
  const [{ id: question }] = (await site.asStaff("GET", `/exam/${exam}`)).exam.questions;

  const parts = ["", "/settings", "/people", "/publish", "/board", "/results", "/grading"].flatMap((part) => [exam, over].map((id) => `/staff/exams/${id}${part}`));
  const visits = [
    [await browser.newContext(), ["/", "/login", "/signup", "/forgot", "/leaderboard", "/status", "/docs", "/docs/components", "/dev/inbox",
      "/verify-email?token=0", "/unsubscribe/0"]],
    [await loggedIn(browser, site, asha), ["/exams", `/exams/${exam}`, `/sit/${exam}`, `/results/${over}`, "/profile"]],
    [await loggedIn(browser, site, { token: await site.staffToken() }), ["/staff", ...parts, `/staff/attempts/${attemptId}`, "/staff/questions",
      `/staff/questions/${question}`, "/staff/questions/new", "/staff/cohorts", `/staff/cohorts/${cohort.id}`, "/staff/users", "/cache"]],
  ];
  await Promise.all(visits.map(async ([context, paths]) => {
    for (const path of paths) await assertFits(context, path);
  }));
});
