// SPDX-License-Identifier: MIT
// What the staff tell all candidates or one of them, and how many have seen it.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import type { FormState } from "../shared/form";
import { Failure, usePolling, useResource } from "../shared/page";
import { showDeadline } from "../shared/texts";
import type { Candidate } from "./board";
import { Act } from "./dialog";
import type { WholeExam } from "./exam";
import type { Phase } from "./exams";
import { Area, Choice } from "./fields";
import { Confirmation } from "./interventions";
import { many, s } from "./texts";

const ALL = "all";

/** To whom, as it was when the dialog was opened: a list that changes under the hand would send to somebody else. */
function Message({ form, exam, writing }: { form: FormState; exam: WholeExam; writing: Candidate[] }) {
  const [people] = useState(writing);
  const [to, setTo] = useState("");
  return (
    <>
      <div onChange={(event) => { const { name, value } = event.target as HTMLSelectElement; if (name === "to") setTo(value); }}>
        <Choice form={form} name="to" label={s("notice.to")} required
          options={[["", s("notice.to.choose")], [ALL, many("notice.all", people.length)], ...people.map(({ userId, fullName }): [string, string] => [userId, fullName])]} />
      </div>
      <Area form={form} name="text" label={s("notice.text")} hint={s("notice.hint")} rows={3} />
      {to === ALL && <Confirmation form={form} exam={exam} />}
    </>
  );
}

interface NoticesProps { exam: WholeExam; phase: Phase; candidates: Candidate[]; writing: Candidate[] }

export function Notices({ exam, phase, candidates, writing }: NoticesProps) {
  const isOpen = phase === "running" || writing.length > 0;
  const params = { examId: exam.id };
  const { value, error, again } = useResource(() => call("get", "/api/exam/{examId}/notices", { params }));
  usePolling(5000, again); // also when it is over: what was shown last is told after the end
  const nameOf = (id: string) => candidates.find(({ userId }) => userId === id)?.fullName ?? s("notice.one");
  return (
    <section class="card" aria-labelledby="notices">
      <div class="row head">
        <h2 id="notices">{s("notices")}</h2>
        <Act label={s("notice.new")} isOffered={isOpen} title={s("notice.new")} action={s("notice.send")}
          onSend={({ text = "", to = "", confirm = "" }) => call("post", "/api/exam/{examId}/notices",
            { params, body: { text, ...(to === ALL ? { confirm } : { userId: to }) } }).then(again)}>
          {(form) => <Message form={form} exam={exam} writing={writing} />}
        </Act>
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {value?.notices.length === 0 && <p class="soft">{s(isOpen ? "notices.none" : "notices.later")}</p>}
      <ul class="rows">
        {value?.notices.map(({ number, text, userId, sentAt, seen }) => (
          <li key={number}>
            <div class="grow">
              <p class="text">{text}</p>
              <p class="soft">{showDeadline(Date.parse(sentAt))} · {userId ? nameOf(userId) : s("notice.to.all")}</p>
            </div>
            <span class={seen > 0 ? "tag good" : "tag"}>{many("notice.seen", seen)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
