// SPDX-License-Identifier: MIT

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Act } from "../shared/dialog";
import { Failure, Loading, Notice, Title, useResource } from "../shared/page";
import { asPerson, forget, type Person } from "../shared/session";
import { showMoment, t } from "../shared/texts";

function Details({ who }: { who: Person }) {
  const [isSaved, setSaved] = useState(false);
  return (
    <section class="card" aria-labelledby="details">
      <h2 id="details">{t("profile.details")}</h2>
      <Form action={t("profile.save")} onSend={async ({ fullName = "", enrollmentNumber = "", showOnLeaderboard }) => {
        setSaved(false);
        const number = enrollmentNumber.trim() || null;
        const isNew = number !== (who.profile?.enrollmentNumber ?? null);
        await call("put", "/api/profile/me", {
          body: { fullName, showOnLeaderboard: showOnLeaderboard === "on", ...(isNew && { enrollmentNumber: number }) },
        });
        setSaved(true);
      }}>
        {(form) => (
          <>
            <Field form={form} name="fullName" label={t("field.name")} autocomplete="name" value={who.fullName} />
            <Field form={form} name="enrollmentNumber" label={t("profile.number")} required={false}
              value={who.profile?.enrollmentNumber ?? ""} />
            <label class="check"><input type="checkbox" name="showOnLeaderboard" defaultChecked={who.showOnLeaderboard} /> {t("profile.board")}</label>
          </>
        )}
      </Form>
      {isSaved && <Notice kind="good"><p>{t("profile.saved")}</p></Notice>}
    </section>
  );
}

function Password() {
  const [round, setRound] = useState(0);
  return (
    <section class="card" aria-labelledby="password">
      <h2 id="password">{t("profile.password")}</h2>
      <Form key={round} action={t("profile.password.action")} onSend={async ({ currentPassword = "", newPassword = "" }) => {
        await call("post", "/api/auth/change-password", { body: { currentPassword, newPassword } });
        setRound(round + 1);
      }}>
        {(form) => (
          <>
            <Field form={form} name="currentPassword" label={t("field.currentPassword")} type="password" autocomplete="current-password" />
            <Field form={form} name="newPassword" label={t("field.newPassword")} type="password" autocomplete="new-password"
              hint={t("field.password.hint")} />
          </>
        )}
      </Form>
      {round > 0 && <Notice kind="good"><p>{t("profile.password.done")}</p></Notice>}
    </section>
  );
}

function Address() {
  const [sentTo, setSentTo] = useState("");
  return (
    <section class="card" aria-labelledby="address">
      <h2 id="address">{t("profile.email")}</h2>
      {sentTo !== "" && <Notice kind="good"><p>{t("profile.email.sent", { email: sentTo })}</p></Notice>}
      {sentTo === "" && (
        <Form action={t("profile.email.action")} onSend={async ({ newEmail = "", currentPassword = "" }) => {
          await call("post", "/api/profile/me/email", { body: { newEmail, currentPassword } });
          setSentTo(newEmail);
        }}>
          {(form) => (
            <>
              <Field form={form} name="newEmail" label={t("profile.email.new")} type="email" autocomplete="email" />
              <Field form={form} name="currentPassword" label={t("field.currentPassword")} type="password" autocomplete="current-password" />
            </>
          )}
        </Form>
      )}
    </section>
  );
}

function Deletion({ email, onDone }: { email: string; onDone: () => void }) {
  return (
    <section class="card" aria-labelledby="deletion">
      <h2 id="deletion">{t("profile.delete")}</h2>
      <p>{t("profile.delete.lead")} {t("profile.delete.first")}</p>
      <Act label={t("profile.delete.action")} look="danger" kind="danger" title={t("profile.delete.confirm", { email })} action={t("profile.delete.action")} onSend={({ currentPassword = "" }) => call("delete", "/api/profile/me", { body: { currentPassword } }).then(onDone)}>
        {(form) => (
          <>
            <p>{t("profile.delete.lead")}</p>
            <Field form={form} name="currentPassword" label={t("field.currentPassword")} type="password" autocomplete="current-password" />
          </>
        )}
      </Act>
    </section>
  );
}

function Sessions() {
  const { value, error, again } = useResource(() => call("get", "/api/profile/me/sessions"));
  const end = (id: string) => call("delete", "/api/profile/me/sessions/{id}", { params: { id } }).then(again, again);
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{t("profile.sessions")}</h2>
      {error !== undefined && <Failure error={error} retry={again} />}
      <ul class="rows">
        {value?.data.map((session) => (
          <li key={session.id}>
            <div>
              <p class="device">{session.device}</p>
              <p class="soft">{session.isCurrent ? t("profile.sessions.this") : t("profile.sessions.used", { time: showMoment(session.lastUsedAt) })}</p>
            </div>
            {!session.isCurrent && <button type="button" onClick={() => end(session.id)}>{t("profile.sessions.end")}</button>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Profile() {
  const [isDeleted, setDeleted] = useState(false);
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/profile/me")));
  if (isDeleted) return <><Title>{t("profile.deleted.title")}</Title><p class="lead">{t("profile.deleted")}</p><p><a href="/">{t("site.toStart")}</a></p></>;
  return (
    <>
      <Title>{t("profile.title")}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value && (
        <>
          <p class="lead">{value.data.email}</p>
          <div class="pair"><Details who={value.data} /><Password /><Address /><Sessions /></div>
          <section class="card" aria-labelledby="data">
            <h2 id="data">{t("profile.data")}</h2>
            <p>{t("profile.data.text")}</p>
            <p><a class="button" href="/api/profile/me/export" download="my-data.json">{t("profile.data.action")}</a></p>
          </section>
          <Deletion email={value.data.email} onDone={() => { forget(); setDeleted(true); }} />
        </>
      )}
    </>
  );
}
