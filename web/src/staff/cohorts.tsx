// SPDX-License-Identifier: MIT

import { call } from "../shared/api";
import { Field } from "../shared/form";
import { Empty, Failure, Loading, Title, useResource } from "../shared/page";
import { goTo } from "../shared/router";
import { asPerson } from "../shared/session";
import { Act } from "../shared/dialog";
import { many, s } from "./texts";

export function Cohorts() {
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/admin/cohorts")));
  return (
    <>
      <div class="row head">
        <Title>{s("cohorts.title")}</Title>
        <Act label={s("cohorts.new")} look="main" title={s("cohorts.new")} action={s("cohorts.create")}
          onSend={({ name = "" }) => call("post", "/api/admin/cohorts", { body: { name } }).then(({ cohort }) => goTo(`/staff/cohorts/${cohort.id}`))}>
          {(form) => <Field form={form} name="name" label={s("cohorts.name")} hint={s("cohorts.name.hint")} autocomplete="off" />}
        </Act>
      </div>
      <p class="lead">{s("cohorts.lead")}</p>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value?.cohorts.length === 0 && <Empty>{s("cohorts.none")}</Empty>}
      <ul class="cards">
        {value?.cohorts.map(({ id, name, members }) => (
          <li key={id} class="card">
            <div><h2 class="plain">{name}</h2><p class="soft">{many("cohorts.members", members)}</p></div>
            <a class="button" href={`/staff/cohorts/${id}`} aria-label={`${s("question.open")}: ${name}`}>{s("question.open")}</a>
          </li>
        ))}
      </ul>
    </>
  );
}
