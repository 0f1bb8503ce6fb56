// SPDX-License-Identifier: MIT
// What a candidate's tests start from: staff who publish an exam with a question of every kind, and people with accounts.

import assert from "node:assert/strict";
import { launch } from "./browser.mjs";
import { PASSWORD, startServer } from "./server.mjs";

export const STAFF = "teacher@example.org";

/** One of each kind, and one with tags in it. */
const QUESTIONS = [
  { statement: "Which port does HTTPS use?", questionType: "SINGLE_CORRECT", domain: "networks", marks: 2, negativeMarks: 0.5,
    options: [{ text: "80" }, { text: "443", isCorrect: true }, { text: "8443" }] },
  { statement: "Which of these are transport protocols?", questionType: "MULTIPLE_CORRECT", domain: "networks", marks: 3,
    options: [{ text: "TCP", isCorrect: true }, { text: "HTTP" }, { text: "UDP", isCorrect: true }] },
  { statement: "The square root of 2, to two decimals?", questionType: "NUMERICAL", domain: "maths", marks: 1.5, numericalAnswer: 1.41, tolerance: 0.01 },
  { statement: "<b>Which</b> tag makes text bold?\n\n<script>alert(1)</script>", questionType: "SINGLE_CORRECT", domain: "web", marks: 1,
    options: [{ text: "<b>", isCorrect: true }, { text: "<i>" }] },
];

export class Site {
  constructor(server) {
    this.base = server.base;
    server.addAdmin(STAFF);
  }

  /** What may be refused. */
  ask(method, path, body, token) {
    return fetch(`${this.base}/api${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      body: body && JSON.stringify(body),
    });
  }

  async call(method, path, body, token) {
    const response = await this.ask(method, path, body, token);
    const answer = await response.json();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async logIn(email) {
    return (await this.call("POST", "/auth/login", { email, password: PASSWORD })).accessToken;
  }

  async staffToken() {
    return this.staff ??= await this.logIn(STAFF);
  }

  async asStaff(method, path, body) {
    return this.call(method, path, body, await this.staffToken());
  }

  async mailTo(address, word) {
    for (;;) {
      const { mails } = await (await fetch(`${this.base}/dev/api/mails?to=${address}`)).json();
      const link = mails.flatMap((mail) => mail.links).find((text) => text.includes(`/${word}?token=`));
      if (link) return link.replace(this.base, "");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** As by the button behind the link of the mail. */
  async verify(email) {
    const token = (await this.mailTo(email, "verify-email")).split("token=")[1];
    await this.call("POST", `/auth/verify-email/${token}`);
  }

  /** An account with a verified address. */
  async person(name) {
    const email = `${name.toLowerCase()}@example.org`;
    await this.call("POST", "/auth/signup", { fullName: `${name} Rao`, email, password: PASSWORD });
    await this.verify(email);
    return { email, token: await this.logIn(email) };
  }

  /** A published exam that runs now: by default with one question of each kind. One with an `id` is of the bank. */
  async exam(title, { minutes = 45, startsIn = -60, endsIn = 7200, questions = QUESTIONS, description = "Four short questions.", instructions } = {}) {
    const added = [];
    for (const question of questions) {
      const id = question.id ?? (await this.asStaff("POST", "/question/create", question)).data.id;
      added.push({ questionId: id, marks: question.marks });
    }
    const instant = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
    const { exam } = await this.asStaff("POST", "/exam/create", {
      title, description, ...(instructions && { instructions }), durationMinutes: minutes, startTime: instant(startsIn), endTime: instant(endsIn) });
    await this.asStaff("POST", `/exam/${exam.id}/questions`, { addQuestionIds: added });
    await this.asStaff("POST", `/exam/${exam.id}/publish`);
    return exam.id;
  }

  /** What the server has of somebody's attempt: the answers in the order of the paper, as texts or a number. */
  async stored(token, exam) {
    const answer = await this.call("GET", `/exam-attempt/${exam}/attempt`, undefined, token);
    return answer.exam.questions.map(({ options, studentAnswer }) => {
      if (!studentAnswer) return null;
      const texts = options.filter(({ id }) => studentAnswer.selectedOptionIds.includes(id)).map(({ text }) => text);
      return studentAnswer.numericalAnswer ?? (texts.length > 0 ? texts : null);
    });
  }
}

/** The answers of an attempt as they are in the database, in the order of the paper. */
export async function answersInDatabase(site, server, exam, { token }, attemptId) {
  const { exam: { questions } } = await site.call("GET", `/exam-attempt/${exam}/attempt`, undefined, token);
  const rows = server.sql("SELECT question_id, option_ids, number FROM answers WHERE attempt_id = ?", attemptId);
  return questions.map(({ id, options }) => {
    const row = rows.find(([question]) => question === id);
    if (!row) return null;
    const chosen = row[1].split("\n");
    return row[2] ?? options.filter((option) => chosen.includes(option.id)).map(({ text }) => text);
  });
}

/** A context of the browser in which this person is logged in. */
export async function loggedIn(browser, site, { token }, options = {}) {
  const context = await browser.newContext(options);
  await context.addCookies([{ name: "accessToken", value: token, url: site.base, httpOnly: true, sameSite: "Lax" }]);
  return context;
}

/** A server with its site, and a browser. `settings` of its environment, `flags` of `tripos serve`. */
export async function openSite({ settings, flags } = {}) {
  const [server, browser] = await Promise.all([startServer(settings, flags), launch()]);
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  return { server, browser, site: new Site(server), close };
}
