// SPDX-License-Identifier: MIT
// Takes the pictures of the docs anew: `node tests/e2e/pictures.mjs`, which writes docs/pictures. Look at them before they are kept.

import { mkdir } from "node:fs/promises";
import { loggedIn, openSite } from "./site_fixture.mjs";

const OUT = new URL("../../docs/pictures/", import.meta.url).pathname;
const DESK = { width: 1120, height: 760 }, PHONE = { width: 390, height: 760 };
const PEOPLE = ["Asha", "Bela", "Chand", "Devi", "Esha", "Farah", "Gita"];
const INTEGRAL = {
  statement: "What is the value of\n\n$$\\int_0^3 x^2\\,dx\\ ?$$\n\nGive it **exactly**.", format: "markdown", questionType: "SINGLE_CORRECT",
  domain: "calculus", marks: 2, negativeMarks: 0.5, options: [{ text: "$3$" }, { text: "$\\frac{9}{2}$" }, { text: "$9$", isCorrect: true }, { text: "$27$" }],
};
const PRIME = { statement: "Which of these numbers are prime?", questionType: "MULTIPLE_CORRECT", domain: "numbers", marks: 3,
  options: [{ text: "2", isCorrect: true }, { text: "51" }, { text: "97", isCorrect: true }, { text: "91" }] };
const ROOT = { statement: "The square root of 2, to two decimals?", questionType: "NUMERICAL", domain: "numbers", marks: 1, numericalAnswer: 1.41, tolerance: 0.01 };
const PAPER = { description: "Three short questions.", questions: [INTEGRAL, PRIME, ROOT], minutes: 90, instructions: "No calculators. **Round** what is asked for as a number to two decimals." };

const { site, browser, close } = await openSite();
await mkdir(OUT, { recursive: true });

async function take(name, { token }, viewport, path, ready) {
  const page = await (await loggedIn(browser, site, { token }, { viewport, colorScheme: "light", reducedMotion: "reduce" })).newPage();
  await page.goto(site.base + path);
  await ready(page);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `${OUT}${name}.png` });
  await page.close();
}

async function write(exam, who, count, isRight) {
  await site.call("POST", `/exam-attempt/${exam}/start`, undefined, who.token);
  const { exam: { questions } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, who.token);
  for (const { id, options } of questions.slice(0, count)) {
    const answer = options.length > 0 ? { selectedOptionIds: [options[isRight ? 2 : 0].id] } : { numericalAnswer: 1.41 };
    await site.call("POST", `/exam-attempt/${exam}/save`, { questionId: id, ...answer }, who.token);
  }
}

try {
  const people = [];
  for (const name of PEOPLE) people.push(await site.person(name));
  const [running, coming, over] = [await site.exam("Mathematics I", PAPER), await site.exam("Mathematics II", { ...PAPER, startsIn: 700 }), await site.exam("Mathematics, first half", PAPER)];
  for (const [at, who] of people.entries()) {
    await write(over, who, 3, at % 2 === 0);
    if (at < 6) await write(running, who, at % 4, at % 2 === 0);
  }
  await site.call("POST", `/exam-attempt/${running}/submit`, undefined, people[3].token);
  await site.asStaff("POST", `/exam/${over}/close`, { confirm: "Mathematics, first half" });
  const { questions: [first] } = await site.asStaff("GET", `/exam/${over}/corrections`);
  const options = [first.options[0], first.options[2]].map(({ id }) => ({ optionIds: [id] }));
  await site.asStaff("POST", `/exam/${over}/corrections`, { questionId: first.questionId, kind: "ANSWERS", answers: options, reason: "Both readings of the question are fair" });
  await site.asStaff("POST", `/exam/${running}/notices`, { text: "In question 2 choose all that are prime.", confirm: "Mathematics I" });
  const { data: [question] } = await site.asStaff("GET", "/question/all?domain=calculus&limit=1");
  const staff = { token: await site.staffToken() };
  const see = (text) => (page) => page.getByText(text).first().waitFor();
  await take("question", staff, DESK, `/staff/questions/${question.id}`, (page) => page.locator(".question .katex-display").waitFor());
  await take("board", staff, DESK, `/staff/exams/${running}/board`, (page) => page.getByRole("row").filter({ hasText: "handed in" }).waitFor());
  await take("grading", staff, DESK, `/staff/exams/${over}/grading`, async (page) => {
    await page.getByRole("button", { name: "Show what would change" }).click();
    await see("get another score")(page);
  });
  await take("lobby", people[6], PHONE, `/exams/${coming}`, see("Starts in"));
  await take("sit", people[0], PHONE, `/sit/${running}`, async (page) => {
    await page.locator(".choice .katex").first().waitFor();
    await page.getByRole("radio").nth(2).check();
    await page.locator(".saving.good").waitFor();
  });
  await take("result", people[0], PHONE, `/results/${over}`, see("Your score"));
} finally {
  await close();
}
