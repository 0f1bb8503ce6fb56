// SPDX-License-Identifier: MIT
// Three ways into a demo, for its administrator.

import { call, serverNow } from "../shared/api";
import { useResource } from "../shared/page";
import { d } from "./texts";

export const DEMO_ADMIN = "admin@tripos.example";

/** The board of what runs, or else all exams. */
async function whereToWatch(): Promise<string> {
  const { exams } = await call("get", "/api/exam/outlines", { query: { limit: 100 } });
  const now = new Date(serverNow()).toISOString();
  const running = exams.find(({ status, startTime, endTime }) => status === "PUBLISHED" && startTime <= now && now < endTime);
  return running ? `/staff/exams/${running.id}/board` : "/staff";
}

export function Tour() {
  const { value: board = "/staff" } = useResource(whereToWatch);
  return (
    <section aria-labelledby="tour">
      <h2 id="tour">{d("tour.title")}</h2>
      <p class="lead">{d("tour.lead")}</p>
      <div class="trio">
        {([["sit", "/exams"], ["watch", board], ["mails", "/dev/inbox"]] as const).map(([what, href]) => (
          <section key={what}>
            <h3>{d(`tour.${what}`)}</h3>
            <p>{d(`tour.${what}.text`)}</p>
            <p><a class="button" href={href} aria-label={`${d("tour.open")}: ${d(`tour.${what}`)}`}>{d("tour.open")}</a></p>
          </section>
        ))}
      </div>
    </section>
  );
}
