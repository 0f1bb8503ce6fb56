// SPDX-License-Identifier: MIT
// One exam: what all its parts share - title, phase, the tabs - and which of them is shown.

import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { call, Problem, type Answer } from "../shared/api";
import { Failure, Loading, Title, useResource } from "../shared/page";
import type { Place } from "../shared/router";
import { asPerson, may, signedIn, type Capability, type Person } from "../shared/session";
import { Board } from "./board";
import { ExamForm } from "./exam_form";
import { PhaseTag, usePhase, type ListedExam, type Phase } from "./exams";
import { Grading } from "./grading";
import { Paper } from "./paper";
import { People } from "./people";
import { Publish } from "./publish";
import { Results } from "./results";
import { s } from "./texts";
import { Trial } from "./trial";

export type WholeExam = Answer<"/api/exam/{examId}", "get">["exam"];
export interface PartProps { exam: WholeExam; phase: Phase; who: Person; again: () => void }

/** Of somebody who only invigilates: what the list of assigned exams says, without a paper. */
const withoutPaper = (exam: ListedExam) => ({ ...exam, questions: [], totalMarks: 0 }) as unknown as WholeExam;

async function readExam(examId: string) {
  const who = await signedIn();
  if (may(who, "drafts")) return { who, exam: (await call("get", "/api/exam/{examId}", { params: { examId } })).exam };
  const { exams } = await call("get", "/api/exam/assigned");
  const exam = exams.find(({ id }) => id === examId);
  if (!exam) throw new Problem(404, "not_found", s("exam.gone"));
  return { who, exam: withoutPaper(exam) };
}

type Part = "" | "settings" | "try" | "people" | "publish" | "board" | "results" | "grading";

/** In the order of an exam's life: who sees it, when it is there. */
const PARTS: [Part, Capability, Phase[], ComponentType<PartProps>][] = [
  ["", "drafts", ["draft", "coming", "running", "over"], Paper],
  ["settings", "drafts", ["draft", "coming", "running", "over"], ExamForm],
  ["try", "drafts", ["draft", "coming"], Trial],
  ["people", "publish", ["draft", "coming", "running", "over"], People],
  ["publish", "drafts", ["draft"], Publish],
  ["board", "invigilate", ["coming", "running", "over"], Board],
  ["results", "results", ["running", "over"], Results],
  ["grading", "publish", ["running", "over"], Grading],
];

function New() {
  const { value: who, error, again } = useResource(() => asPerson(signedIn));
  return (
    <>
      <p class="crumb"><a href="/staff">{s("exams.title")}</a></p>
      <Title>{s("exam.new")}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {who && <ExamForm who={who} />}
    </>
  );
}

export function Exam({ id, part }: Place) {
  return id === "new" ? <New /> : <Known id={id} part={part} />;
}

function Known({ id, part }: Place) {
  const { value, error, again } = useResource(() => asPerson(() => readExam(id)));
  if (!value) return error === undefined ? <Loading /> : <><Title>{s("exams.title")}</Title><Failure error={error} retry={again} /></>;
  return <Parts {...value} part={part} again={again} />;
}

function Parts({ exam, who, part, again }: Omit<PartProps, "phase"> & { part: string }) {
  const phase = usePhase(exam);
  const known = useRef(phase);
  useEffect(() => { // it may have been moved meanwhile
    if (known.current !== phase) again();
    known.current = phase;
  }, [phase]);
  const offered = PARTS.filter(([, capability, phases]) => may(who, capability) && phases.includes(phase));
  const [name, , , Shown] = offered.find(([name]) => name === part) ?? offered[0] ?? [];
  return (
    <>
      <p class="crumb"><a href="/staff">{s("exams.title")}</a></p>
      <div class="row"><Title>{exam.title}</Title><PhaseTag phase={phase} /></div>
      <nav class="tabs" aria-label={s("exam.parts")}>
        {offered.map(([part]) => (
          <a key={part} href={`/staff/exams/${exam.id}${part && `/${part}`}`} aria-current={part === name ? "page" : undefined}>{s(`exam.part.${part || "paper"}`)}</a>
        ))}
      </nav>
      {Shown && <Shown exam={exam} phase={phase} who={who} again={again} />}
    </>
  );
}
