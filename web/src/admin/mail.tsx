// SPDX-License-Identifier: MIT
// "Why did she not get it": an address gives a verdict first, then every mail with every try in the relay's words.

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Field, Form, Labelled } from "../shared/form";
import { Empty, Failure, Loading, Scroll, Title, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { errorText, showMoment } from "../shared/texts";
import { Act } from "../staff/dialog";
import { verdictOf, type Mail, type Verdict } from "./mail_verdict";
import { Hour } from "./hour";
import { Stale, usePolled } from "./polled";
import { a } from "./texts";
import { showCount, showDuration } from "./units";

const QUEUE = "email";

async function wayOf(address: string) {
  const [log, list, queue] = await Promise.all([
    call("get", "/api/admin/mail/log", { query: { address } }), call("get", "/api/admin/suppressions", { query: { search: address } }),
    call("get", "/api/admin/queues/{name}", { params: { name: QUEUE } }).catch(() => undefined), // Redis may be away
  ]);
  const obstacle = list.data.find((entry) => entry.address.toLowerCase() === address.toLowerCase() && entry.list === null);
  return { mails: log.data, obstacle, verdict: verdictOf(log.data, obstacle, queue?.data.paused ?? false) };
}

const LOOKS: Record<Verdict["kind"], string> = {
  suppressed: "bad", failed: "bad", paused: "warn", tried: "warn", deferred: "warn", doubt: "warn", withdrawn: "warn", sent: "good", waits: "info", none: "info",
};

function wording(verdict: Verdict): string {
  if (verdict.kind === "suppressed") {
    return a("verdict.suppressed", { since: showMoment(verdict.obstacle.createdAt), reason: a(`suppression.${verdict.obstacle.reason as "manual"}`), detail: verdict.obstacle.detail });
  }
  if (!("mail" in verdict)) return a(`mail.verdict.${verdict.kind}`);
  const { mail, kind } = verdict;
  const last = mail.tries.at(-1);
  return a(`mail.verdict.${kind}`, {
    subject: mail.subject, time: showMoment(mail.finishedAt ?? last?.at ?? mail.createdAt), reply: last ? `${last.code || ""} ${last.reply}`.trim() : "–", reason: mail.reason ?? last?.reply ?? "–",
    next: mail.nextTryAt ? showMoment(mail.nextTryAt) : "–",
  });
}

const STATUS: Record<string, string> = { SENT: "good", FAILED: "bad", IN_DOUBT: "warn", SUPPRESSED: "warn", CANCELLED: "", PENDING: "busy", QUEUED: "busy", DEFERRED: "warn" };
const STATES = ["PENDING", "QUEUED", "DEFERRED", "SENT", "FAILED", "IN_DOUBT", "SUPPRESSED", "CANCELLED"] as const;
const isFinished = ({ status }: Mail) => !["PENDING", "QUEUED", "DEFERRED"].includes(status);

/** `hasWhy`: leads to the verdict on its address. */
function OneMail({ mail, done, hasWhy = false }: { mail: Mail; done: () => void; hasWhy?: boolean }) {
  return (
    <li class="card mail">
      <div class="row head">
        <h3>{mail.subject}</h3>
        <span class={`tag ${STATUS[mail.status] ?? ""}`}>{a(`mail.status.${mail.status as (typeof STATES)[number]}`)}</span>
      </div>
      <p class="soft">{a("mail.written", { kind: mail.kind, time: showMoment(mail.createdAt) })}{mail.reason && ` · ${mail.reason}`}</p>
      {hasWhy && <p><a href={`/admin/mail?${new URLSearchParams({ address: mail.to })}`}>{a("mail.why", { to: mail.to })}</a></p>}
      {mail.tries.length > 0 && (
        <Scroll label={a("mail.tries")}>
          <table>
            <thead><tr><th scope="col">{a("mail.try")}</th><th scope="col">{a("job.when")}</th><th scope="col">{a("mail.outcome")}</th><th scope="col">{a("mail.reply")}</th></tr></thead>
            <tbody>{mail.tries.map(({ number, at, outcome, code, reply }) => (
              <tr key={number}><td>{number}</td><td>{showMoment(at)}</td><td>{outcome}</td><td class="code">{code > 0 && `${code} `}{reply}</td></tr>
            ))}</tbody>
          </table>
        </Scroll>
      )}
      {isFinished(mail) && (
        <p class="actions"><Act label={a("mail.resend")} of={mail.subject} title={a("mail.resend.title", { to: mail.to })} action={a("mail.resend")}
          onSend={() => call("post", "/api/admin/mail/messages/{id}/resend", { params: { id: mail.id } }).then(done)}>
          {() => <p>{a(mail.status === "SENT" ? "mail.resend.again" : "mail.resend.text")}</p>}
        </Act></p>
      )}
    </li>
  );
}

/** Whoever asks may have mistyped it. */
function Near({ address }: { address: string }) {
  const { value } = useResource(() => asPerson(() => call("get", "/api/admin/mail/near", { query: { address } })), address);
  if (!value || value.data.length === 0) return null;
  return (
    <section class="card">
      <p>{a("mail.near")}</p>
      <ul class="rows">{value.data.map((near) => <li key={near}><a href={`/admin/mail?${new URLSearchParams({ address: near })}`}>{near}</a></li>)}</ul>
    </section>
  );
}

function Way({ address }: { address: string }) {
  const { value, error, again } = useResource(() => asPerson(() => wayOf(address)), address);
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  return (
    <>
      <h2>{address}</h2>
      <div class={`notice ${LOOKS[value.verdict.kind]}`} role="status">
        <p>{wording(value.verdict)}</p>
        {value.obstacle && (
          <Act label={a("mail.unsuppress")} title={a("mail.unsuppress.title", { address })} action={a("mail.unsuppress")}
            onSend={() => call("delete", "/api/admin/suppressions/{address}", { params: { address } }).then(again)}>
            {() => <p>{a("mail.unsuppress.text")}</p>}
          </Act>
        )}
      </div>
      {error !== undefined && <p class="problem">{errorText(error)}</p>}
      {value.mails.length === 0 ? <><Empty>{a("mail.none")}</Empty><Near address={address} /></> : <ul class="cards tall">{value.mails.map((mail) => <OneMail key={mail.id} mail={mail} done={again} />)}</ul>}
    </>
  );
}

interface Search { address: string; status: string; id: string }

/** Mails of a state, or one by its id: each leads to why its address did not get it. */
function Found({ search }: { search: Search }) {
  const query = { address: search.address || undefined, status: (search.status || undefined) as (typeof STATES)[number] | undefined, id: search.id || undefined };
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/admin/mail/log", { query })), JSON.stringify(search));
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  return (
    <>
      <h2>{a("mail.search.found")}</h2>
      {value.data.length === 0 ? <Empty>{a("jobs.none")}</Empty> : <ul class="cards tall">{value.data.map((mail) => <OneMail key={mail.id} mail={mail} done={again} hasWhy />)}</ul>}
    </>
  );
}

function Finder({ search, find }: { search: Search; find: (search: Search) => void }) {
  return (
    <Form key={JSON.stringify(search)} action={a("mail.find")} onSend={async ({ address = "", status = "", id = "" }) => find({ address: address.trim(), status, id: id.trim() })}>
      {(form) => (
        <>
          <Field form={form} name="address" type="email" label={a("mail.search.address")} hint={a("mail.search.hint")} required={false} value={search.address} autocomplete="off" />
          <Labelled form={form} name="status" label={a("mail.search.status")}>
            {(control) => <select {...control}><option value="">{a("mail.search.any")}</option>{STATES.map((status) => <option key={status} value={status} selected={status === search.status}>{a(`mail.status.${status}`)}</option>)}</select>}
          </Labelled>
          <Field form={form} name="id" label={a("mail.search.id")} required={false} value={search.id} autocomplete="off" />
        </>
      )}
    </Form>
  );
}

/** How the mails of each class fare. */
function Classes() {
  const stats = usePolled(async () => (await call("get", "/api/admin/mail/stats")).data, 5000);
  if (!stats.value) return <Stale of={stats} />;
  return (
    <section>
      <h2>{a("mail.classes")}</h2>
      <Stale of={stats} />
      <Scroll label={a("mail.classes")} class="card flat">
        <table>
          <thead><tr><th scope="col">{a("mail.class")}</th><th scope="col" class="number">{a("mail.half")}</th><th scope="col" class="number">{a("mail.most")}</th><th scope="col" class="number">{a("mail.delivered")}</th><th scope="col" class="number">{a("mail.others")}</th><th scope="col" class="number">{a("mail.doubt")}</th></tr></thead>
          <tbody>{stats.value.map((row) => {
            const delivered = row.outcomes.delivered ?? 0;
            const others = Object.values(row.outcomes).reduce((all, n) => all + n, 0) - delivered;
            return (
              <tr key={row.class}><th scope="row">{a(`mail.class.${row.class}`)}</th><td class="number">{delivered > 0 ? showDuration(row.p50) : "–"}</td><td class="number">{delivered > 0 ? showDuration(row.p95) : "–"}</td>
                <td class="number">{showCount(delivered)}</td><td class="number">{showCount(others)}</td><td class="number">{showCount(row.leftInDoubt)}</td></tr>
            );
          })}</tbody>
        </table>
      </Scroll>
      <p class="soft">{a("mail.classes.hint")}</p>
    </section>
  );
}

const NAMES = ["address", "status", "id"] as const;

export function MailPage() {
  const [search, setSearch] = useState<Search>(() => {
    const asked = new URLSearchParams(location.search);
    return { address: asked.get("address") ?? "", status: asked.get("status") ?? "", id: asked.get("id") ?? "" };
  });
  const find = (next: Search) => {
    history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(NAMES.filter((name) => next[name]).map((name) => [name, next[name]]))}`);
    setSearch(next);
  };
  const { address, status, id } = search;
  return (
    <>
      <Title>{a("mail.title")}</Title>
      <p class="lead">{a("mail.lead")}</p>
      <Finder search={search} find={find} />
      {status || id ? <Found search={search} /> : address && <Way address={address} />}
      <Classes />
      <Hour figures={["mailSecurity", "mailNotice", "mailBulk", "outboxOldest"]} />
    </>
  );
}
