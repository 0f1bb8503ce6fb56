// SPDX-License-Identifier: MIT
// The site as a candidate meets it, in a real browser: from the sign-up to the result, by mouse and by keyboard, with a line
// that breaks, with a second tab. Every page is held to axe's rules and to the budget of its bytes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, assertAccessibleAndFitting, focused, onlyRefusals, openPage, tabTo } from "./browser.mjs";
import { PASSWORD } from "./server.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const EXAM_SCRIPT = 40 * 1024, STYLE = 9 * 1024, HTML = 2 * 1024, REQUESTS = 5;

const { browser, server, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name });

async function start(page, exam, title) {
  await page.goto(`${site.base}/exams/${exam}`);
  await heading(page, title).waitFor();
  await page.getByRole("button", { name: "Start" }).click();
  await heading(page, "Question 1 of 4").waitFor();
}

async function handIn(page) {
  await page.getByRole("button", { name: "Review and hand in" }).first().click();
  await page.getByRole("button", { name: /^Hand in \d/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await heading(page, "Handed in").waitFor();
}

const saved = (page) => page.locator(".saving.good").waitFor();

test("a candidate goes from the sign-up over the exam to the result", async () => {
  const exam = await site.exam("Networks");
  const context = await browser.newContext();
  const page = await openPage(context, site.base);
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Full name").fill("Asha <b>Rao</b>");
  await page.getByLabel("E-mail address").fill("asha@example.org");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("alert").getByRole("link", { name: /at least 8 characters/ }).click();
  await page.locator("input[name=password]:focus").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await heading(page, "Look into your mail").waitFor();

  await page.goto(site.base + await site.mailTo("asha@example.org", "verify-email"));
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await page.getByText("You can log in now").waitFor();

  await page.goto(`${site.base}/exams`);
  await heading(page, "Log in").waitFor();
  await page.getByLabel("E-mail address").fill("asha@example.org");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await heading(page, "My exams").waitFor();
  await page.getByRole("link", { name: "To the start: Networks" }).click();
  await page.getByRole("button", { name: "Start" }).click();

  await heading(page, "Question 1 of 4").waitFor();
  await page.getByLabel("443", { exact: true }).check();
  await saved(page);
  await page.getByLabel("Mark for review").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("TCP").check();
  await page.getByLabel("UDP").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Your answer, a number").fill("one");
  await page.getByText("This is not a number").waitFor();
  await page.getByLabel("Your answer, a number").fill("1,42");
  await page.getByText("Read as 1.42").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("<script>alert(1)</script>").waitFor();
  await page.getByRole("button", { name: "Question 1, answered, marked for review, saved" }).waitFor();
  await page.getByRole("button", { name: "Question 3, answered, saved" }).waitFor();

  await page.reload();
  await page.getByRole("button", { name: "Question 2, answered, saved" }).click();
  assert.ok(await page.getByLabel("UDP").isChecked());
  assert.ok(!(await page.getByLabel("HTTP").isChecked()));
  await handIn(page);
  await page.getByText("3 of 4").waitFor();

  await page.goto(`${site.base}/results/${exam}`);
  await heading(page, "Not released yet").waitFor();
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Networks" });
  await page.getByRole("button", { name: "Try again" }).click();
  await heading(page, "Networks").waitFor();
  await page.getByText("6.5 of 7.5").waitFor();
  await assertAccessible(page);
  assert.equal(await page.locator(".tag", { hasText: /^Right$/ }).count(), 3);
  await page.goto(`${site.base}/leaderboard`);
  await page.getByRole("row", { name: /Asha <b>Rao<\/b>.* You/ }).waitFor();
  await page.getByText("You scored 6.5 of 7.5.").waitFor();
  await assertAccessible(page);
  await page.route("**/api/leaderboard/top-five", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/"name":"[^"]*"/, '"name":"A. <."') });
  });
  await page.reload();
  await page.getByRole("row", { name: /A\. <\..* You/ }).waitFor(); // where an exam shows initials
  onlyRefusals(page);
});

test("every page is accessible in both themes, on a phone and a desk", async () => {
  const [coming, running] = [await site.exam("Coming", { startsIn: 3600 }), await site.exam("Running")];
  const context = await loggedIn(browser, site, await site.person("Bela"));
  const visitor = await browser.newContext();
  for (const [path, title] of [["/", "Sit your exam here"], ["/login", "Log in"], ["/signup", "Sign up"], ["/forgot", "Set a new password"], ["/leaderboard", "Leaderboard"]]) {
    const page = await openPage(visitor, site.base + path);
    await heading(page, title).waitFor();
    await assertAccessibleAndFitting(page);
    await page.close();
  }
  const page = await openPage(context, `${site.base}/exams`);
  await page.getByRole("link", { name: "To the start: Running" }).waitFor();
  await assertAccessibleAndFitting(page);
  for (const [path, title] of [["/profile", "Profile"], [`/exams/${coming}`, "Coming"], [`/exams/${running}`, "Running"], ["/exams/none", "This exam is not open to you now"]]) {
    await page.goto(site.base + path);
    await heading(page, title).waitFor();
    await assertAccessibleAndFitting(page);
  }
  await start(page, running, "Running");
  for (let n = 1; n <= 4; ++n) {
    await heading(page, `Question ${n} of 4`).waitFor();
    await assertAccessibleAndFitting(page);
    if (n === 1) await page.getByLabel("Mark for review").check();
    if (n < 4) await page.getByRole("button", { name: "Next" }).click();
  }
  await page.getByRole("button", { name: "Review and hand in" }).last().click();
  await heading(page, "Before you hand in").waitFor();
  await assertAccessibleAndFitting(page);
  await handIn(page);
  await assertAccessibleAndFitting(page);
  onlyRefusals(page);
});

test("an exam is sat with the keyboard alone", async () => {
  const exam = await site.exam("Keyboard");
  const who = await site.person("Chand");
  const page = await openPage(await loggedIn(browser, site, who), `${site.base}/exams/${exam}`);
  await heading(page, "Keyboard").waitFor();
  await tabTo(page, /^Start$/);
  await page.keyboard.press("Enter");
  await heading(page, "Question 1 of 4").waitFor();
  await tabTo(page, /^80$/);
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await saved(page);
  await page.keyboard.press("Alt+Shift+M");
  await page.keyboard.press("Alt+Shift+N");
  await heading(page, "Question 2 of 4").waitFor();
  assert.equal(await focused(page), "Question 2 of 4");
  await page.keyboard.press("Alt+Shift+T");
  await page.getByText("45 minutes left").waitFor({ state: "attached" });
  await page.keyboard.press("Alt+Shift+P");
  await page.getByRole("button", { name: "Question 1, answered, marked for review, saved" }).waitFor();
  assert.deepEqual(await site.stored(who.token, exam), [["443"], null, null, null]);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await heading(page, "Before you hand in").waitFor();
  await tabTo(page, /^Hand in 1 of 4/);
  await page.keyboard.press("Enter");
  assert.equal(await focused(page), "Not yet");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await heading(page, "Handed in").waitFor();
  assert.deepEqual(page.problems, []);
});

test("answers given without a connection survive a reload and reach the server; nothing is called saved before", async () => {
  const exam = await site.exam("Offline");
  const who = await site.person("Devi");
  const context = await loggedIn(browser, site, who);
  const page = await openPage(context, `${site.base}/exams/${exam}`);
  await start(page, exam, "Offline");
  await page.getByLabel("80", { exact: true }).check();
  await saved(page);

  await page.route("**/saves", (route) => route.abort());
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("No connection since").waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("TCP").check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByLabel("Your answer, a number").fill("1.41");
  await page.getByText("3 answers not saved yet").waitFor();
  await page.getByRole("button", { name: "Question 3, answered, not saved yet" }).waitFor();
  assert.deepEqual(await site.stored(who.token, exam), [["80"], null, null, null]);

  await page.getByRole("button", { name: "Review and hand in" }).first().click();
  await page.getByRole("button", { name: /^Hand in 3/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Hand in" }).click();
  await page.getByText("3 answers have not reached the server, so nothing was handed in").waitFor();

  page.on("dialog", (dialog) => dialog.accept());
  await page.reload();
  await page.getByText("3 answers not saved yet").waitFor();
  await page.getByRole("button", { name: "Question 1, answered, not saved yet" }).click();
  assert.ok(await page.getByLabel("443", { exact: true }).isChecked());
  await page.unroute("**/saves");
  await page.getByRole("button", { name: "Try now" }).click();
  await saved(page);
  await page.getByText("No connection since").waitFor({ state: "detached" });
  assert.deepEqual(await site.stored(who.token, exam), [["443"], ["TCP"], 1.41, null]);
  assert.equal(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("tripos.unsent:")).length), 0);
  onlyRefusals(page);
});

test("a save whose answer was lost is no conflict, also when the answer has changed since", async () => {
  const exam = await site.exam("Lost");
  const who = await site.person("Esha");
  const page = await openPage(await loggedIn(browser, site, who), `${site.base}/exams/${exam}`);
  await start(page, exam, "Lost");
  await page.route("**/saves", async (route) => { await route.fetch(); await route.abort(); });
  await page.getByLabel("80", { exact: true }).check();
  await page.getByText("No connection since").waitFor();
  assert.deepEqual(await site.stored(who.token, exam), [["80"], null, null, null]);
  await page.unroute("**/saves");
  await page.getByLabel("443", { exact: true }).check();
  await saved(page);
  assert.deepEqual(await site.stored(who.token, exam), [["443"], null, null, null]);
  onlyRefusals(page);
});

test("of two tabs one writes; what another device saved is shown, and the candidate chooses", async () => {
  const exam = await site.exam("Tabs");
  const who = await site.person("Farah");
  const context = await loggedIn(browser, site, who);
  const first = await openPage(context, `${site.base}/exams/${exam}`);
  await start(first, exam, "Tabs");
  const second = await openPage(context, `${site.base}/sit/${exam}`);
  await second.getByText("The exam is open in another tab").waitFor();
  assert.ok(await second.getByLabel("443", { exact: true }).isDisabled());
  assert.ok(await first.getByLabel("443", { exact: true }).isEnabled(), "nobody has asked for the other tab yet");
  await second.getByRole("button", { name: "Continue here" }).click();
  await first.getByText("The exam is open in another tab").waitFor();
  assert.ok(await first.getByLabel("443", { exact: true }).isDisabled());
  await second.getByLabel("443", { exact: true }).check();
  await saved(second);
  await first.getByRole("button", { name: "Continue here" }).click();
  await second.getByText("The exam is open in another tab").waitFor();
  assert.ok(await first.getByLabel("443", { exact: true }).isChecked());

  const device = await openPage(await loggedIn(browser, site, who), `${site.base}/sit/${exam}`);
  await heading(device, "Question 1 of 4").waitFor();
  await first.getByLabel("8443").check();
  await saved(first);
  await device.getByLabel("80", { exact: true }).check();
  await device.getByText("This answer was changed elsewhere").waitFor();
  assert.deepEqual(await site.stored(who.token, exam), [["8443"], null, null, null]);
  await device.getByRole("button", { name: "Keep the one on this page" }).click();
  await saved(device);
  assert.deepEqual(await site.stored(who.token, exam), [["80"], null, null, null]);
  for (const page of [first, second, device]) assert.deepEqual(page.problems, []);
});

test("when one page has handed in, every other of the same exam is read-only with its next request", async () => {
  const exam = await site.exam("Two pages");
  const who = await site.person("Farid");
  const context = await loggedIn(browser, site, who, { serviceWorkers: "block" }); // past a worker the requests would not be seen
  const looker = await openPage(context, `${site.base}/exams/${exam}`);
  await start(looker, exam, "Two pages");
  const device = await openPage(await loggedIn(browser, site, who, { serviceWorkers: "block" }), `${site.base}/sit/${exam}`);
  await heading(device, "Question 1 of 4").waitFor();
  await device.waitForResponse("**/status?*"); // the next is half a minute away
  const writer = await openPage(context, `${site.base}/sit/${exam}`);
  await writer.getByRole("button", { name: "Continue here" }).click();
  await looker.getByText("The exam is open in another tab").waitFor();
  await writer.getByLabel("443", { exact: true }).check();
  await saved(writer);
  const asked = { looker: [], device: [] };
  const listen = (page, into) => page.on("request", (request) => request.url().includes("/api/") && into.push(request.url().split("/").at(-1).split("?")[0]));
  listen(looker, asked.looker);
  listen(device, asked.device);
  await handIn(writer);

  // In the same browser it is told, and the first that it asks is how the exam ended.
  await heading(looker, "Handed in").waitFor();
  assert.equal(asked.looker[0], "status");
  await looker.getByText("1 of 4").waitFor();

  // Elsewhere the refusal of its save closes it, whatever becomes of the question why.
  let tell;
  const isTold = new Promise((resolve) => { tell = resolve; });
  await device.route("**/status?*", async (route) => { await isTold; await route.continue(); });
  await device.getByLabel("80", { exact: true }).click(); // not check(): by then it may be read-only
  await device.getByRole("radio", { disabled: true }).first().waitFor();
  assert.deepEqual(asked.device.slice(0, 2), ["saves", "status"]);
  for (const name of ["radio", "checkbox"]) assert.equal(await device.getByRole(name, { disabled: false }).count(), 0, name);
  tell();
  await heading(device, "Handed in").waitFor();
  await device.getByText("1 answer came too late").waitFor();
  const { attemptId } = await site.call("GET", `/exam-attempt/${exam}/status`, undefined, who.token);
  assert.deepEqual(server.sql("SELECT COUNT(*) FROM answers WHERE attempt_id = ?", attemptId), [[1]], "nothing of the other page");
  for (const page of [looker, writer, device]) onlyRefusals(page);
});

test("the time left is the server's, whatever the device believes; an extension shows, and the end is the server's", async () => {
  const exam = await site.exam("Clock", { minutes: 10 });
  const who = await site.person("Gita");
  const context = await loggedIn(browser, site, who);
  await context.addInitScript(() => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + 86_400_000;
  });
  const page = await openPage(context, `${site.base}/exams/${exam}`);
  await start(page, exam, "Clock");
  assert.equal(await page.getByRole("timer").innerText(), "10 minutes");
  await page.getByRole("button", { name: "Hide the time" }).click();
  assert.equal(await page.getByRole("timer").innerText(), "–");
  await page.getByRole("button", { name: "Show the time" }).click();
  await site.asStaff("POST", `/exam/${exam}/extend`, { minutes: 15, reason: "fire alarm", confirm: "Clock" });
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("You have more time").waitFor();
  assert.equal(await page.getByRole("timer").innerText(), "25 minutes");
  await site.asStaff("POST", `/exam/${exam}/close`, { confirm: "Clock" });
  await page.getByLabel("80", { exact: true }).click();
  await heading(page, "Your time is over, and your exam is handed in").waitFor();
  await page.getByText("1 answer came too late and does not count").waitFor();
  onlyRefusals(page);
});

test("a session that ends in the middle asks for a log-in over the page", async () => {
  const exam = await site.exam("Session");
  const who = await site.person("Hema");
  const context = await loggedIn(browser, site, who);
  const page = await openPage(context, `${site.base}/exams/${exam}`);
  await start(page, exam, "Session");
  await site.call("POST", "/auth/logout", undefined, who.token);
  await page.getByLabel("443", { exact: true }).check();
  await page.getByText("Log in again to go on").waitFor();
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await saved(page);
  assert.deepEqual(await site.stored(await site.logIn(who.email), exam), [["443"], null, null, null]);
  onlyRefusals(page);
});

test("a forgotten password is replaced with the code of the mail", async () => {
  const { email } = await site.person("Indu");
  const page = await openPage(await browser.newContext(), `${site.base}/login`);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("not the one");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText("Address or password is not right.").waitFor();
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send the code" }).click();
  await page.getByLabel("Code from the mail").waitFor();
  await site.mailTo(email, "reset-password");
  const { mails } = await (await fetch(`${site.base}/dev/api/mails?to=${email}`)).json();
  const code = mails.map(({ subject, text }) => `${subject} ${text}`).join(" ").match(/\b\d{6}\b/)[0];
  await page.getByLabel("Code from the mail").fill(code);
  await page.getByLabel("New password").fill("a horse of my own");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("Your password is set").waitFor();
  onlyRefusals(page);
});

test("the page of an exam keeps to its budget, and scripts and styles are kept for good", async () => {
  const exam = await site.exam("Budget");
  const who = await site.person("Jaya");
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const page = await (await loggedIn(browser, site, who)).newPage();
  const seen = [];
  page.on("requestfinished", async (request) => {
    const [response, sizes] = [await request.response(), await request.sizes()];
    seen.push({ url: request.url(), type: request.resourceType(), bytes: sizes.responseBodySize, headers: await response.allHeaders() });
  });
  await page.goto(`${site.base}/sit/${exam}`);
  await heading(page, "Question 1 of 4").waitFor();
  await page.waitForLoadState("networkidle");
  const weigh = (type) => seen.filter((one) => one.type === type).reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(weigh("script") > 0 && weigh("script") <= EXAM_SCRIPT, `scripts: ${weigh("script")} bytes`);
  assert.ok(weigh("stylesheet") <= STYLE, `styles: ${weigh("stylesheet")} bytes`);
  assert.ok(weigh("document") <= HTML, `page: ${weigh("document")} bytes`);
  const beforePaper = seen.filter(({ type }) => type !== "other");
  assert.ok(beforePaper.length <= REQUESTS, beforePaper.map(({ url }) => url).join("\n"));
  for (const { headers } of seen.filter(({ type }) => type === "script" || type === "stylesheet")) {
    assert.match(headers["cache-control"], /immutable/);
  }
  const { headers } = seen.find(({ type }) => type === "document");
  assert.match(headers["content-security-policy"], /default-src 'none'; script-src 'self'.*require-trusted-types-for 'script'/);
  assert.match(await (await fetch(`${site.base}/licenses`)).text(), /preact .*\(MIT\)[^]*Permission is hereby granted/);
});
