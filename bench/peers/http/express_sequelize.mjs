// SPDX-License-Identifier: MIT
// The stack that Tripos competes with, doing the same requests: Express 5, Sequelize on PostgreSQL, node-redis for what is
// cached. Written as such applications are written; the paper is cached as JSON, attempts and answers come from SQL.
//   node express_sequelize.mjs PORT POSTGRES_URL REDIS_URL SEED_FILE CANDIDATES QUESTIONS ANSWERS

import { writeFileSync } from 'node:fs';
import express from 'express';
import jwt from 'jsonwebtoken';
import { createClient } from 'redis';
import { connect, seed } from './models.mjs';

const [port, postgres, redisUrl, seedFile, candidates, questions, answers] = process.argv.slice(2);
const secret = 'for this run only';
const db = connect(postgres);
const redis = await createClient({ url: redisUrl }).connect();

async function getOrSet(key, load) {
  const cached = await redis.get(key);
  if (cached) return JSON.parse(cached);
  const value = await load();
  await redis.set(key, JSON.stringify(value), { EX: 3600 });
  return value;
}

function loadPaper(examId) {
  return getOrSet(`exam:${examId}:paper`, async () => {
    const exam = await db.Exam.findByPk(examId, {
      include: { model: db.ExamQuestion, include: { model: db.Question, include: db.Option } },
      order: [[db.ExamQuestion, 'questionOrder', 'ASC']],
    });
    return {
      id: exam.id,
      title: exam.title,
      questions: exam.ExamQuestions.map((link) => ({
        examQuestionId: link.id, questionOrder: link.questionOrder, marks: link.marks, id: link.Question.id,
        statement: link.Question.statement, questionType: link.Question.questionType, domain: link.Question.domain,
        options: link.Question.Options.map(({ id, text }) => ({ id, text })),
      })),
    };
  });
}

function endOf(attempt) {
  const byDuration = attempt.startedAt.getTime() + attempt.Exam.durationMinutes * 60_000;
  return Math.min(byDuration, attempt.Exam.endTime.getTime());
}

function runningAttempt(req) {
  return db.Attempt.findOne({
    where: { UserId: req.user.id, ExamId: req.params.examId, status: 'IN_PROGRESS' }, include: db.Exam,
  });
}

async function attempt(req, res) {
  const found = await runningAttempt(req);
  if (!found) return res.status(403).json({ success: false, message: 'No active attempt' });
  const remaining = Math.floor((endOf(found) - Date.now()) / 1000);
  if (remaining <= 0) return res.status(403).json({ success: false, message: 'Time over' });
  const paper = await loadPaper(req.params.examId);
  const saved = await db.Answer.findAll({ where: { AttemptId: found.id } });
  const byQuestion = new Map(saved.map((answer) => [answer.ExamQuestionId, answer]));
  const withAnswers = paper.questions.map((question) => {
    const answer = byQuestion.get(question.examQuestionId);
    const studentAnswer = answer
      ? { selectedOptionIds: answer.selectedOptionIds, numericalAnswer: answer.numericalAnswer } : null;
    return { ...question, studentAnswer };
  });
  return res.json({
    success: true, exam: { ...paper, questions: withAnswers }, attemptId: found.id, remainingSeconds: remaining,
  });
}

async function save(req, res) {
  const { questionId, selectedOptionIds = [], numericalAnswer = null } = req.body;
  const found = await runningAttempt(req);
  if (!found) return res.status(403).json({ success: false, message: 'No active attempt' });
  if (endOf(found) <= Date.now()) return res.status(403).json({ success: false, message: 'Time over' });
  const question = await db.Question.findByPk(questionId, { include: db.Option });
  const link = question && await db.ExamQuestion.findOne({ where: { ExamId: found.ExamId, QuestionId: questionId } });
  if (!link) return res.status(400).json({ success: false, message: 'No such question' });
  const known = new Set(question.Options.map(({ id }) => id));
  if (selectedOptionIds.length > 1 || !selectedOptionIds.every((id) => known.has(id))) {
    return res.status(400).json({ success: false, message: 'No such option' });
  }
  await db.Answer.upsert({ AttemptId: found.id, ExamQuestionId: link.id, selectedOptionIds, numericalAnswer },
    { conflictFields: ['AttemptId', 'ExamQuestionId'] });
  return res.json({ success: true, message: 'Answer saved' });
}

async function live(req, res) {
  const published = await getOrSet('exams:published', async () => {
    const rows = await db.Exam.findAll({ where: { state: 'PUBLISHED' }, order: [['startTime', 'ASC']] });
    return rows.map((exam) => exam.toJSON());
  });
  const now = Date.now();
  const exams = published.filter((exam) => Date.parse(exam.startTime) <= now && now < Date.parse(exam.endTime));
  const attempts = await db.Attempt.findAll({ where: { UserId: req.user.id } });
  const byExam = new Map(attempts.map((row) => [row.ExamId, row]));
  return res.json({
    success: true,
    exams: exams.map(({ id, title, description, startTime, endTime, durationMinutes }) => {
      const mine = byExam.get(id);
      return {
        id, title, description, startTime, endTime, durationMinutes, hasAttempt: Boolean(mine),
        attemptStatus: mine?.status ?? null, attemptId: mine?.id ?? null,
      };
    }),
  });
}

function authenticated(req, res, next) {
  try {
    req.user = jwt.verify((req.headers.authorization ?? '').slice('Bearer '.length), secret);
  } catch {
    return res.status(401).json({ success: false, message: 'Log in first' });
  }
  return next();
}

const seeded = await seed(db, {
  candidates: Number(candidates), questions: Number(questions), answers: Number(answers),
  sign: (claims) => jwt.sign(claims, secret, { expiresIn: '1d' }),
});
writeFileSync(seedFile, JSON.stringify(seeded));

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.get('/api/exam-attempt/:examId/attempt', authenticated, attempt);
app.post('/api/exam-attempt/:examId/save', authenticated, save);
app.get('/api/exam/live', authenticated, live);
app.listen(Number(port), '127.0.0.1', () => console.log('ready'));
