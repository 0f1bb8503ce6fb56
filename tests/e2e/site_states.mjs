// SPDX-License-Identifier: MIT
// The states in which people meet the site: every page, and what opens on it. The matrix of the tests and the pictures go through
// the same ones.

import { summaryHasFocus } from "./browser.mjs";
import { loggedIn } from "./site_fixture.mjs";

const INTEGRAL = {
  statement: "What is the value of\n\n$$\\int_0^3 x^2\\,dx\\ ?$$\n\nGive it **exactly**.", format: "markdown", questionType: "SINGLE_CORRECT",
  domain: "calculus", marks: 2, negativeMarks: 0.5, options: [{ text: "$3$" }, { text: "$\\frac{9}{2}$" }, { text: "$9$", isCorrect: true }, { text: "$27$" }],
};
const PRIME = { statement: "Which of these numbers are prime?", questionType: "MULTIPLE_CORRECT", domain: "numbers", marks: 3,
  options: [{ text: "2", isCorrect: true }, { text: "51" }, { text: "97", isCorrect: true }, { text: "91" }] };
const ROOT = { statement: "The square root of 2, to two decimals?", questionType: "NUMERICAL", domain: "numbers", marks: 1, numericalAnswer: 1.41, tolerance: 0.01 };
const PAPER = { questions: [INTEGRAL, PRIME, ROOT], minutes: 90, description: "Limits, derivatives and integrals.",
  instructions: "No calculators. **Round** what is asked for as a number to two decimals." };
const PEOPLE = ["Asha", "Bela", "Chand", "Devi", "Esha", "Farah", "Gita"];

const title = (name) => (page) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const saved = (page) => page.locator(".saving.good").waitFor();
const button = (page, name) => page.getByRole("button", { name, exact: true }).first();

async function question(page, n) {
  await title("Question 1 of 3")(page);
  for (let at = 1; at < n; ++at) await button(page, "Next").click();
  await title(`Question ${n} of 3`)(page);
}

async function write(site, exam, who, count, isRight) {
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const { exam: { questions }, attemptId } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, who.token);
  for (const { id, options } of questions.slice(0, count)) {
    const answer = options.length > 0 ? { selectedOptionIds: [options[isRight ? 2 : 0].id] } : { numericalAnswer: 1.41 };
    await site.call("POST", `/exam-attempt/${exam}/save`, { questionId: id, ...answer }, who.token);
  }
  return attemptId;
}

/** Who is there, and what has happened. */
async function makeWorld(site) {
  const people = [];
  for (const name of PEOPLE) people.push(await site.person(name));
  const [running, coming, over] = [await site.exam("Mathematics I", PAPER), await site.exam("Mathematics II", { ...PAPER, startsIn: 7200, endsIn: 14400 }),
    await site.exam("Mathematics, first half", PAPER)];
  const attempts = [];
  for (const [at, who] of people.entries()) {
    await write(site, over, who, 3, at % 2 === 0);
    if (at < 6) attempts.push(await write(site, running, who, at % 4, at % 2 === 0));
  }
  await site.call("POST", `/exam-attempt/${running}/submit`, undefined, people[3].token);
  await site.asStaff("POST", `/exam/${over}/close`, { confirm: "Mathematics, first half" });
  const { questions: [first] } = await site.asStaff("GET", `/exam/${over}/corrections`);
  const options = [first.options[0], first.options[2]].map(({ id }) => ({ optionIds: [id] }));
  await site.asStaff("POST", `/exam/${over}/corrections`, { questionId: first.questionId, kind: "ANSWERS", answers: options, reason: "Both readings of the question are fair" });
  await site.asStaff("POST", `/exam/${running}/notices`, { text: "In question 2 choose all that are prime.", confirm: "Mathematics I" });
  const { exam: draft } = await site.asStaff("POST", "/exam/create", { title: "Mathematics III", description: "Not ready yet.", durationMinutes: 60,
    startTime: new Date(Date.now() + 864e5).toISOString(), endTime: new Date(Date.now() + 9e7).toISOString() });
  const { data: bank } = await site.asStaff("GET", "/question/all?limit=9");
  await site.asStaff("POST", `/exam/${draft.id}/questions`, { addQuestionIds: bank.slice(0, 2).map(({ id }) => ({ questionId: id, marks: 2 })) });
  const { cohort } = await site.asStaff("POST", "/admin/cohorts", { name: "CS 2026" });
  return { people, running, coming, over, draft: draft.id, attempt: attempts[0], cohort: cohort.id, formula: bank.find(({ domain }) => domain === "calculus").id };
}

/** Each with whose browser it is seen in, where, and when it is there. Those that only look leave the world as it was. */
export async function makeStates(site) {
  const { people: [asha, bela, , devi, esha, farah, gita], running, coming, over, draft, attempt, cohort, formula } = await makeWorld(site);
  const staff = { token: await site.staffToken() };
  const of = (who, base) => ([name, path, ready]) => ({ name, who, path: base + path, ready });
  return [
    ...[
      ["front", "/", title("Sit your exam here")],
      ["login", "/login", title("Log in")],
      ["login-refused", "/login", async (page) => {
        await page.getByLabel("E-mail address").fill("nobody@example.org");
        await page.getByLabel("Password").fill("not the one");
        await button(page, "Log in").click();
        await summaryHasFocus(page);
      }],
      ["signup", "/signup", title("Sign up")],
      ["forgot", "/forgot", title("Set a new password")],
      ["leaderboard", "/leaderboard", title("Leaderboard")],
      ["help", "/help", (page) => page.getByText("Before.").first().waitFor()],
      ["accessibility", "/accessibility", (page) => page.getByRole("table").first().waitFor()],
      ["status", "/status", title("Status")],
      ["components", "/docs/components", (page) => page.locator(".choice .katex").nth(3).waitFor()],
      ["components-refused", "/docs/components", async (page) => {
        await page.getByLabel("Reason").first().fill("Because");
        await button(page, "Refused at a field").click();
        await page.getByRole("heading", { name: "There is a problem" }).waitFor();
        await summaryHasFocus(page);
      }],
      ["docs", "/docs", (page) => page.locator("details summary").first().waitFor()], // the title is there before them
      ["docs-operation", "/docs#postExamAttemptByExamIdSave", (page) => page.getByText("questionId: string (uuid)").waitFor()],
      ["inbox", "/dev/inbox", (page) => page.getByRole("button", { name: /gita@/ }).first().waitFor()],
      ...["html", "headers"].map((form) => [`inbox-${form}`, "/dev/inbox", async (page) => {
        await page.getByRole("button", { name: /gita@/ }).first().click();
        await page.getByRole("tab", { name: form, exact: false }).click();
        await (form === "html" ? page.frameLocator("iframe").getByRole("link").first() : page.getByText("Message-ID")).waitFor();
      }]),
      ["inbox-failures", "/dev/inbox", async (page) => {
        await button(page, "Failures").click();
        await page.getByRole("dialog").getByLabel("Rules").waitFor();
      }],
    ].map(of(null, "")),
    ...[
      ["exams", "/exams", (page) => page.getByRole("heading", { name: "Done" }).waitFor()],
      ["lobby-coming", `/exams/${coming}`, (page) => page.getByText("Starts in").waitFor()],
      ["lobby-open", `/exams/${running}`, (page) => button(page, "Start").waitFor()],
      ["lobby-gone", "/exams/none", title("This exam is not open to you now")],
      ["profile", "/profile", async (page) => {
        await page.getByText("What is lost, and how to do it").click();
        await button(page, "Delete my account for good").waitFor();
      }],
      ["result", `/results/${over}`, (page) => page.locator(".katex").last().waitFor()], // it grows with them
    ].map(of(gita, "")),
    ...[
      ["choice", `/sit/${running}`, async (page) => {
        await question(page, 1);
        await page.locator(".choice .katex").first().waitFor();
        for (const n of [0, 2]) await page.getByRole("radio").nth(n).check(); // whatever was chosen, something changes
        await saved(page);
        await page.getByText("In question 2 choose all").waitFor();
      }],
      ["choices", `/sit/${running}`, async (page) => {
        await question(page, 2);
        await page.getByRole("checkbox", { name: "97" }).uncheck();
        await page.getByRole("checkbox", { name: "97" }).check();
        await page.getByLabel("Mark for review").check();
        await saved(page);
      }],
      ["number-wrong", `/sit/${running}`, async (page) => {
        await question(page, 3);
        await page.getByLabel("Your answer, a number").fill("one and a half");
        await page.getByText("This is not a number").waitFor();
      }],
    ].map(of(asha, "")),
    ...[
      ["offline", `/sit/${running}`, async (page) => {
        await question(page, 1);
        await page.route("**/saves", (route) => route.abort());
        await page.getByRole("radio").nth(1).check();
        await page.getByText("No connection since").first().waitFor();
      }],
      ["review", `/sit/${running}`, async (page) => {
        await question(page, 1);
        await button(page, "Review and hand in").click();
        await title("Before you hand in")(page);
      }],
      ["hand-in", `/sit/${running}`, async (page) => {
        await question(page, 1);
        await button(page, "Review and hand in").click();
        await page.getByRole("button", { name: /^Hand in \d/ }).click();
        await page.getByRole("dialog").waitFor();
      }],
    ].map(of(bela, "")),
    { name: "elsewhere", who: esha, path: `/sit/${running}`, ready: async (page) => {
      await question(page, 1);
      const other = await page.context().newPage();
      await other.goto(page.url());
      await other.getByRole("button", { name: "Continue here" }).click();
      await page.getByText("The exam is open in another tab").waitFor();
      await other.close();
    } },
    { name: "login-again", who: farah, path: `/sit/${running}`, ready: async (page) => {
      await question(page, 1);
      await page.route("**/saves", (route) => route.fulfill({ status: 401, json: { code: "unauthorized", message: "Log in" } }));
      await page.getByRole("radio").nth(1).check();
      await page.getByRole("dialog").waitFor();
      await page.locator(".saving.bad").waitFor({ state: "attached" });
    } },
    { name: "receipt", who: devi, path: `/sit/${running}`, ready: title("Handed in") },
    ...[
      ["exams-staff", "", (page) => page.getByText("Mathematics III").waitFor()],
      ["exam-new", "/exams/new", title("New exam")],
      ["paper", `/exams/${draft}`, (page) => page.getByText("2 questions").first().waitFor()],
      ["settings", `/exams/${draft}/settings`, (page) => page.getByLabel("Minutes to write").waitFor()],
      ["publish", `/exams/${draft}/publish`, (page) => button(page, "Publish the exam").waitFor()],
      ["people", `/exams/${running}/people`, (page) => page.getByText("Who may start").waitFor()],
      ["board", `/exams/${running}/board`, (page) => page.getByRole("row").filter({ hasText: "handed in" }).waitFor()],
      ["extend", `/exams/${running}/board`, async (page) => {
        await button(page, "More time for all").click();
        await page.getByRole("dialog").getByText("candidates:").waitFor();
      }],
      ["results-staff", `/exams/${over}/results`, (page) => page.getByText("on average").waitFor()],
      ["grading", `/exams/${over}/grading`, async (page) => {
        await button(page, "Show what would change").click();
        await page.getByText("get another score").first().waitFor();
      }],
      ["attempt", `/attempts/${attempt}`, title("Course of an attempt")],
      ["questions", "/questions", title("Questions")],
      ["question", `/questions/${formula}`, (page) => page.locator(".question .katex-display").waitFor()],
      ["question-new", "/questions/new", title("New question")],
      ["cohorts", "/cohorts", (page) => page.getByText("CS 2026").first().waitFor()],
      ["cohort", `/cohorts/${cohort}`, (page) => page.getByText("Import a spreadsheet").first().waitFor()],
      ["users", "/users", (page) => page.getByText("Asha Rao").first().waitFor()],
    ].map(of(staff, "/staff")),
    ...[
      ["operations", "", (page) => page.getByText("The last hour").first().waitFor()],
      ["queues", "/queues", (page) => page.getByText("chores").first().waitFor()],
      ["queue", "/queues/email", (page) => page.getByText("longest wait").first().waitFor()],
      ["jobs-at-once", "/queues/email", async (page) => {
        await button(page, "Jobs at once").click();
        await page.getByRole("dialog").waitFor();
      }],
      ["cache", "/cache", (page) => page.getByText("Families, since").first().waitFor()],
      ["mail", "/mail", (page) => page.getByText("How mails fare").first().waitFor()],
      ["mails-sent", "/mail?status=SENT", (page) => page.getByText("Why did").nth(1).waitFor()],
      ["engines", "/engines", (page) => page.getByText("Slowest statements").first().waitFor()],
      ["newsletters", "/newsletters", title("Newsletters")],
      ["audit", "/audit", (page) => page.getByText("Before and after").first().waitFor()],
      ["guide", "/guide", (page) => page.getByText("redis-reach").first().waitFor()],
    ].map(of(staff, "/admin")),
  ];
}

/** A page in this state. An exam is without its worker, past which no route of a test would see the requests. */
export async function openState(browser, site, { who, path, ready }, looks = {}) {
  const options = { ...looks, ...(path.startsWith("/sit/") && { serviceWorkers: "block" }) };
  const context = who ? await loggedIn(browser, site, who, options) : await browser.newContext(options);
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && !message.text().startsWith("Failed to load resource") && page.problems.push(message.text()));
  page.on("dialog", (dialog) => dialog.accept());
  await page.goto(site.base + path);
  await ready(page);
  return page;
}
