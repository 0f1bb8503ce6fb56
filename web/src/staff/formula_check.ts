// SPDX-License-Identifier: MIT
// Which questions of a paper, or its instructions, have a formula that cannot be drawn, found by drawing each with what draws them for the candidates.

import { call } from "../shared/api";
import type { FormulaToken } from "../shared/lexer";
import type { WholeExam } from "./exam";

/** Of the instructions, or of a question and the options that it has. */
export interface BrokenFormula { question?: { number: number; id: string }; tex: string; problem: string }

const AT_ONCE = 4; // questions that are fetched: the options are not part of the paper

function* formulasIn(tokens: unknown): Generator<FormulaToken> {
  if (typeof tokens !== "object" || tokens === null) return;
  if ((tokens as FormulaToken).type === "formula") return yield tokens as FormulaToken;
  for (const inner of Object.values(tokens)) yield* formulasIn(inner);
}

export async function brokenFormulas(exam: WholeExam): Promise<BrokenFormula[]> {
  const written = exam.questions.filter(({ format }) => format === "markdown");
  if (written.length === 0 && !exam.instructions) return [];
  const [{ read, readLine }, { draw }] = await Promise.all([import("../shared/lexer"), import("../shared/formulas")]);
  const place = document.createElement("div");
  const broken: BrokenFormula[] = [];
  function look(tokens: unknown, question?: BrokenFormula["question"]) {
    for (const { tex, isDisplay } of formulasIn(tokens)) {
      const problem = draw(tex, isDisplay, place);
      if (problem) broken.push({ question, tex, problem });
    }
  }
  async function check({ id, questionOrder }: WholeExam["questions"][number]) {
    const { data } = await call("get", "/api/question/{id}", { params: { id } });
    look([read(data.statement), ...data.options.map(({ text }) => readLine(text))], { number: questionOrder, id });
  }
  look(read(exam.instructions ?? ""));
  const left = [...written];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let one = left.shift(); one; one = left.shift()) await check(one);
  }));
  return broken.sort((a, b) => (a.question?.number ?? 0) - (b.question?.number ?? 0));
}
