// SPDX-License-Identifier: MIT
// The pages in a real browser: what runs, the dev inbox, the way from a mail's link to a log-in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleAndFitting, onlyRefusals, openPage as open } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { STAFF } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();
const context = await browser.newContext();

const openPage = (path) => open(context, site.base + path);
const signUp = (email) => site.call("POST", "/auth/signup", { fullName: "Asha <b>Rao</b>", email, password: PASSWORD });

/** The status with which a log-in is answered. */
const logIn = async (email, password) => (await site.ask("POST", "/auth/login", { email, password })).status;

test("the page of the status says what runs and where things are", async () => {
  const page = await openPage("/status");
  await page.getByText("All is well").waitFor();
  assert.match(await page.getByRole("region", { name: "What runs" }).innerText(), /sqlite\s+up/);
  await page.getByRole("link", { name: "/dev/inbox" }).waitFor();
  await page.getByRole("link", { name: "/docs", exact: true }).waitFor();
  await assertAccessibleAndFitting(page);
  onlyRefusals(page);
});

test("the description of the API can be read and searched", async () => {
  const page = await openPage("/docs");
  await page.getByText("OpenAPI 3.1").waitFor();
  const save = page.locator("#postExamAttemptByExamIdSave");
  await save.locator("summary").click();
  await save.getByText("questionId: string (uuid)").waitFor();
  await save.getByText("no_active_attempt").first().waitFor();
  assert.ok(await page.locator(".introduction strong").count() > 0);
  assert.ok(!(await page.locator("main").innerText()).includes("`"), "Markdown is drawn, not shown");
  assert.ok(await page.locator("#getHealthz").isVisible());
  await page.getByLabel("Find an operation").fill("exam-attempt");
  assert.ok(await save.isVisible());
  assert.ok(!(await page.locator("#getHealthz").isVisible()));
  await assertAccessibleAndFitting(page);
  onlyRefusals(page);
  const linked = await openPage("/docs#getExamLive");
  await linked.getByText("hasAttempt: boolean").waitFor();
  onlyRefusals(linked);
});

test("an administrator sees what the cache does and asks about a key", async () => {
  const page = await openPage("/cache");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.getByLabel("E-mail address").fill(STAFF);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("rowheader", { name: "profile", exact: true }).waitFor();
  await page.getByText(/of .* in this process. As of/).waitFor();
  await assertAccessibleAndFitting(page);

  const profile = await page.evaluate(async () => {
    for (let i = 0; i < 3; ++i) await fetch("/api/profile/me");
    return (await (await fetch("/api/profile/me")).json()).data.id;
  });
  await page.getByRole("textbox", { name: "Key" }).fill(`user:${profile}:profile`);
  await page.getByRole("button", { name: "Explain" }).click();
  await page.locator(".entry").getByText("fresh").first().waitFor();
  assert.match(await page.locator(".entry").innerText(), new RegExp(`Tags\\s+user:${profile}`));

  await page.getByRole("textbox", { name: "Key" }).fill("nonsense");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.locator(".entry").count(), 0);
  onlyRefusals(page);
});

test("from the mail's link to a log-in", async () => {
  const email = "asha@example.org";
  await signUp(email);

  const inbox = await openPage("/dev/inbox");
  await inbox.getByText(email).first().waitFor({ timeout: 15_000 });
  await inbox.getByRole("button", { name: new RegExp(email) }).click();
  const link = inbox.locator(`a[href*="/verify-email?token="]`).first();
  await link.waitFor();
  const address = await link.getAttribute("href");
  onlyRefusals(inbox);

  const page = await openPage(address.replace(site.base, ""));
  await page.getByLabel("Password").fill("not the one of the sign-up");
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await page.getByText("not the password of the sign-up").first().waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Set another password" }).click();
  await page.getByLabel("New password").fill("a horse of my own");
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await page.getByText("You can log in now").waitFor();
  onlyRefusals(page);

  const login = await openPage("/login");
  await login.getByLabel("E-mail").fill(email);
  await login.getByLabel("Password").fill("a horse of my own");
  await login.getByRole("button", { name: "Log in" }).click();
  await login.getByRole("heading", { name: "My exams" }).waitFor();
  onlyRefusals(login);
});

test("a password is looked at while it is written, hidden when it is sent, and the title says that it was refused", async () => {
  const page = await openPage("/login");
  const password = page.getByLabel("Password");
  await page.getByLabel("E-mail address").fill("nobody@example.org");
  await password.fill("not the one");
  await page.getByRole("button", { name: "Show what is typed" }).click();
  assert.equal(await password.getAttribute("type"), "text");
  assert.equal(await password.inputValue(), "not the one");
  await page.getByRole("button", { name: "Hide what is typed" }).waitFor();
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForFunction(() => document.title === "There is a problem: Log in - Tripos");
  assert.equal(await password.getAttribute("type"), "password");
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByRole("heading", { level: 1, name: "Sign up" }).waitFor();
  assert.equal(await page.title(), "Sign up - Tripos");
  onlyRefusals(page);
});

test("following a verification link changes nothing until the button is pressed", async () => {
  const email = "scanner@example.org";
  await signUp(email);
  await openPage(await site.mailTo(email, "verify-email"));
  assert.equal(await logIn(email, PASSWORD), 403);
});

test("an address is changed on one page and changed back on another", async () => {
  const [old, fresh] = ["mover@example.org", "mover@new.example.org"];
  await signUp(old);
  await site.verify(old);
  await site.call("POST", "/profile/me/email", { newEmail: fresh, currentPassword: PASSWORD }, await site.logIn(old));

  const confirm = await openPage(await site.mailTo(fresh, "confirm-email"));
  assert.equal(await logIn(fresh, PASSWORD), 401);
  await confirm.getByRole("button", { name: "Use this address" }).click();
  await confirm.getByText("Log in with it from now on").waitFor();
  onlyRefusals(confirm);
  assert.equal(await logIn(fresh, PASSWORD), 200);

  const revert = await openPage(await site.mailTo(old, "revert-email"));
  await revert.getByRole("button", { name: "Undo the change" }).click();
  await revert.getByText("as it was").waitFor();
  onlyRefusals(revert);
  assert.equal(await logIn(old, PASSWORD), 200);
});

test("an incomplete link says so, and asks for nothing", async () => {
  for (const path of ["/verify-email", "/accept-invitation", "/confirm-email", "/revert-email", "/reset-password"]) {
    const page = await openPage(path);
    await page.getByText("This link is incomplete").waitFor();
    assert.equal(await page.locator("form").count(), 0, path);
    await assertAccessibleAndFitting(page);
    onlyRefusals(page);
  }
});

test("a forgotten password is replaced on the page behind the mail's link", async () => {
  const email = "forgetful@example.org";
  await signUp(email);
  await site.verify(email);
  await site.call("POST", "/auth/forgot-password", { email });

  const page = await openPage(await site.mailTo(email, "reset-password"));
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("alert").getByText(/at least 8 characters/i).waitFor();
  await page.getByLabel("New password").fill("a horse of my own");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your password is set. Log in with it.").waitFor();
  onlyRefusals(page);
  assert.equal(await logIn(email, PASSWORD), 401);
  assert.equal(await logIn(email, "a horse of my own"), 200);
});
