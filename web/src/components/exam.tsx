// SPDX-License-Identifier: MIT
// What is on the page of a running exam, with a sitting that is only pretended.

import { useState } from "preact/hooks";
import { Clock } from "../sit/clock_view";
import { Notices } from "../sit/notices";
import { Palette } from "../sit/palette";
import { Asked, Conflict, type AskedQuestion } from "../sit/question";
import type { Answer, Outbox, SaveState } from "../sit/outbox";
import type { Question, Sitting } from "../sit/sitting";

const KINDS = ["SINGLE_CORRECT", "MULTIPLE_CORRECT", "NUMERICAL"] as const;
const NOTHING: Answer = { selectedOptionIds: [], numericalAnswer: null, flagged: false };
const STATES: SaveState[] = ["none", "saved", "waiting", "conflict", "refused"];
const NOW = Date.parse("2026-05-04T05:12:07Z");

const pretended = (part: object) => ({ typed: new Map(), see: () => undefined, ...part }) as unknown as Sitting;

function asked(questionType: (typeof KINDS)[number], id: string): AskedQuestion {
  const texts = questionType === "NUMERICAL" ? [] : ["$x^2$", "A longer option, which takes more than one line on a narrow window and stays beside its mark all the same", "Neither"];
  return { id, statement: "What is $\\sqrt{x^4}$?", format: "markdown", questionType, options: texts.map((text, n) => ({ id: `${id}-${n}`, text })) };
}

/** One that can be answered, and the same after the end. */
function Both({ kind }: { kind: (typeof KINDS)[number] }) {
  const [answer, set] = useState<Answer>({ ...NOTHING, selectedOptionIds: [`${kind}-open-0`] });
  const chosen: Answer = { ...NOTHING, selectedOptionIds: [`${kind}-closed-0`], numericalAnswer: 1.41 };
  return (
    <div class="pair">
      <div class="question"><Asked question={asked(kind, `${kind}-open`)} answer={answer} isOpen change={(part) => set({ ...answer, ...part })} /></div>
      <div class="question"><Asked question={asked(kind, `${kind}-closed`)} answer={chosen} isOpen={false} change={() => undefined} /></div>
    </div>
  );
}

function Clocks() {
  return (
    <div class="card">
      <Clock sitting={pretended({ left: 40 * 60_000, extraMinutes: 0 })} />
      <Clock sitting={pretended({ left: 25 * 60_000, extraMinutes: 30 })} />
      <Clock sitting={pretended({ left: 3 * 60_000, extraMinutes: 0 })} />
      <p class="saving">Nothing to save yet</p><p class="saving busy">Saving</p><p class="saving good">Saved 10:42:07</p><p class="saving bad">2 answers not saved yet</p>
    </div>
  );
}

function AtAGlance() {
  const questions = STATES.flatMap((state) => [true, false].map((isMarked) => ({ id: `${state} ${isMarked}`, state, isMarked })));
  const of = (id: string) => questions.find((question) => question.id === id)!;
  const outbox = { answer: (id: string) => ({ ...NOTHING, flagged: of(id).isMarked }), state: (id: string) => of(id).state } as Outbox;
  const [current, go] = useState(1);
  const sitting = pretended({ questions, outbox, deadline: NOW, deadlineReason: "extension", paper: { title: "Networks", instructions: "No calculators." },
    isAnswered: (id: string) => of(id).state === "saved" });
  return <Palette sitting={sitting} current={current} go={go} speak={() => undefined} isOpen />;
}

function Elsewhere() {
  const question = asked("SINGLE_CORRECT", "elsewhere") as Question;
  const of = (n: number): Answer => ({ ...NOTHING, selectedOptionIds: [`elsewhere-${n}`] });
  const outbox = { conflict: () => ({ ...of(2), savedAt: new Date(NOW).toISOString(), revision: 2 }), answer: () => of(0), resolve: () => undefined };
  return <Conflict sitting={pretended({ outbox })} question={question} />;
}

const OPTIONS = [["correct", "Chosen, and right", "your answer", "right answer"], ["mistaken", "Chosen, and wrong", "your answer"], ["", "Neither"]] as const;

function Judged() {
  return (
    <div class="card">
      <ul class="options">
        {OPTIONS.map(([kind, text, yours, right]) => (
          <li key={text} class={kind}><span class="grow">{text}</span>{yours && <span class="tag">{yours}</span>}{right && <span class="tag good">{right}</span>}</li>
        ))}
      </ul>
    </div>
  );
}

export function Exam() {
  return (
    <>
      {KINDS.map((kind) => <Both key={kind} kind={kind} />)}
      <div class="pair">
        <div><Clocks /><Notices sitting={pretended({ notices: [{ number: 1, text: "Read question 2 again.", sentAt: new Date(NOW).toISOString() }] })} /><Elsewhere /></div>
        <div><AtAGlance /><Judged /></div>
      </div>
    </>
  );
}
