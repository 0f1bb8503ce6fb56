// SPDX-License-Identifier: MIT
// Which questions of a paper have a formula that cannot be drawn, found by drawing each with what draws them for the candidates.

import { call } from "../shared/api";
import type { FormulaToken } from "../shared/lexer";
import type { WholeExam } from "./exam";

export interface BrokenFormula { number: number; questionId: string; tex: string; problem: string }

const AT_ONCE = 4; // questions that are fetched: the options are not part of the paper

function* formulasIn(tokens: unknown): Generator<FormulaToken> {
  if (typeof tokens !== "object" || tokens === null) return;
  if ((tokens as FormulaToken).type === "formula") return yield tokens as FormulaToken;
  for (const inner of Object.values(tokens)) yield* formulasIn(inner);
}

export async function brokenFormulas(exam: WholeExam): Promise<BrokenFormula[]> {
  const written = exam.questions.filter(({ format }) => format === "markdown");
  if (written.length === 0) return [];
  const [{ read, readLine }, { draw }] = await Promise.all([import("../shared/lexer"), import("../shared/formulas")]);
  const place = document.createElement("div");
  const broken: BrokenFormula[] = [];
  async function check({ id, statement, questionOrder }: WholeExam["questions"][number]) {
    const { data } = await call("get", "/api/question/{id}", { params: { id } });
    const texts = [read(statement), ...data.options.map(({ text }) => readLine(text))];
    for (const { tex, isDisplay } of formulasIn(texts)) {
      const problem = draw(tex, isDisplay, place);
      if (problem) broken.push({ number: questionOrder, questionId: id, tex, problem });
    }
  }
  const left = [...written];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let one = left.shift(); one; one = left.shift()) await check(one);
  }));
  return broken.sort((a, b) => a.number - b.number);
}
