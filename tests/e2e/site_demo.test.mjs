// SPDX-License-Identifier: MIT
// A fresh demo under a name and a logo of its own: its administrator is shown around.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { assertAccessible, onlyRefusals, openPage } from "./browser.mjs";
import { startServer } from "./server.mjs";
import { Site } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#803"/></svg>';

const folder = await mkdtemp(join(tmpdir(), "tripos-logo-"));
after(() => rm(folder, { recursive: true, force: true }));
await writeFile(join(folder, "logo.svg"), LOGO);
const { server, browser } = await setUp({ settings: { SITE_NAME: "School of <Examples>", SITE_LOGO: join(folder, "logo.svg") }, flags: ["--demo"] });

/** Address and password, which are printed once the demo is made. */
async function administrator({ log }) {
  for (;;) {
    const printed = log().match(/administrator +(\S+) +(\S+)\s[^]*candidates .*\n/);
    if (printed) return printed.slice(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("the pages have the name and the logo of the site", async () => {
  const page = await openPage(await browser.newContext(), server.base);
  await page.getByRole("link", { name: "School of <Examples>" }).waitFor();
  assert.equal(await page.title(), "Sit your exam here - School of <Examples>");
  assert.ok(await page.locator(".brand img").evaluate((img) => img.decode().then(() => img.naturalWidth > 0)));
  const logo = await fetch(`${server.base}/site/logo`);
  assert.equal(logo.headers.get("content-type"), "image/svg+xml");
  assert.equal(await logo.text(), LOGO);
  await assertAccessible(page);
  onlyRefusals(page); // a visitor is asked who they are
});

test("the administrator of a demo is shown around", async () => {
  const [email, password] = await administrator(server);
  const page = await openPage(await browser.newContext(), `${server.base}/login`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Have a look around" }).waitFor();
  await assertAccessible(page);
  await page.getByRole("link", { name: "Open: Read the mails" }).waitFor();
  await page.getByRole("link", { name: "Open: Sit as a candidate" }).waitFor();
  const watch = page.getByRole("link", { name: "Open: Watch as staff" });
  for (let href = ""; !href.endsWith("/board");) href = await watch.getAttribute("href");
  await watch.click();
  await page.getByRole("heading", { level: 1, name: "Open test" }).waitFor();
  // Simulated candidates write it, and are called so.
  await page.getByRole("row").filter({ hasText: "(simulated)" }).getByText(/^[1-9] of/).first().waitFor({ timeout: 60_000 });
  const { candidates } = await page.evaluate(async () => (await fetch(`/api/exam/${location.pathname.split("/")[3]}/board`)).json());
  const saves = candidates.flatMap(({ lastSaveAt }) => (lastSaveAt ? [Date.now() - Date.parse(lastSaveAt)] : []));
  assert.ok(saves.length > 0 && saves.every((ago) => ago < 600_000), String(saves));
  await page.goto(`${server.base}/staff/questions?domain=mathematics`);
  await page.locator(".katex").first().waitFor();
  onlyRefusals(page); // a visitor is asked who they are
});

test("without its cohort a demo has nobody who writes", async () => {
  const quiet = await startServer({ DEMO_COHORT: "off" }, ["--demo"]);
  await administrator(quiet);
  assert.match(quiet.log(), /candidates +.*candidate30@/);
  assert.equal((await new Site(quiet).asStaff("GET", "/admin/users?search=simulated")).pagination.totalItems, 0);
  assert.match(server.log(), /candidates +.*candidate18@/);
  await quiet.stop();
});
