// SPDX-License-Identifier: MIT
// What people do with their own account: another address, and its end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleAndFitting, onlyRefusals, openPage } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { server, browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const card = (page, name) => page.getByRole("region", { name });

async function profileOf(who) {
  const page = await openPage(await loggedIn(browser, site, who), `${site.base}/profile`);
  await heading(page, "Profile").waitFor();
  return page;
}

async function askFor(page, address, password) {
  const form = card(page, "E-mail address");
  await form.getByLabel("New address").fill(address);
  await form.getByLabel("Current password").fill(password);
  await form.getByRole("button", { name: "Change the address" }).click();
}

async function leave(page, password) {
  const form = card(page, "Delete your account");
  if (!(await form.getByLabel("Current password").isVisible())) await form.getByText("What is lost, and how to do it").click();
  await form.getByLabel("Current password").fill(password);
  await form.getByRole("button", { name: "Delete my account for good" }).click();
}

const addressOf = async ({ token }) => (await site.call("GET", "/profile/me", undefined, token)).data.email;
const logsIn = async (email) => (await site.ask("POST", "/auth/login", { email, password: PASSWORD })).ok;

test("another address is in force once its mail is followed, and the old address can take that back", async () => {
  const asha = await site.person("Asha");
  await site.person("Bela");
  const page = await profileOf(asha);
  await page.getByText("You log in with asha@example.org").waitFor();
  await askFor(page, "rao@example.org", "not the one");
  await card(page, "E-mail address").getByRole("alert").getByRole("link", { name: "Current password is incorrect" }).waitFor();
  await askFor(page, "bela@example.org", PASSWORD);
  await page.getByText("There is an account with this address.").waitFor();
  await askFor(page, "rao@example.org", PASSWORD);
  await page.getByText("A mail is on its way to rao@example.org").waitFor();
  assert.equal(await card(page, "E-mail address").getByLabel("Current password").inputValue(), "");
  await assertAccessibleAndFitting(page);
  assert.equal(await addressOf(asha), "asha@example.org", "nobody has followed the mail");

  await page.goto(site.base + await site.mailTo("rao@example.org", "confirm-email"));
  await page.getByRole("button", { name: "Use this address" }).click();
  await page.getByText("Your address is changed").waitFor();
  await page.goto(`${site.base}/profile`);
  await page.getByText("You log in with rao@example.org").waitFor();
  assert.deepEqual([await logsIn("rao@example.org"), await logsIn("asha@example.org")], [true, false]);

  const token = (await site.mailTo("asha@example.org", "revert-email")).split("token=")[1];
  await site.call("POST", `/auth/revert-email/${token}`);
  assert.deepEqual([await logsIn("rao@example.org"), await logsIn("asha@example.org")], [false, true]);
  await page.reload();
  await heading(page, "Log in").waitFor();
  onlyRefusals(page);
});

test("an account is deleted with its password, not while an exam is written, and leaves no name", async () => {
  const chand = await site.person("Chand");
  const exam = await site.exam("Last one");
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, chand.token);
  const page = await profileOf(chand);
  await leave(page, "not the one");
  await card(page, "Delete your account").getByRole("link", { name: "Current password is incorrect" }).waitFor();
  await page.getByText("Your answers and marks stay under no name.").waitFor();
  await assertAccessibleAndFitting(page);
  await leave(page, PASSWORD);
  await page.getByText("You are writing an exam. Hand it in first.").waitFor();
  await site.call("POST", `/exam-attempt/${exam}/submit`, undefined, chand.token);
  await leave(page, PASSWORD);
  await page.getByText("A result of yours is not released yet.").waitFor();
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Last one" });
  await leave(page, PASSWORD);
  await page.getByText("Your account is deleted.").waitFor();
  await page.getByRole("link", { name: "Sign up" }).waitFor();
  await assertAccessibleAndFitting(page);
  assert.equal(await logsIn(chand.email), false);
  assert.deepEqual(server.sql("SELECT COUNT(*) FROM users WHERE full_name LIKE 'Chand%' OR email LIKE 'chand%'"), [[0]]);
  const { data: results } = await site.asStaff("GET", `/exam/${exam}/results`);
  assert.deepEqual(results.map(({ candidate }) => candidate.name), ["Deleted user"]);
  onlyRefusals(page);
});

test("the only administrator cannot leave the site to itself", async () => {
  const page = await profileOf({ token: await site.staffToken() });
  await leave(page, PASSWORD);
  await page.getByText("You are the only administrator.").waitFor();
  onlyRefusals(page);
});
