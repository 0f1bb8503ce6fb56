// SPDX-License-Identifier: MIT
// The pages in a real browser: what runs, the dev inbox, the way from a mail's link to a log-in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertAccessibleAndFitting, launch, onlyRefusals, openPage as open } from "./browser.mjs";
import { PASSWORD, startServer } from "./server.mjs";

let server, browser, context, BASE;

before(async () => {
  server = await startServer();
  BASE = server.base;
  browser = await launch();
  context = await browser.newContext();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const openPage = (path) => open(context, BASE + path);

async function signUp(email) {
  const response = await fetch(`${BASE}/api/auth/signup`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ fullName: "Asha <b>Rao</b>", email, password: PASSWORD }),
  });
  assert.equal(response.status, 201, await response.text());
}

/** The path of a page that a mail links to, as soon as the mail is there. */
async function mailTo(address, word) {
  for (;;) {
    const { mails } = await (await fetch(`${BASE}/dev/api/mails?to=${address}`)).json();
    const link = mails.flatMap((mail) => mail.links).find((text) => text.includes(`/${word}?token=`));
    if (link) return link.replace(BASE, "");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const post = (path, body, token) => fetch(`${BASE}/api${path}`, {
  method: "POST",
  headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
  body: body && JSON.stringify(body),
});

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
  server.addAdmin("staff@example.org");
  const page = await openPage("/admin/cache");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  await page.getByLabel("E-mail address").fill("staff@example.org");
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

  const page = await openPage(address.replace(BASE, ""));
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

test("following a verification link changes nothing until the button is pressed", async () => {
  const email = "scanner@example.org";
  await signUp(email);
  const mails = async () => (await (await fetch(`${BASE}/dev/api/mails?to=${email}`)).json()).mails;
  let mail;
  while (!(mail = (await mails())[0])) await new Promise((resolve) => setTimeout(resolve, 50));
  const link = mail.links.find((text) => text.includes("token="));
  await openPage(link.replace(BASE, ""));
  const login = await fetch(`${BASE}/api/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  assert.equal(login.status, 403);
});

test("an address is changed on one page and changed back on another", async () => {
  const [old, fresh] = ["mover@example.org", "mover@new.example.org"];
  await signUp(old);
  await post(`/auth/verify-email/${(await mailTo(old, "verify-email")).split("token=")[1]}`);
  const { accessToken } = await (await post("/auth/login", { email: old, password: PASSWORD })).json();
  const asked = await post("/profile/me/email", { newEmail: fresh, currentPassword: PASSWORD }, accessToken);
  assert.equal(asked.status, 202, await asked.text());

  const confirm = await openPage(await mailTo(fresh, "confirm-email"));
  assert.equal((await post("/auth/login", { email: fresh, password: PASSWORD })).status, 401);
  await confirm.getByRole("button", { name: "Use this address" }).click();
  await confirm.getByText("Log in with it from now on").waitFor();
  onlyRefusals(confirm);
  assert.equal((await post("/auth/login", { email: fresh, password: PASSWORD })).status, 200);

  const revert = await openPage(await mailTo(old, "revert-email"));
  await revert.getByRole("button", { name: "Undo the change" }).click();
  await revert.getByText("as it was").waitFor();
  onlyRefusals(revert);
  assert.equal((await post("/auth/login", { email: old, password: PASSWORD })).status, 200);
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
  await post(`/auth/verify-email/${(await mailTo(email, "verify-email")).split("token=")[1]}`);
  assert.equal((await post("/auth/forgot-password", { email })).status, 200);

  const page = await openPage(await mailTo(email, "reset-password"));
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("alert").getByText(/at least 8 characters/i).waitFor();
  await page.getByLabel("New password").fill("a horse of my own");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your password is set. Log in with it.").waitFor();
  onlyRefusals(page);
  assert.equal((await post("/auth/login", { email, password: PASSWORD })).status, 401);
  assert.equal((await post("/auth/login", { email, password: "a horse of my own" })).status, 200);
});
