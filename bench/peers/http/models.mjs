// SPDX-License-Identifier: MIT
// The tables of an exam in Sequelize, as such applications declare them, and the data of the load.

import { DataTypes, Sequelize } from 'sequelize';

export function connect(url) {
  const sequelize = new Sequelize(url, { logging: false, pool: { max: 10 } });
  const id = { type: DataTypes.UUID, defaultValue: DataTypes.UUIDV4, primaryKey: true };
  const User = sequelize.define('User', { id, email: { type: DataTypes.STRING, unique: true }, fullName: DataTypes.STRING });
  const Exam = sequelize.define('Exam', {
    id, title: DataTypes.STRING, description: DataTypes.TEXT, state: DataTypes.STRING, startTime: DataTypes.DATE,
    endTime: DataTypes.DATE, durationMinutes: DataTypes.INTEGER,
  });
  const Question = sequelize.define('Question', {
    id, statement: DataTypes.TEXT, questionType: DataTypes.STRING, domain: DataTypes.STRING,
  });
  const Option = sequelize.define('Option', { id, text: DataTypes.TEXT, isCorrect: DataTypes.BOOLEAN });
  const ExamQuestion = sequelize.define('ExamQuestion', { id, questionOrder: DataTypes.INTEGER, marks: DataTypes.FLOAT },
    { indexes: [{ unique: true, fields: ['ExamId', 'QuestionId'] }] });
  const Attempt = sequelize.define('Attempt', { id, status: DataTypes.STRING, startedAt: DataTypes.DATE },
    { indexes: [{ unique: true, fields: ['UserId', 'ExamId'] }] });
  const Answer = sequelize.define('Answer', {
    id, AttemptId: { type: DataTypes.UUID, unique: 'answer' }, ExamQuestionId: { type: DataTypes.UUID, unique: 'answer' },
    selectedOptionIds: DataTypes.JSONB, numericalAnswer: DataTypes.FLOAT,
  });
  Question.hasMany(Option);
  Option.belongsTo(Question);
  Exam.hasMany(ExamQuestion);
  ExamQuestion.belongsTo(Exam);
  Question.hasMany(ExamQuestion);
  ExamQuestion.belongsTo(Question);
  Attempt.belongsTo(Exam);
  Attempt.belongsTo(User);
  Attempt.hasMany(Answer);
  Answer.belongsTo(Attempt);
  return { sequelize, User, Exam, Question, Option, ExamQuestion, Attempt, Answer };
}

/** The same exam as `tripos seed` makes. Returns what the load needs. */
export async function seed(db, { candidates, questions, answers, sign }) {
  await db.sequelize.sync({ force: true });
  const now = Date.now();
  const exam = await db.Exam.create({
    title: 'Load', description: 'An exam of usual size', state: 'PUBLISHED', startTime: new Date(now - 3_600_000),
    endTime: new Date(now + 86_400_000), durationMinutes: 1200,
  });
  const rows = await db.Question.bulkCreate(Array.from({ length: questions }, (_, n) => ({
    statement: `Question ${n + 1}: which of the four statements below follows from the definition given in the lecture, if no `
      + 'further assumption is made about the order of the elements?',
    questionType: 'SINGLE_CORRECT', domain: 'load',
  })));
  const options = await db.Option.bulkCreate(rows.flatMap((question, n) => Array.from({ length: 4 }, (_, o) => ({
    QuestionId: question.id, text: `Answer ${o + 1} of Question ${n + 1}: some text of a usual length`, isCorrect: o === n % 4,
  }))));
  const links = await db.ExamQuestion.bulkCreate(rows.map((question, n) => ({
    ExamId: exam.id, QuestionId: question.id, questionOrder: n + 1, marks: 1,
  })));
  const users = await db.User.bulkCreate(Array.from({ length: candidates }, (_, n) => ({
    email: `candidate-${n}@load.example`, fullName: 'Load Candidate',
  })));
  const attempts = await db.Attempt.bulkCreate(users.map((user) => ({
    UserId: user.id, ExamId: exam.id, status: 'IN_PROGRESS', startedAt: new Date(now),
  })));
  await db.Answer.bulkCreate(attempts.flatMap((attempt) => links.slice(0, answers).map((link, n) => ({
    AttemptId: attempt.id, ExamQuestionId: link.id, selectedOptionIds: [options[4 * n].id],
  }))));
  return {
    examId: exam.id,
    questions: rows.map((question, n) => ({ id: question.id, optionIds: options.slice(4 * n, 4 * n + 4).map(({ id }) => id) })),
    tokens: users.map((user) => sign({ id: user.id, role: 'USER' })),
  };
}
