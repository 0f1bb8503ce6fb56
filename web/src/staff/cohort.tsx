// SPDX-License-Identifier: MIT
// One roster: who is on it, whom it invites, and the spreadsheet that it comes from.

import { useState } from "preact/hooks";
import { call, Problem, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Notice, Scroll, Title, useResource } from "../shared/page";
import { goTo, type Place } from "../shared/router";
import { asPerson } from "../shared/session";
import { showMoment, t } from "../shared/texts";
import { Act } from "../shared/dialog";
import { Sheet, type Checked } from "./sheet";
import { many, s } from "./texts";

type Member = Answer<"/api/admin/cohorts/{id}/members", "get">["members"][number];
const STEP = 100; // members in one answer

async function readCohort(id: string) {
  const [{ cohorts }, { members }] = await Promise.all([call("get", "/api/admin/cohorts"), call("get", "/api/admin/cohorts/{id}/members", { params: { id } })]);
  const cohort = cohorts.find((one) => one.id === id);
  if (!cohort) throw new Problem(404, "not_found", s("cohort.gone"));
  return { cohort, members };
}

/** A refused sheet is an answer as well: what is wrong with which cell. */
async function importRoster(id: string, csv: string, dryRun: boolean): Promise<Checked> {
  try {
    const { added, rowErrors, warnings } = await call("post", "/api/admin/cohorts/{id}/import", { params: { id }, body: { csv, dryRun } });
    return { rowErrors, warnings, count: added };
  } catch (error) {
    if (error instanceof Problem && error.rowErrors.length > 0) return { rowErrors: error.rowErrors, warnings: [], count: 0 };
    throw error;
  }
}

function Members({ id, members, again }: { id: string; members: Member[]; again: () => void }) {
  const [more, setMore] = useState<Member[]>([]);
  const all = [...members, ...more];
  const isWhole = all.length % STEP !== 0 || all.length === 0;
  const load = async () => {
    const answer = await call("get", "/api/admin/cohorts/{id}/members", { params: { id }, query: { after: all.at(-1)!.enrollmentNumber } });
    setMore([...more, ...answer.members]);
  };
  if (all.length === 0) return <Empty>{s("cohort.none")}</Empty>;
  return (
    <>
      <Scroll label={s("cohort.members")}>
        <table class="board">
          <thead><tr><th scope="col">{t("profile.number")}</th><th scope="col">{t("field.name")}</th><th scope="col">{t("field.email")}</th><th scope="col">{s("cohort.account")}</th><td /></tr></thead>
          <tbody>{all.map(({ enrollmentNumber, fullName, email, userId, invitedUntil }) => (
            <tr key={enrollmentNumber}>
              <td>{enrollmentNumber}</td><th scope="row">{fullName}</th><td>{email}</td>
              <td>{userId ? <span class="tag good">{s("cohort.has")}</span> : <span class="tag">{invitedUntil ? s("cohort.invited", { time: showMoment(invitedUntil) }) : s("cohort.notYet")}</span>}</td>
              <td class="number">
                <Act label={s("cohort.remove")} of={fullName} title={s("cohort.remove.title", { name: fullName })} action={s("cohort.remove")} kind="danger"
                  onSend={() => call("post", "/api/admin/cohorts/{id}/members/remove", { params: { id }, body: { enrollmentNumbers: [enrollmentNumber] } }).then(() => { setMore([]); again(); })}>
                  {() => <p>{s("cohort.remove.text")}</p>}
                </Act>
              </td>
            </tr>
          ))}</tbody>
        </table>
      </Scroll>
      {!isWhole && <p><button type="button" onClick={() => void load()}>{s("cohort.more")}</button></p>}
    </>
  );
}

export function Cohort({ id }: Place) {
  const { value, error, again } = useResource(() => asPerson(() => readCohort(id)));
  const [invited, setInvited] = useState<number>();
  if (!value) return error === undefined ? <Loading /> : <><Title>{s("cohorts.title")}</Title><Failure error={error} retry={again} /></>;
  const { cohort, members } = value;
  const params = { id };
  return (
    <>
      <p class="crumb"><a href="/staff/cohorts">{s("cohorts.title")}</a></p>
      <div class="row head">
        <Title>{cohort.name}</Title>
        <span class="row">
          <Act label={s("cohort.invite")} title={s("cohort.invite.title")} action={s("cohort.invite")}
            onSend={() => call("post", "/api/admin/cohorts/{id}/invite", { params }).catch((problem) => {
              if (problem.status !== 202) throw problem;
            }).then(() => { setInvited(members.filter(({ userId }) => !userId).length); again(); })}>
            {() => <p>{s("cohort.invite.text")}</p>}
          </Act>
          <Act label={s("cohort.delete")} look="danger" title={s("cohort.delete.title", { name: cohort.name })} action={s("cohort.delete")} kind="danger"
            onSend={() => call("delete", "/api/admin/cohorts/{id}", { params }).then(() => goTo("/staff/cohorts"))}>
            {() => <p>{s("cohort.delete.text")}</p>}
          </Act>
        </span>
      </div>
      {invited !== undefined && <Notice kind="good"><p>{s("cohort.invite.done")}</p></Notice>}
      <section class="card" aria-labelledby="members">
        <h2 id="members">{many("cohorts.members", cohort.members)}</h2>
        <Members key={members.length} id={id} members={members} again={again} />
      </section>
      <section class="card" aria-labelledby="import">
        <h2 id="import">{s("cohort.import")}</h2>
        <Sheet columns="enrollmentNumber, email, fullName" example={"enrollmentNumber,email,fullName\nCS-101,asha@example.org,Asha Rao"}
          send={(csv, dryRun) => importRoster(id, csv, dryRun)} done={again} />
      </section>
    </>
  );
}
