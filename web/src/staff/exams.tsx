// SPDX-License-Identifier: MIT
// All exams, or of somebody who only invigilates those that they are assigned to.

import { useState } from "preact/hooks";
import { call, serverNow, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Title, useBeat, usePolling, useResource } from "../shared/page";
import { asPerson, may, person } from "../shared/session";
import { counted, showMoment } from "../shared/texts";
import { Pager } from "./pager";
import { many, s } from "./texts";

export type ListedExam = Answer<"/api/exam/assigned", "get">["exams"][number];
export type Phase = "draft" | "running" | "coming" | "over";
const ORDER: Phase[] = ["running", "draft", "coming", "over"];

function phaseOf({ status, startTime, endTime }: ListedExam): Phase {
  if (status === "DRAFT") return "draft";
  const now = serverNow();
  if (status === "CLOSED" || Date.parse(endTime) <= now) return "over";
  return Date.parse(startTime) <= now ? "running" : "coming";
}

/** By the clock of the server, and on while the page is open. */
export function usePhase(exam: ListedExam): Phase {
  const [, look] = useState<Phase>();
  useBeat(1000, () => look(phaseOf(exam)));
  return phaseOf(exam);
}

const LOOKS: Record<Phase, string> = { running: "busy", draft: "warn", coming: "", over: "" };
export const PhaseTag = ({ phase }: { phase: Phase }) => <span class={`tag ${LOOKS[phase]}`}>{s(`phase.${phase}`)}</span>;

/** Where one goes first in an exam of this phase. */
const DOORS: Record<Phase, [part: string, text: "exams.watch" | "exams.edit" | "exams.look" | "exams.results"]> = {
  running: ["/board", "exams.watch"], draft: ["", "exams.edit"], coming: ["", "exams.look"], over: ["/results", "exams.results"],
};

async function readExams(page: number) {
  const isAuthor = may(await person(), "drafts");
  return isAuthor
    ? { isAuthor, ...await call("get", "/api/exam/outlines", { query: { page, limit: 100 } }) }
    : { isAuthor, ...await call("get", "/api/exam/assigned"), pagination: undefined };
}

function Card({ exam, isAuthor }: { exam: ListedExam; isAuthor: boolean }) {
  const phase = phaseOf(exam);
  const [part, text] = isAuthor ? DOORS[phase] : DOORS.running;
  return (
    <li class={phase === "running" ? "card live" : "card"}>
      <div>
        <h3>{exam.title}</h3>
        <p class="soft">{s("exams.window", { start: showMoment(exam.startTime), end: showMoment(exam.endTime) })} · {counted("exams.minutes", exam.durationMinutes)}</p>
        <p><PhaseTag phase={phase} /></p>
      </div>
      <a class={phase === "running" ? "button main" : "button"} href={`/staff/exams/${exam.id}${part}`} aria-label={`${s(text)}: ${exam.title}`}>{s(text)}</a>
    </li>
  );
}

export function Exams() {
  const [page, go] = useState(1);
  const { value, error, again } = useResource(() => asPerson(() => readExams(page)), String(page));
  usePolling(30_000, again);
  return (
    <>
      <div class="row head">
        <Title>{s("exams.title")}</Title>
        {value?.isAuthor && <a class="button main" href="/staff/exams/new">{s("exams.new")}</a>}
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value?.exams.length === 0 && <Empty>{s(value.isAuthor ? "exams.none" : "exams.none.assigned")}</Empty>}
      {value && ORDER.map((phase) => {
        const exams = value.exams.filter((exam) => phaseOf(exam) === phase);
        return exams.length > 0 && (
          <section key={phase} aria-labelledby={phase}>
            <h2 id={phase}>{many(`exams.${phase}`, exams.length)}</h2>
            <ul class="cards">{exams.map((exam) => <Card key={exam.id} exam={exam} isAuthor={value.isAuthor} />)}</ul>
          </section>
        );
      })}
      {value?.pagination && value.pagination.totalPages > 1 && <Pager pagination={value.pagination} go={go} />}
    </>
  );
}
