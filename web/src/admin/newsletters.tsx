// SPDX-License-Identifier: MIT
// Which newsletters are on their way, and how far. Going on with one sends it to nobody twice.

import { useState } from "preact/hooks";
import { call, Problem, type Answer } from "../shared/api";
import { Field } from "../shared/form";
import { Empty, Loading, Scroll, Title, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { errorText, showMoment } from "../shared/texts";
import { Act } from "../staff/dialog";
import { Pager } from "../staff/pager";
import { AsOf, Stale, usePolled } from "./polled";
import { a, several } from "./texts";
import { showCount } from "./units";

type Letter = Answer<"/api/admin/newsletters", "get">["data"][number];
const LOOKS: Record<string, string> = { DONE: "good", SENDING: "busy", PAUSED: "warn", CANCELLED: "" };
const LIMIT = 25;

/** To how many it goes: the server counts, and refuses whoever names nothing. */
async function countReaders(id: string): Promise<number> {
  try {
    await call("post", "/api/admin/newsletters/{id}/resume", { params: { id }, body: {} });
  } catch (error) {
    if (error instanceof Problem && error.code === "not_confirmed") return Number(error.details["recipients"]);
    throw error;
  }
  throw new Error("the server did not count");
}

function Waiting({ id }: { id: string }) {
  const { value, error } = useResource(() => asPerson(() => countReaders(id)));
  if (error !== undefined) return <p class="problem">{errorText(error)}</p>;
  return value === undefined ? <Loading label={a("bulk.counting")} /> : <p>{several("letter.resume.text", value)}</p>;
}

function Change({ letter, done }: { letter: Letter; done: () => void }) {
  const [problem, setProblem] = useState("");
  const params = { id: letter.id };
  if (letter.status === "SENDING") {
    return (
      <>
        <button type="button" aria-label={`${a("letter.pause")}: ${letter.subject}`} onClick={() => call("post", "/api/admin/newsletters/{id}/pause", { params }).then(done, (error) => setProblem(errorText(error)))}>{a("letter.pause")}</button>
        {problem && <span role="alert" class="problem">{problem}</span>}
      </>
    );
  }
  if (letter.status !== "PAUSED" && letter.status !== "DRAFT") return null;
  return (
    <>
      <Act {...(letter.status === "DRAFT"
        ? { label: a("letter.start"), title: a("letter.start.title", { subject: letter.subject }), action: a("letter.start") }
        : { label: a("letter.resume"), title: a("letter.resume.title", { subject: letter.subject }), action: a("letter.resume") })}
        of={letter.subject} onSend={({ confirm = "" }) => call("post", "/api/admin/newsletters/{id}/resume", { params, body: { confirm: confirm.trim() } }).then(done)}>
        {(form) => (
          <>
            <Waiting id={letter.id} />
            <Field form={form} name="confirm" label={a("confirm.text", { text: letter.subject })} autocomplete="off" />
          </>
        )}
      </Act>
      <Act label={a("letter.cancel")} of={letter.subject} look="danger" kind="danger" title={a("letter.cancel.title", { subject: letter.subject })} action={a("letter.cancel")}
        onSend={() => call("post", "/api/admin/newsletters/{id}/cancel", { params }).then(done)}>
        {() => <p>{a("letter.cancel.text")}</p>}
      </Act>
    </>
  );
}

/** Foreign HTML: in a frame that may do nothing. */
function Look({ letter, told }: { letter: Letter; told: (note: string) => void }) {
  const params = { id: letter.id };
  const sendTest = () => call("post", "/api/admin/newsletters/{id}/test", { params, body: {} }).catch((answer) => {
    if (!(answer instanceof Problem && answer.status === 202)) throw answer;
    told(a("letter.tested", { to: String(answer.details["to"]) }));
  });
  return (
    <Act label={a("letter.look")} of={letter.subject} title={a("letter.look.title", { subject: letter.subject })} action={a("letter.test")} onSend={sendTest}>
      {() => (
        <>
          <iframe class="letter" sandbox="" title={letter.subject} src={`/api/admin/newsletters/${encodeURIComponent(letter.id)}/preview`} />
          <p class="soft">{a("letter.look.text")}</p>
        </>
      )}
    </Act>
  );
}

export function Newsletters() {
  const [note, setNote] = useState("");
  const [page, setPage] = useState(1);
  const letters = usePolled(() => call("get", "/api/admin/newsletters", { query: { page, limit: LIMIT } }), 5000, String(page));
  return (
    <>
      <Title>{a("nav.newsletters")}</Title>
      <div class="row bar"><AsOf of={letters} /></div>
      <Stale of={letters} />
      <p role="status" class="soft">{note}</p>
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
                  <td>{letter.startedAt ? showMoment(letter.startedAt) : "–"}</td><td class="number"><Look letter={letter} told={setNote} /> <Change letter={letter} done={() => void letters.again()} /></td>
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
