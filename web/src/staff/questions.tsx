// SPDX-License-Identifier: MIT

import { Title } from "../shared/page";
import { Bank } from "./bank";
import { s } from "./texts";

export function Questions() {
  return (
    <>
      <div class="row head">
        <Title>{s("questions.title")}</Title>
        <a class="button main" href="/staff/questions/new">{s("questions.new")}</a>
      </div>
      <section class="card">
        <Bank action={({ id, statement }) => <a class="button" href={`/staff/questions/${id}`} aria-label={`${s("question.open")}: ${statement}`}>{s("question.open")}</a>} />
      </section>
    </>
  );
}
