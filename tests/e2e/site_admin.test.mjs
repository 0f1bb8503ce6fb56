// SPDX-License-Identifier: MIT
// The pages of those who run the site: what is wrong and its cure, the queues and their jobs, why a mail did not arrive. What the
// pages did is what the API says afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessibleAndFitting, inDialog, onlyRefusals, openPage } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";
import { setUp } from "./suite.mjs";

const ADMIN_SCRIPT = 110 * 1024;

const { server, browser, site } = await setUp();

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true });
const asStaff = async () => loggedIn(browser, site, { token: await site.staffToken() });
const open = async (path) => openPage(await asStaff(), site.base + path);

/** Lays a job that has failed as BullMQ would. */
function fail(queue, id, { name = "report", reason = "the printer burns" } = {}) {
  const now = String(Date.now());
  server.redis("HSET", `bull:${queue}:meta`, "opts.maxLenEvents", "10000");
  server.redis("HSET", `bull:${queue}:${id}`, "name", name, "data", '{"page": 7}', "timestamp", now, "delay", "0", "opts", '{"attempts":1}',
    "attemptsMade", "1", "processedOn", now, "finishedOn", now, "failedReason", reason, "stacktrace", '["Error: on fire"]');
  server.redis("ZADD", `bull:${queue}:failed`, now, id);
}

const countOf = async (queue, state) => (await site.asStaff("GET", `/admin/queues/${queue}`)).data.counts[state];

/** Status and body of what may be refused. */
async function post(path, body) {
  const response = await site.ask("POST", path, body, await site.staffToken());
  return { status: response.status, ...(await response.json()) };
}

test("the overview says what is wrong and how it is cured, and shows the hour behind the figures", async () => {
  const page = await open("/staff");
  await page.getByRole("link", { name: "Operations" }).click();
  await heading(page, "Operations").waitFor();
  await page.getByRole("heading", { name: "Is anything wrong?" }).waitFor();
  await site.asStaff("POST", "/admin/queues/email/pause");
  const finding = page.locator(".finding").filter({ hasText: "email" }).filter({ hasText: "tripos queue resume email" });
  await finding.waitFor();
  await assertAccessibleAndFitting(page);
  assert.equal(await finding.getByRole("link", { name: /Go there: Queues/ }).getAttribute("href"), "/admin/queues");
  await finding.getByRole("link", { name: /What this means/ }).click();
  await heading(page, "What each check means").waitFor();
  await page.locator("#queue-paused").getByText("No queue is paused").waitFor();
  await assertAccessibleAndFitting(page);
  await site.asStaff("POST", "/admin/queues/email/resume");
  await page.getByRole("link", { name: "Overview" }).click();
  await finding.waitFor({ state: "detached" });
  const requests = page.locator(".figures li").filter({ hasText: "Requests" });
  await requests.locator(".now", { hasText: "/s" }).waitFor();
  await requests.locator(".spark").waitFor();
  await page.getByText("a restart forgets them").waitFor();
  await page.getByText("The same as a table").click();
  await page.getByRole("rowheader", { name: "Memory of Redis" }).waitFor();
  for (const name of ["Answers saved", "Attempts under way", "Redis answers within", "Commits of the database, 95 % within", "Free on the disk"]) {
    assert.match(await page.locator(".figures li").filter({ hasText: name }).locator(".now").textContent(), /\d/, name);
  }
  await assertAccessibleAndFitting(page);
  const { data } = await site.asStaff("GET", "/admin/history");
  assert.ok(data.samples[0].requests > 0 && data.samples[0].redisMemory > 0, JSON.stringify(data.samples[0]));
  assert.equal(data.intervalSeconds, 10);
  assert.deepEqual((await site.asStaff("GET", `/admin/history?after=${data.samples.at(-1).at}`)).data.samples.filter(({ at }) => at <= data.samples.at(-1).at), []);
  assert.deepEqual(page.problems, []);
});

test("what stands between backticks is code, and nothing that a finding says becomes markup", async () => {
  const page = await openPage(await asStaff(), "about:blank");
  const cure = "Set `dkim=<b>x</b>` in _dmarc.DOMAIN_, run `tripos doctor`; a lone ` stays";
  await page.route("**/api/admin/findings", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), data: [
      { id: "mail-dkim", verdict: "fail", text: "`<script>alert(1)</script>` is <i>odd</i>", evidence: "`-OOM`", cure, doc: "" },
      { id: "queue-paused", verdict: "ok", text: "No `queue` is paused", evidence: "", cure: "", doc: "" }] } });
  });
  await page.goto(`${site.base}/admin`);
  const finding = page.locator(".finding");
  await finding.getByText(/in _dmarc\.DOMAIN_, run .*a lone ` stays/).waitFor();
  assert.deepEqual(await finding.locator(":is(h3, p) > code").allInnerTexts(), ["<script>alert(1)</script>", "-OOM", "dkim=<b>x</b>", "tripos doctor"]);
  assert.equal(await finding.locator("script, i, b").count(), 0);
  await page.getByText("What else was looked at: one thing").click();
  await page.locator(".fine code", { hasText: "queue" }).waitFor();
  await assertAccessibleAndFitting(page);
  assert.deepEqual(page.problems, []);
});

test("all that failed are retried as they were counted: what fails later stays, and nothing happens without their number", async () => {
  for (let n = 1; n <= 3; ++n) fail("reports", `r${n}`);
  fail("reports", "other", { reason: "no paper" });
  const page = await open("/admin/queues/reports?state=failed&reason=printer");
  await page.getByRole("link", { name: "r3" }).waitFor();
  for (const width of [360, 768]) { // why it failed is beside the job, and what is done to all stands together
    await page.setViewportSize({ width, height: 800 });
    assert.ok((await page.getByRole("columnheader", { name: "Why it failed" }).boundingBox()).x < width, `the reason at ${width}`);
    const [retry, remove] = await Promise.all(["Retry all", "Remove all"].map((name) => page.getByRole("button", { name }).boundingBox()));
    assert.equal(retry.y, remove.y, `the buttons at ${width}`);
  }
  assert.equal(await page.getByRole("link", { name: "other" }).count(), 0);
  await page.getByRole("button", { name: "Retry all" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("3 jobs, as of").waitFor();
  await assertAccessibleAndFitting(page);
  fail("reports", "late");
  await dialog.getByLabel("Type the number to confirm: 3").fill("4");
  await dialog.getByRole("button", { name: "Retry 3 jobs" }).click();
  await dialog.getByRole("alert").waitFor();
  assert.equal(await countOf("reports", "failed"), 5);
  await inDialog(page, "Retry 3 jobs", { "Type the number to confirm: 3": "3" });
  await page.getByText("3 done, 0 skipped, 0 left.").waitFor();
  const left = (await site.asStaff("GET", "/admin/queues/reports/jobs?state=failed")).data.map(({ id }) => id);
  assert.deepEqual(left.sort(), ["late", "other"]);
  assert.equal(await countOf("reports", "waiting"), 3);

  // A dialog that does not open lets nothing through: the server asks by itself.
  const bare = await post("/admin/queues/reports/bulk", { act: "remove", state: "failed" });
  assert.deepEqual([bare.status, bare.code, bare.count, bare.complete], [409, "not_confirmed", 2, true]);
  for (const confirmed of [{ confirm: "2" }, { confirm: "3", asOf: bare.asOf }, { asOf: bare.asOf }]) {
    assert.equal((await post("/admin/queues/reports/bulk", { act: "remove", state: "failed", ...confirmed })).status, 409);
  }
  assert.equal(await countOf("reports", "failed"), 2);
  const done = await post("/admin/queues/reports/bulk", { act: "remove", state: "failed", confirm: "2", asOf: bare.asOf });
  assert.deepEqual([done.status, done.done, done.skipped, done.left], [200, 2, 0, 0]);
  for (const wrong of [{ act: "retry", state: "waiting" }, { act: "promote", state: "failed" }, { act: "obliterate", state: "failed" }, { act: "remove", state: "active" }]) {
    assert.equal((await post("/admin/queues/reports/bulk", wrong)).status, 400);
  }
  onlyRefusals(page);
});

test("what more than are counted hold ends with as many as were confirmed, and says what is left", async () => {
  server.redis("HSET", "bull:heaped:meta", "opts.maxLenEvents", "10000");
  server.redis("EVAL", `for i = 1, tonumber(ARGV[1]) do
    redis.call('HSET', 'bull:heaped:' .. i, 'name', 'x', 'data', '{}', 'timestamp', ARGV[2], 'delay', '0', 'opts', '{}', 'finishedOn', ARGV[2], 'failedReason', 'why')
    redis.call('ZADD', 'bull:heaped:failed', ARGV[2], i) end`, "0", "10300", String(Date.now()));
  const page = await open("/admin/queues/heaped");
  await page.getByRole("button", { name: "Remove all" }).click();
  await inDialog(page, "Remove 10000 jobs", { "Type the number": "10000" });
  await page.getByText("10000 done, 0 skipped, 300 left.").waitFor({ timeout: 90_000 });
  assert.equal(await countOf("heaped", "failed"), 300);
});

test("a letter is sent, and the cache emptied, once what they are is typed", async () => {
  await site.asStaff("POST", "/admin/mailing-lists/friends/members", { addresses: ["fay@example.net", "gus@example.net"] });
  const { newsletter } = await site.asStaff("POST", "/admin/newsletters", { audience: { list: "friends" }, subject: "To friends", text: "Hello" });
  const page = await open("/admin/newsletters");
  const row = page.getByRole("row").filter({ hasText: "To friends" });
  await row.getByRole("button", { name: "Preview: To friends" }).click();
  await page.frameLocator("iframe").getByText("Hello").waitFor();
  assert.equal(await page.locator("iframe").getAttribute("sandbox"), "");
  await assertAccessibleAndFitting(page);
  await page.getByRole("dialog").getByRole("button", { name: "Send me a test copy" }).click();
  await page.getByText(/A test copy is on its way to \S+@\S+/).waitFor();
  await row.getByRole("button", { name: "Send: To friends" }).click();
  await page.getByRole("dialog").getByText("2 who have none yet").waitFor();
  await page.getByRole("dialog").getByLabel("Type this to confirm: To friends").fill("To foes");
  await page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  assert.equal((await site.asStaff("GET", `/admin/newsletters/${newsletter.id}`)).newsletter.status, "DRAFT");
  await page.getByRole("dialog").getByLabel("Type this to confirm: To friends").fill("To friends");
  await page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();
  await row.getByText(/SENDING|DONE/).waitFor();
  await page.goto(`${site.base}/admin/cache`);
  await page.getByRole("button", { name: "Empty the whole cache" }).click();
  await inDialog(page, "Empty the whole cache", { "Type this to confirm": "all" });
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await assertAccessibleAndFitting(page);
});

test("a rule is silenced from the overview, and rings again when that ends", async () => {
  const page = await open("/admin");
  await page.route("**/api/admin/alerts", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    body.data.alerts = [{ rule: "QueuePaused", labels: { queue: "email" }, severity: "ticket", state: "firing", summary: "A queue is paused.", cure: "Resume it.",
      doc: "docs/alerts.md#queuepaused", since: new Date().toISOString(), value: 1, silenced: body.data.silences.length > 0, toldAt: null }];
    await route.fulfill({ response: answer, json: body });
  });
  await page.reload();
  await page.getByRole("button", { name: "Silence: QueuePaused" }).click();
  await inDialog(page, "Silence", { Minutes: "30" });
  await page.getByText("Silenced: nobody is told.").waitFor();
  assert.equal((await site.asStaff("GET", "/admin/alerts")).data.silences[0].rule, "QueuePaused");
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "End the silence: QueuePaused" }).click();
  await inDialog(page, "End the silence", {});
  await page.getByRole("button", { name: "Silence: QueuePaused" }).waitFor();
});

test("what works with many thousands goes in slices, each confirmed by what is left", async () => {
  const many = 2_300;
  const now = String(Date.now());
  server.redis("HSET", "bull:bulky:meta", "opts.maxLenEvents", "10000");
  server.redis("EVAL", `for i = 1, tonumber(ARGV[1]) do
    redis.call('HSET', 'bull:bulky:' .. i, 'name', 'x', 'data', '{}', 'timestamp', ARGV[2], 'delay', '0', 'opts', '{}', 'finishedOn', ARGV[2], 'failedReason', 'why')
    redis.call('ZADD', 'bull:bulky:failed', ARGV[2], i) end`, "0", String(many), now);
  const page = await open("/admin/queues/bulky");
  await page.getByRole("button", { name: "Remove all" }).click();
  await inDialog(page, `Remove ${many} jobs`, { "Type the number": String(many) });
  await page.getByText(`${many} done, 0 skipped, 0 left.`).waitFor();
  assert.equal(await countOf("bulky", "failed"), 0);
  onlyRefusals(page);
});

test("sixty refreshes leave menus open, what is selected selected, what is scrolled where it is, and rows in their places", async () => {
  for (let n = 0; n < 30; ++n) fail("calm", `c${n}`, { reason: `reason ${n % 3}` });
  const page = await (await asStaff()).newPage();
  await page.setViewportSize({ width: 1000, height: 500 });
  await page.clock.install();
  await page.goto(`${site.base}/admin/queues/calm`);
  await page.getByText("Why the newest failed").click();
  const rows = () => page.locator("tbody tr").evaluateAll((all) => all.map((row) => row.textContent));
  await page.getByRole("link", { name: "c29" }).waitFor();
  await page.evaluate(() => scrollTo(0, 400));
  const first = await rows();
  const state = () => page.evaluate(() => [scrollY, document.querySelector("details").open, String(getSelection())]);
  const before = await state();
  let asked = 0;
  page.on("response", (response) => { if (new URL(response.url()).pathname === "/api/admin/queues/calm") ++asked; });
  for (let n = 1; n <= 60; ++n) {
    fail("calm", `later${n}`, { reason: `reason ${n % 3}` });
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/admin/queues/calm");
    await page.clock.runFor(2000);
    await answered;
  }
  await page.getByRole("button", { name: "60 new: show them" }).waitFor();
  assert.deepEqual(await rows(), first);
  assert.deepEqual(await state(), before);
  assert.ok(asked >= 60);

  // Under a hand that selects nothing is read at all.
  await page.evaluate(() => getSelection().selectAllChildren(document.querySelector("tbody th")));
  const selected = await state();
  asked = 0;
  for (let n = 0; n < 60; ++n) await page.clock.runFor(2000);
  assert.deepEqual([await state(), asked], [selected, 0]);
  assert.notEqual(selected[2], "");
  await page.evaluate(() => getSelection().removeAllRanges());
  await page.getByRole("button", { name: "60 new: show them" }).click();
  await page.getByRole("link", { name: "later60" }).waitFor();
});

test("a job is looked at and retried by keyboard alone", async () => {
  fail("keys", "k1");
  const page = await open("/admin/queues/keys");
  await page.getByRole("link", { name: "k1" }).focus();
  await page.keyboard.press("Enter");
  await heading(page, "Job k1").waitFor();
  await page.getByText("the printer burns").waitFor();
  await page.getByText("Error: on fire").waitFor();
  await page.getByText('"page": 7').waitFor();
  await page.locator("section", { has: page.getByRole("heading", { name: "Options" }) }).getByText('"attempts"').waitFor();
  await assertAccessibleAndFitting(page);
  for (let n = 0; n < 30 && !(await page.evaluate(() => document.activeElement.textContent === "Retry")); ++n) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".tag", { hasText: "Waiting" }).waitFor();
  assert.equal(await countOf("keys", "waiting"), 1);
  await page.getByRole("button", { name: "Remove: k1" }).click();
  assert.ok(await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).evaluate((node) => node === document.activeElement));
  await inDialog(page, "Remove");
  await heading(page, "Queue keys").waitFor();
  assert.equal(await countOf("keys", "waiting"), 0);
  assert.deepEqual(page.problems, []);
});

test("a parent leads to its children, and they to it; it goes with them when their number is typed", async () => {
  const job = (id, ...fields) => server.redis("HSET", `bull:flow:${id}`, "name", "x", "data", "{}", "timestamp", String(Date.now()), "delay", "0", "opts", "{}", ...fields);
  server.redis("HSET", "bull:flow:meta", "opts.maxLenEvents", "10000");
  job("parent");
  job("child", "parentKey", "bull:flow:parent");
  server.redis("ZADD", "bull:flow:waiting-children", "1", "parent");
  server.redis("LPUSH", "bull:flow:wait", "child");
  server.redis("SADD", "bull:flow:parent:dependencies", "bull:flow:child");
  server.redis("HSET", "bull:flow:parent:processed", "bull:flow:gone", "7");
  const page = await open("/admin/queues/flow/parent");
  const rows = page.getByRole("region", { name: "Parent and children" }).getByRole("listitem");
  await rows.filter({ hasText: "flow / child" }).getByText("pending").waitFor();
  await rows.filter({ hasText: "flow / gone" }).getByText("completed").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("link", { name: "flow / child" }).click();
  await heading(page, "Job child").waitFor();
  await page.getByRole("link", { name: "flow / parent" }).click();
  await heading(page, "Job parent").waitFor();
  assert.deepEqual(page.problems, []);
  await page.getByRole("button", { name: "Remove: parent" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("dialog").getByText("One job hangs on it").waitFor();
  assert.equal(await countOf("flow", "waiting"), 1);
  await inDialog(page, "Remove", { "Type the number to confirm: 1": "1" });
  await heading(page, "Queue flow").waitFor();
  assert.equal(await countOf("flow", "waiting"), 0);
  onlyRefusals(page);
});

test("a queue is paused at once, limited for all its workers, and its schedulers run when they are told", async () => {
  const page = await open("/admin/queues");
  await page.getByRole("link", { name: "chores" }).click();
  await heading(page, "Queue chores").waitFor();
  await page.getByRole("button", { name: "Pause the queue" }).click();
  await page.getByText("This queue is paused").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Jobs at once" }).click();
  await inDialog(page, "Set it", { "Jobs at once, on all workers together": "2" });
  await page.locator(".counts li", { hasText: "at once" }).getByText("2", { exact: true }).waitFor();
  assert.equal((await site.asStaff("GET", "/admin/queues/chores")).data.concurrency, 2);
  await page.getByRole("button", { name: "Jobs at once" }).click();
  await inDialog(page, "Set it", { "Jobs at once, on all workers together": "" });
  assert.equal((await site.asStaff("GET", "/admin/queues/chores")).data.concurrency, null);
  const { data: schedulers } = await site.asStaff("GET", "/admin/queues/chores/schedulers");
  assert.ok(schedulers.some(({ id, pattern }) => id === "prune-mails" && pattern !== null), JSON.stringify(schedulers));
  await page.getByRole("button", { name: "Run now: prune-mails" }).click();
  await page.getByText("prune-mails runs now.").waitFor();
  await page.getByRole("button", { name: "Run now: prune-mails" }).click();
  await page.getByText("prune-mails runs already, or is about to.").waitFor();
  await page.getByRole("button", { name: "Resume the queue" }).click();
  await page.getByText("Resumed.").waitFor();
  for (let completed = 0; completed === 0;) completed = await countOf("chores", "completed");
  assert.deepEqual(page.problems.filter((text) => !text.includes("409")), []);
});

test("why a mail did not arrive: a verdict first, then each try", async () => {
  const { email } = await site.person("Meera");
  const page = await open("/admin/mail");
  await page.getByRole("textbox", { name: "E-mail address" }).fill(email);
  await page.getByRole("button", { name: "Look for it" }).click();
  await page.getByText("The relay took the newest").waitFor();
  await page.getByRole("cell", { name: "delivered" }).first().waitFor();
  await assertAccessibleAndFitting(page);
  await site.asStaff("POST", "/admin/suppressions", { address: email, detail: "asked by phone" });
  await page.reload();
  await page.getByText("asked by phone").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("button", { name: "Take it off the list" }).click();
  await inDialog(page, "Take it off the list");
  await page.getByText("The relay took the newest").waitFor();
  await page.getByRole("button", { name: /Send again/ }).first().click();
  await inDialog(page, "Send again");
  await page.getByRole("textbox", { name: "E-mail address" }).fill("nobody@example.org");
  await page.getByRole("button", { name: "Look for it" }).click();
  await page.getByText("No mail was written to this address lately").waitFor();
  await page.getByRole("textbox", { name: "E-mail address" }).fill(email.replace("@", "@x"));
  await page.getByRole("button", { name: "Look for it" }).click();
  await page.getByText("Known addresses that are like it").waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("link", { name: email }).click();
  await page.getByText("The relay took the newest").waitFor();
  assert.deepEqual(page.problems, []);
});

test("mails are found by their state and by the id of their job, and lead to why", async () => {
  const { email } = await site.person("Tara");
  const { data: [mail] } = await site.asStaff("GET", `/admin/mail/log?address=${encodeURIComponent(email)}`);
  const page = await open("/admin/mail");
  await page.getByRole("combobox", { name: "State" }).selectOption({ label: "Sent" });
  await page.getByRole("button", { name: "Look for it" }).click();
  await page.getByRole("link", { name: `Why did ${email} not get it?` }).first().waitFor();
  await assertAccessibleAndFitting(page);
  await page.getByRole("combobox", { name: "State" }).selectOption({ label: "Any" });
  await page.getByRole("textbox", { name: "Id of the mail" }).fill(mail.id);
  await page.getByRole("button", { name: "Look for it" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".mail").length === 1);
  await page.locator(".mail").filter({ hasText: mail.subject }).waitFor();
  assert.equal(new URL(page.url()).search, `?id=${mail.id}`);
  await page.getByRole("link", { name: `Why did ${email} not get it?` }).click();
  await page.getByText("The relay took the newest").waitFor();
  assert.deepEqual(page.problems, []);
});

test("the cache is a page of operations: families, advice, and everything about one key", async () => {
  const page = await open("/admin");
  await page.getByRole("navigation").getByRole("link", { name: "Cache" }).click();
  await heading(page, "Cache").waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Queues" }).waitFor();
  await page.getByRole("textbox", { name: "Key" }).fill("exams:all");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText("Being loaded").waitFor();
  await assertAccessibleAndFitting(page);
  assert.equal((await fetch(`${site.base}/cache`)).status, 404);
  assert.deepEqual(page.problems, []);
});

test("the engines tell response times by class, the slowest statements, and the clients that are planned", async () => {
  const page = await open("/admin/engines");
  await page.getByRole("row").filter({ hasText: "Saving and handing in" }).waitFor();
  const statements = page.locator("section").filter({ has: page.getByRole("heading", { name: "Slowest statements" }) }); // a region only where it scrolls
  await statements.getByRole("row").filter({ hasText: /SELECT|INSERT|UPDATE/ }).first().waitFor();
  await page.getByText("Clients that one server needs at most").waitFor();
  await page.setViewportSize({ width: 360, height: 800 });
  assert.ok((await statements.locator("tbody th").first().boundingBox()).width >= 240, "a statement can be read on a phone");
  await page.getByText("Keys thrown away for room").first().waitFor();
  await assertAccessibleAndFitting(page);
  assert.deepEqual(page.problems, []);
});

test("every page is accessible, in both themes, on a phone and a desk, and within the budget", async () => {
  const letter = { audience: "all", subject: "News", text: "Hello" };
  await site.asStaff("POST", "/admin/newsletters", letter);
  for (const [path, title, ready] of [["/admin", "Operations", "The last hour"], ["/admin/queues", "Queues", "chores"], ["/admin/queues/email", "Queue email", "longest wait"],
    ["/admin/mail", "Mail", "How mails fare"], ["/admin/newsletters", "Newsletters", "News"], ["/admin/cache", "Cache", "Families, since"], ["/admin/engines", "Engines", "GET /api/admin/engines"], ["/admin/audit", "Audit", "Before and after"], ["/admin/guide", "What each check means", "redis-reach"]]) {
    const page = await (await asStaff()).newPage();
    page.problems = [];
    page.on("pageerror", (error) => page.problems.push(String(error)));
    let weight = 0;
    page.on("requestfinished", async (request) => { if (request.resourceType() === "script") weight += (await request.sizes()).responseBodySize; });
    await page.goto(site.base + path);
    await heading(page, title).waitFor();
    await page.getByText(ready).first().waitFor();
    await assertAccessibleAndFitting(page);
    assert.ok(weight > 0 && weight <= ADMIN_SCRIPT, `${path}: ${weight} bytes`);
    assert.deepEqual(page.problems, []);
    await page.close();
  }
});

test("the menu is what somebody may do, and the server refuses the rest", async () => {
  server.addAdmin("ops@example.org");
  server.command("user", "role", "ops@example.org", "OPERATOR");
  const operator = await loggedIn(browser, site, { token: await site.logIn("ops@example.org") });
  const page = await openPage(operator, `${site.base}/admin`);
  await page.getByRole("link", { name: "Queues" }).waitFor();
  const links = await page.getByRole("navigation").getByRole("link").allTextContents();
  assert.deepEqual(links, ["Overview", "Queues", "Mail", "Cache", "Engines", "Staff"]);
  assert.deepEqual(page.problems, []);
  const candidate = await openPage(await loggedIn(browser, site, await site.person("Nila")), `${site.base}/admin`);
  await candidate.getByRole("alert").first().waitFor();
  assert.equal(await candidate.getByRole("navigation").getByRole("link", { name: "Queues" }).count(), 0);
});
