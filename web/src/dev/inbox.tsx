// SPDX-License-Identifier: MIT
// The mails of a server without a relay: a list that reads itself anew, and the open mail.

import { useEffect, useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Empty, Failure, Title, usePolling, useResource } from "../shared/page";
import { showMoment } from "../shared/texts";
import { Act } from "../staff/dialog";
import { Failures } from "./failures";
import { MailView, UNKNOWN } from "./mail";
import { d, some } from "./texts";

type Mail = Answer<"/dev/api/mails", "get">["mails"][number];

const BEAT = 2_000; // ms
const PAGE = 50;

async function readMails(q: string, count: number) {
  const mails: Mail[] = [];
  for (let page = 1; ; ++page) {
    const answer = await call("get", "/dev/api/mails", { query: { q, limit: PAGE, page } });
    mails.push(...answer.mails);
    if (answer.mails.length < PAGE || mails.length >= count) return { mails, total: answer.total };
  }
}

/** Up and down move through the list. */
function onArrow(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step]?.focus();
  event.preventDefault();
}

function List({ mails, chosen, open }: { mails: Mail[]; chosen: string; open: (id: string) => void }) {
  return (
    <ol class="mails" onKeyDown={onArrow}>
      {mails.map(({ id, subject, to, codes, receivedAt }) => (
        <li key={id}>
          <button type="button" aria-current={id === chosen} onClick={() => open(id)}>
            <strong lang={subject ? UNKNOWN : undefined}>{subject || d("inbox.noSubject")}</strong>
            <span class="to">{to}</span>
            {codes[0] && <span class="code">{codes[0]}</span>}
            <span>{showMoment(receivedAt)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

export function Inbox() {
  const [wanted, setWanted] = useState("");
  const [count, setCount] = useState(PAGE);
  const [chosen, choose] = useState(location.hash.slice(1));
  const { value, error, again } = useResource(() => readMails(wanted.trim(), count), `${wanted} ${count}`);
  usePolling(BEAT, again);
  useEffect(() => history.replaceState(null, "", chosen ? `#${chosen}` : location.pathname), [chosen]);
  const mails = value?.mails ?? [];
  const next = () => {
    const at = mails.findIndex(({ id }) => id === chosen);
    choose((mails[at + 1] ?? mails[at - 1])?.id ?? "");
    again();
  };
  return (
    <>
      <Title>{d("inbox.title")}</Title>
      <p class="lead">{d("inbox.lead")}</p>
      <div class="row bar">
        <label class="field find">{d("inbox.search")}<input type="search" autocomplete="off" onInput={(event) => { setCount(PAGE); setWanted(event.currentTarget.value); }} /></label>
        <Failures />
        <Act label={d("inbox.clear")} title={d("inbox.clear.title")} action={d("inbox.clear")} kind="danger"
          onSend={() => call("delete", "/dev/api/mails").then(() => { choose(""); again(); })}>
          {() => <p>{d("inbox.clear.text")}</p>}
        </Act>
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      <div class={chosen ? "inbox reading" : "inbox"}>
        <section class="card side" aria-label={d("inbox.mails")}>
          <p class="soft" role="status">{value && (value.total > 0 ? some("inbox.count", value.total) : wanted ? d("inbox.none.with", { text: wanted }) : d("inbox.none"))}</p>
          <List mails={mails} chosen={chosen} open={choose} />
          {value && mails.length < value.total && <button type="button" onClick={() => setCount(count + PAGE)}>{d("inbox.older")}</button>}
        </section>
        <article class="card mail">
          {chosen ? <MailView key={chosen} id={chosen} close={() => choose("")} onDeleted={next} /> : <Empty>{d("inbox.choose")}</Empty>}
        </article>
      </div>
    </>
  );
}
