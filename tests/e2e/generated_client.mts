// SPDX-License-Identifier: MIT
// The walkthrough, told by a client whose types were generated from /openapi.json: that this compiles shows that the
// description has every path, parameter and member used here; that it runs shows that the server means them.

import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

const EXAM_SECONDS = 5;

type Api = ReturnType<typeof createClient<paths>>;
type Question = components["schemas"]["Question"];

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of an answer that must have this status. */
async function expecting<Data>(status: number, asked: Promise<Outcome<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  assert.equal(response.status, status, `${response.url}: ${JSON.stringify(error ?? data)}`);
  return data as Data;
}

async function refused(status: number, code: string, asked: Promise<Outcome<unknown>>): Promise<void> {
  const { error, response } = await asked;
  assert.equal(response.status, status, response.url);
  assert.equal((error as { code: string }).code, code);
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function waitFor<Found>(what: string, ask: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await pause(0.05);
  }
}

async function logIn(baseUrl: string, email: string, password: string): Promise<Api> {
  const anonymous = createClient<paths>({ baseUrl });
  const { accessToken } = await expecting(200, anonymous.POST("/api/auth/login", { body: { email, password } }));
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${accessToken}` } });
}

async function signUp(baseUrl: string, fullName: string, password: string): Promise<Api> {
  const site = createClient<paths>({ baseUrl });
  const email = `${fullName.split(" ")[0]!.toLowerCase()}@example.org`;
  await expecting(201, site.POST("/api/auth/signup", { body: { fullName, email, password } }));
  await refused(403, "email_not_verified", site.POST("/api/auth/login", { body: { email, password } }));
  const link = await waitFor("the mail", async () => {
    const { mails } = await expecting(200, site.GET("/dev/api/mails", { params: { query: { to: email } } }));
    return mails.flatMap((mail) => mail.links).find((text) => text.includes("token="));
  });
  const token = link.split("token=")[1]!;
  await expecting(200, site.POST("/api/auth/verify-email/{token}", { params: { path: { token } } }));
  const candidate = await logIn(baseUrl, email, password);
  const profile = { fullName, course: "BTECH", department: "CST", year: "TWO", semester: "S4", enrollmentNumber: email } as const;
  const { data } = await expecting(200, candidate.PUT("/api/profile/me", { body: profile }));
  assert.equal(data.profileComplete, true);
  return candidate;
}

async function writeQuestions(staff: Api): Promise<Question[]> {
  const written = [
    await staff.POST("/api/question/create", { body: {
      statement: "Which port does HTTPS use?", questionType: "SINGLE_CORRECT", domain: "networks", marks: 2, negativeMarks: 0.5,
      options: [{ text: "80", isCorrect: false }, { text: "443", isCorrect: true }] } }),
    await staff.POST("/api/question/create", { body: {
      statement: "The square root of 2?", questionType: "NUMERICAL", domain: "maths", marks: 1.5, numericalAnswer: 1.41,
      tolerance: 0.01 } }),
  ];
  const questions: Question[] = [];
  for (const { data } of written) {
    const path = { id: data!.data.id };
    questions.push((await expecting(200, staff.GET("/api/question/{id}", { params: { path } }))).data);
  }
  return questions;
}

async function publishExam(staff: Api, questions: Question[], endTime: Date): Promise<string> {
  const { exam } = await expecting(201, staff.POST("/api/exam/create", { body: {
    title: "Generated", description: "Two short questions", durationMinutes: 30,
    startTime: new Date(Date.now() - 60_000).toISOString(), endTime: endTime.toISOString() } }));
  const params = { path: { examId: exam.id } };
  await refused(400, "exam_without_questions", staff.POST("/api/exam/{examId}/publish", { params }));
  await expecting(200, staff.POST("/api/exam/{examId}/questions", { params, body: {
    addQuestionIds: questions.map((question) => ({ questionId: question.id, marks: question.marks })) } }));
  const published = await expecting(200, staff.POST("/api/exam/{examId}/publish", { params }));
  assert.equal(published.exam.status, "PUBLISHED");
  return exam.id;
}

/** Answers everything right and submits. */
async function sit(candidate: Api, examId: string, key: Question[]): Promise<void> {
  const params = { path: { examId } };
  const { attemptId } = await expecting(201, candidate.POST("/api/exam-attempt/{examId}/start", { params }));
  await refused(400, "already_attempted", candidate.POST("/api/exam-attempt/{examId}/start", { params }));
  const page = await expecting(200, candidate.GET("/api/exam-attempt/{examId}/attempt", { params }));
  assert.equal(page.attemptId, attemptId);
  assert.ok(page.remainingSeconds > 0 && page.remainingSeconds <= EXAM_SECONDS);
  for (const { id, options, studentAnswer } of page.exam.questions) {
    assert.equal(studentAnswer, null);
    const question = key.find((one) => one.id === id)!;
    const body = question.numericalAnswer
      ? { questionId: id, numericalAnswer: question.numericalAnswer.value }
      : { questionId: id, selectedOptionIds: options.filter((_, place) => question.options[place]!.isCorrect).map((option) => option.id) };
    await expecting(200, candidate.POST("/api/exam-attempt/{examId}/save", { params, body }));
  }
  const submitted = await expecting(200, candidate.POST("/api/exam-attempt/{examId}/submit", { params }));
  assert.equal(submitted.status, "SUBMITTED");
  await refused(403, "result_not_released", candidate.GET("/api/result/{examId}/score", { params }));
}

export async function walkThrough(baseUrl: string, admin: string, password: string): Promise<void> {
  const candidate = await signUp(baseUrl, "Asha Rao", password);
  const staff = await logIn(baseUrl, admin, password);
  const questions = await writeQuestions(staff);
  const end = new Date(Date.now() + EXAM_SECONDS * 1000);
  const examId = await publishExam(staff, questions, end);
  const { exams } = await expecting(200, candidate.GET("/api/exam/live"));
  assert.ok(exams.some((exam) => exam.id === examId && !exam.hasAttempt && exam.attemptStatus === null));
  await sit(candidate, examId, questions);

  await pause((end.getTime() - Date.now()) / 1000);
  const params = { path: { examId } };
  const score = await waitFor("the result", async () => {
    const { data, response } = await candidate.GET("/api/result/{examId}/score", { params });
    return response.status === 200 && data && "score" in data ? data : undefined;
  });
  assert.equal(score.score, 3.5);
  const results = await expecting(200, staff.GET("/api/exam/{examId}/results", { params: { ...params, query: { limit: 10 } } }));
  assert.equal(results.data[0]!.candidate.name, "Asha Rao");
  assert.equal(results.statistics.submitted, 1);
  const csv = await expecting(200, staff.GET("/api/exam/{examId}/results.csv", { params, parseAs: "text" }));
  assert.match(csv, /Asha Rao/);
  await expecting(200, candidate.POST("/api/auth/logout"));
  await refused(401, "unauthorized", candidate.GET("/api/exam/live"));
}
