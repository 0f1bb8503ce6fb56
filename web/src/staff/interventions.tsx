// SPDX-License-Identifier: MIT
// What staff do to a running exam. Each says first what it will do and to whom, and asks why.

import { call, Problem } from "../shared/api";
import { Field } from "../shared/form";
import { randomName } from "../shared/storage";
import { showTime } from "../shared/texts";
import type { Candidate } from "./board";
import { Act } from "./dialog";
import type { WholeExam } from "./exam";
import { Minutes, Reason } from "./fields";
import { many, s } from "./texts";

type Counts = Record<Candidate["state"], number>;
interface OfExam { exam: WholeExam; counts: Counts; done: () => void }

const writing = (counts: Counts) => counts.writing + counts.quiet + counts.unknown;

async function extend(examId: string, { minutes, reason }: Record<string, string>, userIds?: string[]) {
  await call("post", "/api/exam/{examId}/extend", { params: { examId }, body: { minutes: Number(minutes), reason, ...(userIds && { userIds }) }, once: randomName() });
}

export function ExtendAll({ exam, counts, done }: OfExam) {
  return (
    <Act label={s("act.extend")} title={s("act.extend.title")} action={s("act.extend.action")} onSend={(values) => extend(exam.id, values).then(done)}>
      {(form) => (
        <>
          <p>{many("act.extend.all", writing(counts), { end: showTime(Date.parse(exam.endTime)) })}</p>
          <Minutes form={form} label={s("act.minutes")} />
          <Reason form={form} />
        </>
      )}
    </Act>
  );
}

export function ExtendSome({ exam, candidates, done }: { exam: WholeExam; candidates: Candidate[]; done: () => void }) {
  const names = candidates.slice(0, 5).map(({ fullName }) => fullName).join(", ");
  return (
    <Act label={many("act.extend.chosen", candidates.length)} look="main" title={s("act.extend.title")} action={s("act.extend.action")}
      onSend={(values) => extend(exam.id, values, candidates.map(({ userId }) => userId)).then(done)}>
      {(form) => (
        <>
          <p>{many("act.extend.some", candidates.length, { names })}</p>
          <Minutes form={form} label={s("act.minutes")} />
          <Reason form={form} />
        </>
      )}
    </Act>
  );
}

/** Ends the exam of everybody at once, so that its title has to be typed. */
export function CloseExam({ exam, counts, done }: OfExam) {
  return (
    <Act label={s("act.close")} look="danger" title={s("act.close.title", { title: exam.title })} action={s("act.close.action")} kind="danger"
      onSend={async ({ confirm }) => {
        if (confirm !== exam.title) throw new Problem(409, "not_confirmed", "");
        await call("post", "/api/exam/{examId}/close", { params: { examId: exam.id } });
        done();
      }}>
      {(form) => (
        <>
          <p>{many("act.close.text", writing(counts))}</p>
          <Field form={form} name="confirm" label={s("publish.confirm", { title: exam.title })} autocomplete="off" />
        </>
      )}
    </Act>
  );
}

export function Reopen({ attemptId, name, done }: { attemptId: string; name: string; done: () => void }) {
  return (
    <Act label={s("act.reopen")} of={name} title={s("act.reopen.title", { name })} action={s("act.reopen")}
      onSend={({ minutes, reason = "" }) => call("post", "/api/exam-attempt/{attemptId}/reopen", { params: { attemptId }, body: { minutes: Number(minutes), reason } }).then(done)}>
      {(form) => <><p>{s("act.reopen.text")}</p><Minutes form={form} label={s("act.reopen.minutes")} /><Reason form={form} /></>}
    </Act>
  );
}

export function Void({ attemptId, name, answered, done }: { attemptId: string; name: string; answered?: number; done: () => void }) {
  return (
    <Act label={s("act.void")} of={name} look="danger" title={s("act.void.title", { name })} action={s("act.void")} kind="danger"
      onSend={({ reason = "" }) => call("post", "/api/exam-attempt/{attemptId}/void", { params: { attemptId }, body: { reason } }).then(done)}>
      {(form) => (
        <>
          <p>{answered !== undefined && `${many("act.void.answers", answered)} `}{s("act.void.text")}</p>
          <Reason form={form} />
        </>
      )}
    </Act>
  );
}

export function OfOne({ candidate: { attemptId, fullName, state, answered }, done }: { candidate: Candidate; done: () => void }) {
  if (!attemptId || state === "not_started") return null;
  const props = { attemptId, name: fullName, done };
  return (
    <span class="row tools-of">
      {(state === "handed_in" || state === "closed") && <Reopen {...props} />}
      <Void {...props} answered={answered} />
    </span>
  );
}
