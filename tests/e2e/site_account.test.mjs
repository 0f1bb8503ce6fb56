// SPDX-License-Identifier: MIT
// What people do with their own account: another address, which holds once its link was followed, and the end of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessibleAndFitting, launch, onlyRefusals, openPage } from "./browser.mjs";
import { PASSWORD, startServer } from "./server.mjs";
import { loggedIn, Site } from "./site_fixture.mjs";

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

const heading = (page, name) => page.getByRole("heading", { level: 1, name });
const logIn = (email) => fetch(`${site.base}/api/auth/login`, { method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ email, password: PASSWORD }) });

test("another address holds once its link was followed and its button pressed", async () => {
  const asha = await site.person("Asha"), fresh = "asha.rao@example.net";
  const page = await openPage(await loggedIn(browser, site, asha), `${site.base}/profile`);
  const part = page.getByRole("region", { name: "E-mail address" });
  await part.getByLabel("New e-mail address").fill(fresh);
  await part.getByLabel("Current password").fill("not the password");
  await part.getByRole("button", { name: "Change the address" }).click();
  await part.getByRole("alert").waitFor();
  await assertAccessibleAndFitting(page);
  await part.getByLabel("Current password").fill(PASSWORD);
  await part.getByRole("button", { name: "Change the address" }).click();
  await part.getByText(`A mail is on its way to ${fresh}`).waitFor();
  await assertAccessibleAndFitting(page);

  const behind = await openPage(await browser.newContext(), site.base + await site.mailTo(fresh, "confirm-email"));
  await heading(behind, "Confirm your new address").waitFor();
  assert.equal((await logIn(fresh)).status, 401, "a scanner that follows the link changes nothing");
  await behind.getByRole("button", { name: "Use this address" }).click();
  await behind.getByText("Log in with it from now on.").waitFor();
  await assertAccessibleAndFitting(behind);
  assert.equal((await logIn(fresh)).status, 200);
  assert.equal((await logIn(asha.email)).status, 401);
  onlyRefusals(page);
  onlyRefusals(behind);
});

test("an account ends with the password, after it was said what is lost", async () => {
  const bela = await site.person("Bela");
  const page = await openPage(await loggedIn(browser, site, bela), `${site.base}/profile`);
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByRole("dialog", { name: `Delete the account of ${bela.email}?` });
  await dialog.getByText("Nobody can undo this.").waitFor();
  await assertAccessibleAndFitting(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await logIn(bela.email)).status, 200, "nothing happened yet");

  await page.getByRole("button", { name: "Delete my account" }).click();
  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await dialog.getByRole("alert").waitFor();
  assert.equal((await logIn(bela.email)).status, 200);
  await dialog.getByLabel("Current password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Delete my account" }).click();
  await heading(page, "Your account is deleted").waitFor();
  await assertAccessibleAndFitting(page);
  assert.equal((await logIn(bela.email)).status, 401);
  await page.goto(`${site.base}/profile`);
  await heading(page, "Log in").waitFor();
  onlyRefusals(page);
});

test("whoever writes an exam is told to hand it in before the account can end", async () => {
  const exam = await site.exam("Running"), chand = await site.person("Chand");
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, chand.token);
  const page = await openPage(await loggedIn(browser, site, chand), `${site.base}/profile`);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("dialog").getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("dialog").getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("dialog").getByText("You are writing an exam. Hand it in first.").waitFor();
  assert.equal((await logIn(chand.email)).status, 200);
  onlyRefusals(page);
});
