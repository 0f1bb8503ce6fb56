// SPDX-License-Identifier: MIT
// Who may sit an exam and from where, who has more time or a window of their own, and who watches it.

import { useRef, useState } from "preact/hooks";
import { call, Problem, type Answer } from "../shared/api";
import { Field, Form } from "../shared/form";
import { numberOf } from "../shared/number";
import { Failure, Loading, Notice, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { showMoment, t } from "../shared/texts";
import { Act, Dialog } from "./dialog";
import type { PartProps } from "./exam";
import { Area, Check, fromLocal, Moment, Reason } from "./fields";
import { FindUser } from "./find_user";
import { Sheet, type Checked } from "./sheet";
import { many, s } from "./texts";
import type { User } from "./users";

type Access = Answer<"/api/exam/{examId}/access", "get">["access"];
type Accommodation = Answer<"/api/admin/accommodations", "get">["accommodations"][number];
const lines = (text = "") => text.split("\n").map((line) => line.trim()).filter(Boolean);

function AccessForm({ examId }: { examId: string }) {
  const { value, error, again } = useResource(() => asPerson(async () => {
    const [{ access }, { cohorts }] = await Promise.all([call("get", "/api/exam/{examId}/access", { params: { examId } }), call("get", "/api/admin/cohorts")]);
    return { access, cohorts };
  }));
  const [isSaved, setSaved] = useState(false);
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  const { access, cohorts } = value;
  async function save(values: Record<string, string>) {
    const body: Access = {
      ...access, cohortIds: cohorts.filter(({ id }) => values[id] === "on").map(({ id }) => id),
      accessCodes: lines(values.accessCodes), addresses: lines(values.addresses),
    };
    await call("put", "/api/exam/{examId}/access", { params: { examId }, body });
    setSaved(true);
  }
  return (
    <>
      <div onInput={() => setSaved(false)}><Form action={s("save")} onSend={save}>
        {(form) => (
          <>
            <fieldset class="choices">
              <legend>{s("access.cohorts")}</legend>
              {cohorts.length === 0 && <p class="soft">{s("access.cohorts.none")}</p>}
              {cohorts.map(({ id, name, members }) => <Check key={id} name={id} value={access.cohortIds.includes(id)}>{name} <span class="soft">{many("cohorts.members", members)}</span></Check>)}
            </fieldset>
            <Area form={form} name="accessCodes" label={s("access.codes")} hint={s("access.codes.hint")} value={access.accessCodes.join("\n")} required={false} rows={2} />
            <Area form={form} name="addresses" label={s("access.addresses")} hint={s("access.addresses.hint")} value={access.addresses.join("\n")} required={false} rows={2} />
          </>
        )}
      </Form></div>
      {isSaved && <Notice kind="good"><p>{t("profile.saved")}</p></Notice>}
    </>
  );
}

const PAGE = 100; // of accommodations, by the server

/** The first `pages` of them: they are in the order of their ids. */
async function readAccommodations(examId: string, pages: number) {
  const all: Accommodation[] = [];
  while (all.length < pages * PAGE) {
    const { accommodations } = await call("get", "/api/admin/accommodations", { query: { examId, after: all.at(-1)?.id } });
    all.push(...accommodations);
    if (accommodations.length < PAGE) return { all, hasMore: false };
  }
  return { all, hasMore: true };
}

function granted({ minutes, multiplier, startTime, endTime }: Accommodation): string {
  return [minutes ? s("people.minutes", { n: minutes }) : "", multiplier && multiplier !== 1 ? s("people.times", { n: multiplier }) : "",
    startTime || endTime ? t("lobby.window", { start: startTime ? showMoment(startTime) : "…", end: endTime ? showMoment(endTime) : "…" }) : ""].filter(Boolean).join(" · ");
}

async function grant(examId: string, userId: string, values: Record<string, string>) {
  const { minutes, multiplier, startTime = "", endTime = "", reason = "" } = values;
  await call("put", "/api/admin/accommodations", {
    body: {
      userId, examId, reason, minutes: minutes ? numberOf(minutes) : null, multiplier: multiplier ? numberOf(multiplier) : null,
      startTime: fromLocal(startTime) || null, endTime: fromLocal(endTime) || null,
    },
  });
}

function Grant({ examId, user, done, onClose }: { examId: string; user: User; done: () => void; onClose: () => void }) {
  return (
    <Dialog title={s("people.grant", { name: user.fullName })} action={s("people.grant.action")} onClose={onClose}
      onSend={(values) => grant(examId, user.id, values).then(done)}>
      {(form) => (
        <>
          <div class="halves">
            <Field form={form} name="minutes" label={s("people.extra")} inputMode="numeric" required={false} autocomplete="off" />
            <Field form={form} name="multiplier" label={s("people.factor")} hint={s("people.factor.hint")} inputMode="decimal" required={false} autocomplete="off" />
            <Moment form={form} name="startTime" label={s("people.from")} required={false} />
            <Moment form={form} name="endTime" label={s("people.until")} required={false} />
          </div>
          <Reason form={form} />
        </>
      )}
    </Dialog>
  );
}

async function importSheet(examId: string, csv: string, dryRun: boolean): Promise<Checked> {
  try {
    const { stored, rowErrors, warnings } = await call("post", "/api/admin/accommodations/import", { body: { csv, examId, dryRun } });
    return { rowErrors, warnings, count: stored };
  } catch (error) {
    if (error instanceof Problem && error.rowErrors.length > 0) return { rowErrors: error.rowErrors, warnings: [], count: 0 };
    throw error;
  }
}

function Accommodations({ examId }: { examId: string }) {
  const [pages, setPages] = useState(1);
  const { value, error, again } = useResource(() => readAccommodations(examId, pages), `${examId}:${pages}`);
  const [user, setUser] = useState<User>();
  return (
    <>
      {error !== undefined && <Failure error={error} retry={again} />}
      {value?.all.length === 0 && <p class="soft">{s("people.none")}</p>}
      <ul class="rows">{value?.all.map((one) => ({ ...one, name: one.fullName ?? s("results.deleted") })).map((one) => (
        <li key={one.id}>
          <div class="grow"><p><strong>{one.name}</strong> {granted(one)}</p><p class="soft">{one.reason}</p></div>
          <Act label={s("people.take")} of={one.name} title={s("people.take.title", { name: one.name })} action={s("people.take")} kind="danger"
            onSend={() => call("delete", "/api/admin/accommodations/{id}", { params: { id: one.id } }).then(again)}>
            {() => <p>{s("people.take.text")}</p>}
          </Act>
        </li>
      ))}</ul>
      {value?.hasMore && <p><button type="button" onClick={() => setPages(pages + 1)}>{s("people.more")}</button></p>}
      <FindUser label={s("people.find")} action={s("people.choose")} onChoose={setUser} />
      {user && <Grant examId={examId} user={user} done={again} onClose={() => setUser(undefined)} />}
      <details><summary>{s("people.sheet")}</summary>
        <Sheet columns="email, enrollmentNumber, minutes, multiplier, startTime, endTime, reason" example={"email,minutes,reason\nasha@example.org,20,certificate"}
          send={(csv, dryRun) => importSheet(examId, csv, dryRun)} done={again} />
      </details>
    </>
  );
}

function Invigilators({ examId }: { examId: string }) {
  const params = { examId };
  const { value, error, again } = useResource(() => call("get", "/api/exam/{examId}/staff", { params }));
  const [problem, setProblem] = useState<unknown>();
  const order = useRef(Promise.resolve());
  // One after the other, each to the list as it is then: who was taken off a moment ago, or by a colleague, does not come back.
  const change = (to: (ids: string[]) => string[]) => {
    order.current = order.current.then(async () => {
      const { staff } = await call("get", "/api/exam/{examId}/staff", { params });
      await call("put", "/api/exam/{examId}/staff", { params, body: { userIds: to(staff.map(({ userId }) => userId)) } });
    }).then(() => { setProblem(undefined); again(); }, setProblem);
  };
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  return (
    <>
      {problem !== undefined && <Failure error={problem} retry={again} />}
      {value.staff.length === 0 && <p class="soft">{s("people.staff.none")}</p>}
      <ul class="rows">{value.staff.map(({ userId, fullName, email }) => (
        <li key={userId}>
          <div class="grow"><p>{fullName}</p><p class="soft">{email}</p></div>
          <button type="button" aria-label={`${s("people.staff.remove")}: ${fullName}`} onClick={() => change((ids) => ids.filter((id) => id !== userId))}>{s("people.staff.remove")}</button>
        </li>
      ))}</ul>
      <FindUser label={s("people.staff.find")} action={s("people.staff.add")} onChoose={(user) => change((ids) => [...new Set([...ids, user.id])])} />
    </>
  );
}

export function People({ exam }: PartProps) {
  return (
    <div class="builder">
      <section class="card" aria-labelledby="access"><h2 id="access">{s("access.title")}</h2><AccessForm examId={exam.id} /></section>
      <div>
        <section class="card" aria-labelledby="accommodations"><h2 id="accommodations">{s("people.title")}</h2><Accommodations examId={exam.id} /></section>
        <section class="card" aria-labelledby="invigilators"><h2 id="invigilators">{s("people.staff")}</h2><Invigilators examId={exam.id} /></section>
      </div>
    </div>
  );
}
