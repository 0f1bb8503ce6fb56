// SPDX-License-Identifier: MIT
// The accounts: who is staff of which kind, who is locked out, who has extra time everywhere.

import { useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Field, type FormState } from "../shared/form";
import { numberOf } from "../shared/number";
import { Empty, Failure, Loading, Scroll, Title, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { t } from "../shared/texts";
import { Act } from "./dialog";
import { Check } from "./fields";
import { Pager } from "./pager";
import { s } from "./texts";

export type User = Answer<"/api/admin/users", "get">["data"][number];
const ROLES = ["AUTHOR", "INVIGILATOR", "OPERATOR", "ADMIN"] as const;
const LIMIT = 50;

/** Of a form that was opened a while ago only what was changed in it is sent: a colleague may have changed the rest. */
function changesOf(user: User, values: Record<string, string>) {
  const roles = ROLES.filter((role) => values[role] === "on");
  const disabled = values.disabled === "on", extraMinutes = numberOf(values.extraMinutes);
  return {
    ...(roles.join() !== ROLES.filter((role) => user.roles.includes(role)).join() && { roles }),
    ...(disabled !== user.disabled && { disabled }),
    ...(extraMinutes !== user.extraMinutes && { extraMinutes }),
    ...(values.currentPassword !== undefined && { currentPassword: values.currentPassword }),
  };
}

function AccountFields({ form, user }: { form: FormState; user: User }) {
  const [makesAdmin, setMakesAdmin] = useState(false);
  return (
    <>
      <fieldset class="choices" onChange={(event) => {
        const { name, checked } = event.target as HTMLInputElement;
        if (name === "ADMIN") setMakesAdmin(checked && !user.roles.includes(name));
      }}>
        <legend>{s("users.roles")}</legend>
        {ROLES.map((role) => (
          <Check key={role} name={role} value={user.roles.includes(role)}><span><strong>{s(`role.${role}`)}</strong> <span class="soft">{s(`role.${role}.does`)}</span></span></Check>
        ))}
      </fieldset>
      {makesAdmin && <Field form={form} name="currentPassword" label={t("field.currentPassword")} hint={s("users.makesAdmin")} type="password" autocomplete="current-password" />}
      <Field form={form} name="extraMinutes" label={s("users.extra")} hint={s("users.extra.hint")} value={String(user.extraMinutes)} inputMode="numeric" autocomplete="off" />
      <Check name="disabled" value={user.disabled}>{s("users.disabled")}</Check>
    </>
  );
}

function Change({ user, done }: { user: User; done: () => void }) {
  return (
    <Act label={s("users.change")} of={user.fullName} title={user.fullName} action={s("save")}
      onSend={async (values) => {
        const body = changesOf(user, values);
        if (Object.keys(body).length > 0) await call("put", "/api/admin/users/{id}", { params: { id: user.id }, body }).then(done);
      }}>
      {(form) => <AccountFields form={form} user={user} />}
    </Act>
  );
}

export function Users() {
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/admin/users", { query: { search, page, limit: LIMIT } })), `${search} ${page}`);
  return (
    <>
      <Title>{s("users.title")}</Title>
      <div class="row bar">
        <label class="field find">{s("users.find")}
          <input type="search" value={search} onChange={(event) => { setSearch(event.currentTarget.value.trim()); setPage(1); }} />
        </label>
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value?.data.length === 0 && <Empty>{s("users.none")}</Empty>}
      {value && value.data.length > 0 && (
        <>
          <Scroll label={s("users.title")} class="card flat">
            <table class="board">
              <thead><tr>
                <th scope="col">{t("field.name")}</th><th scope="col">{t("field.email")}</th><th scope="col">{t("profile.number")}</th><th scope="col">{s("users.roles")}</th><td />
              </tr></thead>
              <tbody>{value.data.map((user) => (
                <tr key={user.id}>
                  <th scope="row">{user.fullName}</th>
                  <td>{user.email}</td>
                  <td>{user.profile?.enrollmentNumber ?? "–"}</td>
                  <td><span class="row tags">
                    {user.roles.map((role) => <span key={role} class="tag busy">{s(`role.${role}`)}</span>)}
                    {user.disabled && <span class="tag bad">{s("users.locked")}</span>}
                    {!user.emailVerified && <span class="tag warn">{s("users.unverified")}</span>}
                    {user.extraMinutes > 0 && <span class="tag">{s("users.plus", { n: user.extraMinutes })}</span>}
                  </span></td>
                  <td class="number"><Change user={user} done={again} /></td>
                </tr>
              ))}</tbody>
            </table>
          </Scroll>
          <Pager pagination={value.pagination} go={setPage} />
        </>
      )}
    </>
  );
}
