// SPDX-License-Identifier: MIT
// First what grading by all corrections would change; then, when it is meant, the change. What was shown is what is applied: had
// anything moved since, the server refuses.

import { useState } from "preact/hooks";
import { begun, call, type Answer } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Failure, Scroll } from "../shared/page";
import { showNumber } from "../shared/texts";
import type { WholeExam } from "./exam";
import { Check } from "./fields";
import { Pager } from "./pager";
import { many, s } from "./texts";

type Run = Answer<"/api/exam/{examId}/regrade", "post">;
const score = (value: number | null) => (value === null ? "–" : showNumber(value));
const LIMIT = 50;

function Outcomes({ run }: { run: Run }) {
  const moved = run.questions.flatMap(({ questionOrder, outcomes }) =>
    outcomes.filter(({ before, after }) => before !== after).map((outcome) => ({ questionOrder, ...outcome })));
  if (moved.length === 0) return null;
  return (
    <Scroll label={s("regrade.outcomes")}>
      <table>
        <caption>{s("regrade.outcomes")}</caption>
        <thead><tr><th scope="col">{s("question.title")}</th><th scope="col">{s("regrade.before")}</th><th scope="col">{s("regrade.after")}</th><th scope="col" class="number">{s("regrade.count")}</th></tr></thead>
        <tbody>{moved.map(({ questionOrder, before, after, count }) => (
          <tr key={`${questionOrder}${before}${after}`}><td>{questionOrder}</td><td>{s(`outcome.${before}`)}</td><td>{s(`outcome.${after}`)}</td><td class="number">{count}</td></tr>
        ))}</tbody>
      </table>
    </Scroll>
  );
}

function Changes({ run }: { run: Run }) {
  if (run.changes.length === 0) return null;
  return (
    <Scroll label={s("regrade.changes")}>
      <table>
        <caption>{many("regrade.shown", run.changedAttempts, { shown: run.changes.length })}</caption>
        <thead><tr><th scope="col">{s("board.name")}</th><th scope="col" class="number">{s("results.score")}</th><th scope="col" class="number">{s("regrade.rank")}</th></tr></thead>
        <tbody>{run.changes.map((change) => (
          <tr key={change.attemptId}>
            <th scope="row"><a href={`/staff/attempts/${change.attemptId}`}>{change.candidate.name ?? s("results.deleted")}</a></th>
            <td class="number">{score(change.scoreBefore)} → {score(change.scoreAfter)}</td>
            <td class="number">{score(change.rankBefore)} → {score(change.rankAfter)}</td>
          </tr>
        ))}</tbody>
      </table>
    </Scroll>
  );
}

export function Regrade({ exam, done }: { exam: WholeExam; done: () => void }) {
  const [run, setRun] = useState<Run>();
  const [error, setError] = useState<unknown>();
  const params = { examId: exam.id };
  async function look(page = 1) {
    setError(undefined);
    try {
      setRun(await call("post", "/api/exam/{examId}/regrade", { params, query: { page, limit: LIMIT }, body: {} }));
    } catch (problem) {
      setError(problem);
    }
  }
  async function apply({ confirm, mail }: Record<string, string>) {
    await begun(call("post", "/api/exam/{examId}/regrade", { params, body: { dry: false, run: run!.run, confirm, mail: mail === "on" } }));
    setRun(undefined);
    done();
  }
  return (
    <>
      {error !== undefined && <Failure error={error} retry={() => void look()} />}
      <p><button type="button" onClick={() => void look()}>{s(run ? "regrade.again" : "regrade.look")}</button></p>
      {run && (
        <>
          <p class="lead">{many("regrade.would", run.changedAttempts, { attempts: run.attempts })}{run.totalMarksBefore !== run.totalMarksAfter
            && ` ${s("regrade.total", { before: showNumber(run.totalMarksBefore), after: showNumber(run.totalMarksAfter) })}`}</p>
          <Outcomes run={run} />
          <Changes run={run} />
          <Pager pagination={run.pagination} go={(page) => void look(page)} />
          <Form action={s("regrade.apply")} onSend={apply}>
            {(form) => (
              <>
                <Field form={form} name="confirm" label={s("publish.confirm", { title: exam.title })} autocomplete="off" />
                <Check name="mail">{s("regrade.mail")}</Check>
              </>
            )}
          </Form>
        </>
      )}
    </>
  );
}
