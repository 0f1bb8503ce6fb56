// SPDX-License-Identifier: MIT
// What the staff tell all candidates or one of them, and how many have seen it.

import { call } from "../shared/api";
import { Failure, useBeat, useResource } from "../shared/page";
import { showTime } from "../shared/texts";
import type { Candidate } from "./board";
import { Act } from "./dialog";
import type { WholeExam } from "./exam";
import type { Phase } from "./exams";
import { Area, Choice } from "./fields";
import { many, s } from "./texts";

interface NoticesProps { exam: WholeExam; phase: Phase; candidates: Candidate[]; writing: Candidate[] }

export function Notices({ exam, phase, candidates, writing }: NoticesProps) {
  const isOpen = phase === "running" || writing.length > 0;
  const params = { examId: exam.id };
  const { value, error, again } = useResource(() => call("get", "/api/exam/{examId}/notices", { params }));
  useBeat(5000, again); // also when it is over: what was shown last is told after the end
  const nameOf = (id: string) => candidates.find(({ userId }) => userId === id)?.fullName ?? s("notice.one");
  return (
    <section class="card" aria-labelledby="notices">
      <div class="row head">
        <h2 id="notices">{s("notices")}</h2>
        {isOpen && (
          <Act label={s("notice.new")} title={s("notice.new")} action={s("notice.send")}
            onSend={({ text = "", userId }) => call("post", "/api/exam/{examId}/notices",
              { params, body: { text, ...(userId ? { userId } : { confirm: exam.title }) } }).then(again)}>
            {(form) => (
              <>
                <Choice form={form} name="userId" label={s("notice.to")}
                  options={[["", many("notice.all", writing.length)], ...writing.map(({ userId, fullName }): [string, string] => [userId, fullName])]} />
                <Area form={form} name="text" label={s("notice.text")} hint={s("notice.hint")} rows={3} />
              </>
            )}
          </Act>
        )}
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {value?.notices.length === 0 && <p class="soft">{s(isOpen ? "notices.none" : "notices.later")}</p>}
      <ul class="rows">
        {value?.notices.map(({ number, text, userId, sentAt, seen }) => (
          <li key={number}>
            <div class="grow">
              <p class="text">{text}</p>
              <p class="soft">{showTime(Date.parse(sentAt))} · {userId ? nameOf(userId) : s("notice.to.all")}</p>
            </div>
            <span class={seen > 0 ? "tag good" : "tag"}>{many("notice.seen", seen)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
