// SPDX-License-Identifier: MIT
// Mails as others read them: the dev inbox in a real browser, a newsletter's way to leave, and our messages in the eyes
// of Nodemailer's parser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { simpleParser } from "mailparser";
import { assertAccessibleAndFitting, onlyRefusals, openPage as open } from "./browser.mjs";
import { STAFF } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const { browser, site } = await setUp();
const context = await browser.newContext();

const dev = async (method, path, body) => (await fetch(`${site.base}/dev/api${path}`, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } })).json();

async function mailWith(word) {
  for (;;) {
    const { mails } = await dev("GET", `/mails?q=${encodeURIComponent(word)}`);
    if (mails.length > 0) return mails[0];
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function sourceOf(mail) {
  return (await fetch(`${site.base}/dev/api/mails/${mail.id}/source`)).text();
}

const openPage = (path) => open(context, site.base + path);

// Acceptance test 20 of the mail subsystem, the part of Nodemailer's parser.
test("long subjects of every script come back from mailparser", async () => {
  const words = ["ü", "試", "🎓", "aüe试🎓"];
  for (const [number, word] of words.entries()) {
    const subject = word.repeat(200 / [...word].length);
    const text = `Grüße ${word} number${number}`;
    await site.asStaff("POST", "/admin/notifications", { audience: { role: "ADMIN" }, subject, text });
    const parsed = await simpleParser(await sourceOf(await mailWith(`number${number}`)));
    assert.equal(parsed.subject, subject);
    assert.ok(parsed.text.includes(text));
    assert.equal(parsed.headers.get("auto-submitted"), "auto-generated");
  }
});

test("the dev inbox shows HTML, text, headers and source, and runs nothing of a mail", async () => {
  await site.asStaff("POST", "/admin/notifications", { audience: { role: "ADMIN" }, subject: "Look at me",
    html: "<p>Seen <b>here</b></p><script>parent.document.title='taken'</script><img src='http://192.0.2.1/pixel.gif'>" });
  const mail = await mailWith("Look at me");
  const inbox = await openPage(`/dev/inbox#${mail.id}`);
  await inbox.frameLocator("iframe").getByText("Seen here").waitFor();
  assert.equal(await inbox.title(), "Dev inbox - Tripos");
  await assertAccessibleAndFitting(inbox);
  await inbox.getByRole("tab", { name: "Text" }).click();
  assert.match(await inbox.locator("#body").textContent(), /Seen here/);
  await inbox.getByRole("tab", { name: "Headers" }).click();
  assert.ok(await inbox.locator("#body").getByText("Message-ID").isVisible());
  await inbox.getByRole("tab", { name: "Source" }).click();
  assert.match(await inbox.locator("#body").textContent(), /Content-Type: multipart\/alternative/);
  await inbox.getByLabel("Search mails").fill("no such mail anywhere");
  await inbox.getByText("No mail with no such mail anywhere").waitFor();
  // The mail's own script and picture are what was blocked, and nothing else.
  assert.ok(inbox.problems.every((problem) => /sandboxed|192\.0\.2\.1|Content Security Policy|Failed to load resource/.test(problem)), inbox.problems);
});

test("failures are set from the page, and mails fail by them", async () => {
  const inbox = await openPage("/dev/inbox");
  await inbox.getByRole("button", { name: "Failures" }).click();
  await inbox.getByLabel("Rules").fill("nonsense");
  await inbox.getByRole("button", { name: "Use these" }).click();
  await inbox.getByText("A rule reads").waitFor();
  await assertAccessibleAndFitting(inbox);
  await inbox.getByLabel("Rules").fill("rcpt 100% 550 5.1.1 no such user");
  await inbox.getByRole("button", { name: "Use these" }).click();
  await inbox.getByRole("button", { name: "Failures: 1" }).waitFor();
  const [job] = (await site.asStaff("POST", "/admin/notifications",
    { audience: { role: "ADMIN" }, subject: "Refused", text: "x" })).jobIds;
  for (let state = ""; state !== "failed"; ) {
    state = (await site.asStaff("GET", `/admin/mail/jobs/${job}`)).state;
  }
  await dev("PUT", "/failures", { failures: [] });
  await site.asStaff("DELETE", `/admin/suppressions/${STAFF}`);
  onlyRefusals(inbox);
});

test("a reader leaves a newsletter by the button behind its link", async () => {
  await site.asStaff("POST", "/admin/mailing-lists/readers/members", { addresses: ["lea@example.net"] });
  const { newsletter } = await site.asStaff("POST", "/admin/newsletters",
    { audience: { list: "readers" }, subject: "Issue one", text: "Hello" });
  await site.asStaff("POST", `/admin/newsletters/${newsletter.id}/resume`, { confirm: "Issue one" });
  const parsed = await simpleParser(await sourceOf(await mailWith("Issue one")));
  const link = new URL(parsed.headers.get("list").unsubscribe.url);
  const page = await openPage(link.pathname);
  assert.equal((await site.asStaff("GET", "/admin/suppressions?search=lea")).data.length, 0);
  await page.getByRole("button", { name: "Leave the newsletter" }).click();
  await page.getByText("You have left").waitFor();
  assert.equal((await site.asStaff("GET", "/admin/suppressions?search=lea")).data[0].reason, "unsubscribe");
  onlyRefusals(page);
  const unknown = await openPage("/unsubscribe/nonsense");
  await unknown.getByRole("button", { name: "Leave the newsletter" }).click();
  await unknown.getByText("This link is not known").waitFor();
  await assertAccessibleAndFitting(unknown);
});

test("whoever runs no scripts leaves a newsletter all the same", async () => {
  await site.asStaff("POST", "/admin/mailing-lists/plain/members", { addresses: ["lou@example.net"] });
  const { newsletter } = await site.asStaff("POST", "/admin/newsletters", { audience: { list: "plain" }, subject: "Issue two", text: "Hello" });
  await site.asStaff("POST", `/admin/newsletters/${newsletter.id}/resume`, { confirm: "Issue two" });
  const parsed = await simpleParser(await sourceOf(await mailWith("Issue two")));
  const page = await open(await browser.newContext({ javaScriptEnabled: false }), site.base + new URL(parsed.headers.get("list").unsubscribe.url).pathname);
  await page.getByRole("button", { name: "Leave this newsletter" }).click();
  await page.getByText("You have left").waitFor();
  assert.equal((await site.asStaff("GET", "/admin/suppressions?search=lou")).data[0].reason, "unsubscribe");
});
