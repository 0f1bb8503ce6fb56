// SPDX-License-Identifier: MIT
// What staff do to a running exam. Each says first what it will do and to whom, and asks why.

import { call } from "../shared/api";
import { Field, type FormState } from "../shared/form";
import { numberOf } from "../shared/number";
import { Failure, useResource } from "../shared/page";
import { showDeadline, t } from "../shared/texts";
import type { Candidate } from "./board";
import { Act } from "./dialog";
import type { WholeExam } from "./exam";
import { Minutes, Reason } from "./fields";
import { many, s } from "./texts";

interface OfExam { exam: WholeExam; isOffered: boolean; done: () => void }
type Order = { minutes: number; reason?: string; userIds?: string[]; confirm?: string; dryRun?: boolean };
interface Touched { candidates: number; touches: { name: string | null }[] }

/** Whom it concerns, by a dry run of the act itself. */
function Concerned({ ask }: { ask: () => Promise<Touched> }) {
  const { value, error, again } = useResource(ask);
  if (error !== undefined) return <Failure error={error} retry={again} />;
  if (value?.candidates === 0) return <p class="concerned">{s("act.concerned.none")}</p>;
  const names = value?.touches.slice(0, 5).map(({ name }) => name ?? s("results.deleted")).join(", ") ?? "";
  return <p class="concerned" aria-busy={!value}>{value ? <><strong>{many("act.concerned", value.candidates)}</strong> {names}{value.candidates > 5 && " …"}</> : t("site.loading")}</p>;
}

/** The server asks for it as well: a dialog that was never read lets nothing through. */
export const Confirmation = ({ form, exam }: { form: FormState; exam: WholeExam }) =>
  <Field form={form} name="confirm" label={s("publish.confirm", { title: exam.title })} autocomplete="off" />;

export function ExtendAll({ exam, isOffered, done }: OfExam) {
  const extend = (body: Order, once?: string) => call("post", "/api/exam/{examId}/extend", { params: { examId: exam.id }, body, once });
  return (
    <Act label={s("act.extend")} isOffered={isOffered} title={s("act.extend.title")} action={s("act.extend.action")}
      onSend={({ minutes, reason, confirm }, once) => extend({ minutes: numberOf(minutes), reason, confirm }, once).then(done)}>
      {(form) => (
        <>
          <p>{s("act.extend.all", { end: showDeadline(Date.parse(exam.endTime)) })}</p>
          <Concerned ask={() => extend({ minutes: 1, dryRun: true })} />
          <Minutes form={form} label={s("act.minutes")} />
          <Reason form={form} />
          <Confirmation form={form} exam={exam} />
        </>
      )}
    </Act>
  );
}

export function ExtendSome({ exam, candidates, isOffered, done }: OfExam & { candidates: Candidate[] }) {
  const userIds = candidates.map(({ userId }) => userId);
  const extend = (body: Order, once?: string) => call("post", "/api/exam/{examId}/extend", { params: { examId: exam.id }, body: { ...body, userIds }, once });
  return (
    <Act label={many("act.extend.chosen", candidates.length)} isOffered={isOffered} look="main" title={s("act.extend.title")} action={s("act.extend.action")}
      onSend={({ minutes, reason }, once) => extend({ minutes: numberOf(minutes), reason }, once).then(done)}>
      {(form) => (
        <>
          <p>{s("act.extend.some")}</p>
          <Concerned ask={() => extend({ minutes: 1, dryRun: true })} />
          <Minutes form={form} label={s("act.minutes")} />
          <Reason form={form} />
        </>
      )}
    </Act>
  );
}

export function CloseExam({ exam, isOffered, done }: OfExam) {
  const close = (body: Omit<Order, "minutes">) => call("post", "/api/exam/{examId}/close", { params: { examId: exam.id }, body });
  return (
    <Act label={s("act.close")} isOffered={isOffered} look="danger" title={s("act.close.title", { title: exam.title })} action={s("act.close.action")} kind="danger"
      onSend={({ confirm, reason }) => close({ confirm, reason }).then(done)}>
      {(form) => (
        <>
          <p>{s("act.close.text")}</p>
          <Concerned ask={() => close({ dryRun: true })} />
          <Reason form={form} />
          <Confirmation form={form} exam={exam} />
        </>
      )}
    </Act>
  );
}

interface OfAttempt { attemptId: string; name: string; done: () => void; look?: string }

export function Reopen({ attemptId, name, done, look }: OfAttempt) {
  return (
    <Act label={s("act.reopen")} of={name} look={look} title={s("act.reopen.title", { name })} action={s("act.reopen")}
      onSend={({ minutes, reason = "" }) => call("post", "/api/exam-attempt/{attemptId}/reopen", { params: { attemptId }, body: { minutes: numberOf(minutes), reason } }).then(done)}>
      {(form) => <><p>{s("act.reopen.text")}</p><Minutes form={form} label={s("act.reopen.minutes")} /><Reason form={form} /></>}
    </Act>
  );
}

export function Void({ attemptId, name, answered, done, look = "danger" }: OfAttempt & { answered?: number }) {
  return (
    <Act label={s("act.void")} of={name} look={look} title={s("act.void.title", { name })} action={s("act.void")} kind="danger"
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
  const props = { attemptId, name: fullName, done, look: "link" };
  return (
    <span class="row tools-of">
      {(state === "handed_in" || state === "closed") && <Reopen {...props} />}
      <Void {...props} answered={answered} />
    </span>
  );
}
