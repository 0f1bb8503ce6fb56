// SPDX-License-Identifier: MIT
// Which newsletters are on their way, and how far. Going on with one sends it to nobody twice.

import { useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Empty, Loading, Scroll, Title } from "../shared/page";
import { errorText, showMoment } from "../shared/texts";
import { Act } from "../staff/dialog";
import { Pager } from "../staff/pager";
import { AsOf, Stale, usePolled } from "./polled";
import { a, several } from "./texts";
import { showCount } from "./units";

type Letter = Answer<"/api/admin/newsletters", "get">["data"][number];
const LOOKS: Record<string, string> = { DONE: "good", SENDING: "busy", PAUSED: "warn", CANCELLED: "" };
const LIMIT = 25;

function Change({ letter, done }: { letter: Letter; done: () => void }) {
  const [problem, setProblem] = useState("");
  const params = { id: letter.id };
  const rest = letter.progress.total - letter.progress.sent;
  if (letter.status === "SENDING") {
    return (
      <>
        <button type="button" aria-label={`${a("letter.pause")}: ${letter.subject}`} onClick={() => call("post", "/api/admin/newsletters/{id}/pause", { params }).then(done, (error) => setProblem(errorText(error)))}>{a("letter.pause")}</button>
        {problem && <span role="alert" class="problem">{problem}</span>}
      </>
    );
  }
  if (letter.status !== "PAUSED") return null;
  return (
    <Act label={a("letter.resume")} of={letter.subject} title={a("letter.resume.title", { subject: letter.subject })} action={a("letter.resume")}
      onSend={() => call("post", "/api/admin/newsletters/{id}/resume", { params }).then(done)}>
      {() => <p>{several("letter.resume.text", rest)}</p>}
    </Act>
  );
}

export function Newsletters() {
  const [page, setPage] = useState(1);
  const letters = usePolled(() => call("get", "/api/admin/newsletters", { query: { page, limit: LIMIT } }), 5000, String(page));
  return (
    <>
      <Title>{a("nav.newsletters")}</Title>
      <div class="row bar"><AsOf of={letters} /></div>
      <Stale of={letters} />
      {!letters.value && letters.error === undefined && <Loading />}
      {letters.value?.data.length === 0 && <Empty>{a("letter.none")}</Empty>}
      {letters.value && letters.value.data.length > 0 && (
        <>
          <Scroll label={a("nav.newsletters")} class="card flat">
            <table class="board">
              <thead><tr>
                <th scope="col">{a("letter.subject")}</th><th scope="col">{a("letter.audience")}</th><th scope="col">{a("letter.status")}</th><th scope="col" class="number">{a("letter.sent")}</th>
                <th scope="col" class="number">{a("letter.failed")}</th><th scope="col" class="number">{a("letter.suppressed")}</th><th scope="col">{a("letter.begun")}</th><td />
              </tr></thead>
              <tbody>{letters.value.data.map((letter) => (
                <tr key={letter.id}>
                  <th scope="row">{letter.subject}</th><td>{letter.audience}</td>
                  <td><span class={`tag ${LOOKS[letter.status] ?? ""}`}>{letter.status}</span> {letter.pauseReason && <span class="soft">{letter.pauseReason}</span>}</td>
                  <td class="number">{a("job.of", { n: showCount(letter.progress.sent), total: showCount(letter.progress.total) })}</td>
                  <td class="number">{showCount(letter.progress.failed)}</td><td class="number">{showCount(letter.progress.suppressed)}</td>
                  <td>{letter.startedAt ? showMoment(letter.startedAt) : "–"}</td><td class="number"><Change letter={letter} done={() => void letters.again()} /></td>
                </tr>
              ))}</tbody>
            </table>
          </Scroll>
          <Pager pagination={letters.value.pagination} go={setPage} />
        </>
      )}
    </>
  );
}
