// SPDX-License-Identifier: MIT
// What each family's lookups found, advice, and everything about one key but its value.

import { useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Coded } from "../shared/coded";
import { Field, Form } from "../shared/form";
import { Empty, Loading, Scroll, Title } from "../shared/page";
import { Act } from "../staff/dialog";
import { Hour } from "./hour";
import { AsOf, Stale, usePolled } from "./polled";
import { a, several } from "./texts";
import { showBytes, showCount, showDuration, showShare } from "./units";

type Stats = Answer<"/api/admin/cache", "get">["data"];
type Family = Stats["families"][number];
type Entry = Answer<"/api/admin/cache/entry", "get">["data"];

const time = (ms: number) => showDuration(ms / 1000);

const COLUMNS: [title: Parameters<typeof a>[0], read: (family: Family) => string][] = [
  ["cache.ttl", ({ ttlMs }) => time(ttlMs)],
  ["cache.lookups", ({ lookups }) => showCount(lookups)],
  ["cache.hits", ({ lookups, hitRate }) => (lookups ? showShare(hitRate) : "")],
  ["cache.inProcess", ({ processHits }) => showCount(processHits)],
  ["cache.inRedis", ({ redisHits }) => showCount(redisHits)],
  ["cache.stale", ({ staleHits }) => showCount(staleHits)],
  ["cache.absent", ({ negativeHits }) => showCount(negativeHits)],
  ["cache.loads", ({ loads }) => showCount(loads)],
  ["cache.load.mean", ({ loads, meanLoadMs }) => (loads ? time(meanLoadMs) : "")],
  ["cache.refused", ({ refusedFills }) => showCount(refusedFills)],
  ["cache.invalidated", ({ invalidations }) => showCount(invalidations)],
  ["cache.saved", ({ savedMs }) => time(savedMs)],
  ["cache.evicted", ({ evictions }) => showCount(evictions)],
  ["cache.evicted.age", ({ evictions, evictionAgeMs }) => (evictions ? time(evictionAgeMs) : "")],
  ["cache.entries", ({ entries }) => showCount(entries)],
  ["cache.size", (family) => showBytes(family.bytes)],
];

function Families({ families, done }: { families: Stats["families"]; done: () => void }) {
  return (
    <section class="card">
      <h2>{a("cache.families")}</h2>
      <Scroll label={a("cache.families")}>
        <table class="board">
          <thead><tr><th scope="col">{a("cache.family")}</th>{COLUMNS.map(([title]) => <th key={title} scope="col" class="number">{a(title)}</th>)}<td /></tr></thead>
          <tbody>{families.map((family) => (
            <tr key={family.family}><th scope="row">{family.family}</th>{COLUMNS.map(([title, read]) => <td key={title} class="number">{read(family)}</td>)}<td><Clear family={family.family} done={done} /></td></tr>
          ))}</tbody>
        </table>
      </Scroll>
      <p><Clear done={done} /></p>
    </section>
  );
}

function copyText(copy: Entry["inProcess"] | null): string {
  if (copy === null) return a("cache.copy.silent");
  if (copy.state === "absent") return copy.state;
  const values = { state: copy.state, size: showBytes(copy.bytes), age: time(copy.ageMs), left: time(copy.ttlLeftMs) };
  return a(copy.ageMs ? "cache.copy.aged" : "cache.copy", values);
}

function entryRows(entry: Entry): [term: string, text: string][] {
  return [
    [a("cache.family"), entry.family],
    [a("cache.tags"), entry.tags.join(", ") || a("cache.none")],
    [a("cache.copy.process"), copyText(entry.inProcess)],
    [a("cache.copy.redis"), copyText(entry.inRedis)],
    [a("cache.load"), entry.loadMs ? time(entry.loadMs) : a("cache.load.unknown")],
    [a("cache.lease"), entry.leaseHolder ? a("cache.lease.by", { holder: entry.leaseHolder, left: time(entry.leaseLeftMs) }) : a("cache.lease.none")],
    ...entry.versions.map(({ name, recorded, present }): [string, string] => {
      const verdict = a(!recorded ? "cache.version.unrecorded" : recorded === present ? "cache.version.current" : "cache.version.past");
      return [name, present ? a("cache.version", { verdict, present }) : a("cache.version.none", { verdict })];
    }),
    [a("cache.last"), entry.lastInvalidation ? a("cache.last.ago", { what: entry.lastInvalidation, age: time(entry.sinceInvalidationMs) }) : a("cache.last.none")],
    ...(entry.heldBack ? [[a("cache.held"), a("cache.held.text")] as [string, string]] : []),
  ];
}

/** What is typed is what the server demands as well. */
function Clear({ family, done }: { family?: string; done: () => void }) {
  const wanted = family ?? "all", title = family ? a("cache.clear.title", { family }) : a("cache.clearAll.title");
  return (
    <Act label={family ? a("cache.clear") : a("cache.clearAll")} of={family} look="danger" kind="danger" title={title} action={family ? a("cache.clear") : a("cache.clearAll")}
      onSend={({ confirm = "" }) => call("post", "/api/admin/cache/clear", { body: { ...(family && { family }), confirm: confirm.trim() } }).then(done)}>
      {(form) => (
        <>
          <p>{a("cache.clear.text")}</p>
          <Field form={form} name="confirm" label={a("confirm.text", { text: wanted })} autocomplete="off" />
        </>
      )}
    </Act>
  );
}

function OneKey({ asked, ask }: { asked: string; ask: (key: string) => void }) {
  const [entry, setEntry] = useState<Entry>();
  return (
    <section class="card" aria-labelledby="one">
      <h2 id="one">{a("cache.one")}</h2>
      <Form key={asked} action={a("cache.explain")} onSend={async ({ key = "" }) => {
        setEntry(undefined);
        setEntry((await call("get", "/api/admin/cache/entry", { query: { key: key.trim() } })).data);
        ask(key.trim());
      }}>
        {(form) => <Field form={form} name="key" label={a("cache.key")} hint={a("cache.key.hint")} autocomplete="off" value={asked} />}
      </Form>
      {entry && (
        <Act label={a("cache.invalidate")} of={asked} title={a("cache.invalidate.title", { key: asked })} action={a("cache.invalidate")}
          onSend={() => call("post", "/api/admin/cache/invalidate", { body: { keys: [asked] } }).then(() => setEntry(undefined))}>
          {() => <p>{a("cache.invalidate.text")}</p>}
        </Act>
      )}
      {entry && <dl class="entry">{entryRows(entry).map(([term, text]) => <><dt>{term}</dt><dd>{text}</dd></>)}</dl>}
    </section>
  );
}

function State({ stats }: { stats: Stats }) {
  return (
    <p class="lead" role="status">
      {a("cache.state", { used: showBytes(stats.processBytes), limit: showBytes(stats.processLimit) })}{" "}
      {stats.tracking ? a("cache.asOf", { age: time(stats.stalenessMs) }) : a("cache.untracked")}{" "}
      {stats.journal > 0 && several("cache.journal", stats.journal)}
    </p>
  );
}

function Advice({ advice }: { advice: Stats["advice"] }) {
  return (
    <section class="card" aria-labelledby="advice">
      <h2 id="advice">{a("cache.advice")}</h2>
      {advice.length === 0 && <Empty>{a("cache.advice.none")}</Empty>}
      <ul class="rows" lang="en">{advice.map(({ family, text }) => <li key={text}><span><strong>{family}</strong> <Coded text={text} /></span></li>)}</ul>
    </section>
  );
}

function Top({ keys, ask }: { keys: Stats["topKeys"]; ask: (key: string) => void }) {
  return (
    <section class="card" aria-labelledby="top">
      <h2 id="top">{a("cache.top")}</h2>
      {keys.length === 0 && <Empty>{a("cache.top.none")}</Empty>}
      <ul class="rows">{keys.map(({ key, share }) => (
        <li key={key}><button type="button" class="link code" onClick={() => ask(key)}>{key}</button><span class="soft">{a("cache.share", { share: showShare(share) })}</span></li>
      ))}</ul>
    </section>
  );
}

export function CachePage() {
  const stats = usePolled(async () => (await call("get", "/api/admin/cache")).data, 5000);
  const [asked, ask] = useState("");
  return (
    <>
      <Title>{a("cache.title")}</Title>
      <div class="row bar"><AsOf of={stats} /></div>
      <Stale of={stats} />
      {!stats.value && stats.error === undefined && <Loading />}
      {stats.value && (
        <>
          <State stats={stats.value} />
          <Advice advice={stats.value.advice} />
          <Families families={stats.value.families} done={() => void stats.again()} />
          <OneKey asked={asked} ask={ask} />
          <Top keys={stats.value.topKeys} ask={ask} />
        </>
      )}
      <Hour figures={["hitRate"]} />
    </>
  );
}
