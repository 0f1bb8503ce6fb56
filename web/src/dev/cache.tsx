// SPDX-License-Identifier: MIT
// What each family's lookups found, advice, and everything about one key but its value.

import { useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Field, Form } from "../shared/form";
import { Empty, Failure, Loading, Scroll, Title, useBeat, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { showNumber } from "../shared/texts";
import { d, some } from "./texts";

type Stats = Answer<"/api/admin/cache", "get">["data"];
type Family = Stats["families"][number];
type Entry = Answer<"/api/admin/cache/entry", "get">["data"];

const BEAT = 5_000; // ms

function bytes(count: number): string {
  const unit = count < 1024 ? 0 : count < 1024 ** 2 ? 1 : 2;
  return `${(count / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${["B", "KiB", "MiB"][unit]}`;
}

function time(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const COLUMNS: [title: Parameters<typeof d>[0], read: (family: Family) => string][] = [
  ["cache.ttl", ({ ttlMs }) => time(ttlMs)],
  ["cache.lookups", ({ lookups }) => showNumber(lookups)],
  ["cache.hits", ({ lookups, hitRate }) => (lookups ? percent(hitRate) : "")],
  ["cache.inProcess", ({ processHits }) => showNumber(processHits)],
  ["cache.inRedis", ({ redisHits }) => showNumber(redisHits)],
  ["cache.stale", ({ staleHits }) => showNumber(staleHits)],
  ["cache.absent", ({ negativeHits }) => showNumber(negativeHits)],
  ["cache.loads", ({ loads }) => showNumber(loads)],
  ["cache.refused", ({ refusedFills }) => showNumber(refusedFills)],
  ["cache.invalidated", ({ invalidations }) => showNumber(invalidations)],
  ["cache.saved", ({ savedMs }) => time(savedMs)],
  ["cache.entries", ({ entries }) => showNumber(entries)],
  ["cache.size", (family) => bytes(family.bytes)],
];

function Families({ families }: { families: Stats["families"] }) {
  return (
    <section class="card">
      <h2>{d("cache.families")}</h2>
      <Scroll label={d("cache.families")}>
        <table class="figures">
          <thead><tr><th scope="col">{d("cache.family")}</th>{COLUMNS.map(([title]) => <th key={title} scope="col" class="number">{d(title)}</th>)}</tr></thead>
          <tbody>{families.map((family) => (
            <tr key={family.family}><th scope="row">{family.family}</th>{COLUMNS.map(([title, read]) => <td key={title} class="number">{read(family)}</td>)}</tr>
          ))}</tbody>
        </table>
      </Scroll>
    </section>
  );
}

function copyText(copy: Entry["inProcess"] | null): string {
  if (copy === null) return d("cache.copy.silent");
  if (copy.state === "absent") return copy.state;
  const values = { state: copy.state, size: bytes(copy.bytes), age: time(copy.ageMs), left: time(copy.ttlLeftMs) };
  return d(copy.ageMs ? "cache.copy.aged" : "cache.copy", values);
}

function entryRows(entry: Entry): [term: string, text: string][] {
  return [
    [d("cache.family"), entry.family],
    [d("cache.tags"), entry.tags.join(", ") || d("cache.none")],
    [d("cache.copy.process"), copyText(entry.inProcess)],
    [d("cache.copy.redis"), copyText(entry.inRedis)],
    [d("cache.load"), entry.loadMs ? time(entry.loadMs) : d("cache.load.unknown")],
    [d("cache.lease"), entry.leaseHolder ? d("cache.lease.by", { holder: entry.leaseHolder, left: time(entry.leaseLeftMs) }) : d("cache.lease.none")],
    ...entry.versions.map(({ name, recorded, present }): [string, string] => {
      const verdict = d(!recorded ? "cache.version.unrecorded" : recorded === present ? "cache.version.current" : "cache.version.past");
      return [name, present ? d("cache.version", { verdict, present }) : d("cache.version.none", { verdict })];
    }),
    [d("cache.last"), entry.lastInvalidation ? d("cache.last.ago", { what: entry.lastInvalidation, age: time(entry.sinceInvalidationMs) }) : d("cache.last.none")],
    ...(entry.heldBack ? [[d("cache.held"), d("cache.held.text")] as [string, string]] : []),
  ];
}

function OneKey({ asked, ask }: { asked: string; ask: (key: string) => void }) {
  const [entry, setEntry] = useState<Entry>();
  return (
    <section class="card" aria-labelledby="one">
      <h2 id="one">{d("cache.one")}</h2>
      <Form key={asked} action={d("cache.explain")} onSend={async ({ key = "" }) => {
        setEntry(undefined);
        setEntry((await call("get", "/api/admin/cache/entry", { query: { key: key.trim() } })).data);
        ask(key.trim());
      }}>
        {(form) => <Field form={form} name="key" label={d("cache.key")} hint={d("cache.key.hint")} autocomplete="off" value={asked} />}
      </Form>
      {entry && <dl class="entry">{entryRows(entry).map(([term, text]) => <><dt>{term}</dt><dd>{text}</dd></>)}</dl>}
    </section>
  );
}

function State({ stats }: { stats: Stats }) {
  return (
    <p class="lead" role="status">
      {d("cache.state", { used: bytes(stats.processBytes), limit: bytes(stats.processLimit) })}{" "}
      {stats.tracking ? d("cache.asOf", { age: time(stats.stalenessMs) }) : d("cache.untracked")}{" "}
      {stats.journal > 0 && some("cache.journal", stats.journal)}
    </p>
  );
}

export function CachePage() {
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/admin/cache")));
  const [asked, ask] = useState("");
  useBeat(BEAT, again);
  if (!value) return <><Title>{d("cache.title")}</Title>{error === undefined ? <Loading /> : <Failure error={error} retry={again} />}</>;
  const { data: stats } = value;
  return (
    <>
      <Title>{d("cache.title")}</Title>
      <State stats={stats} />
      <OneKey asked={asked} ask={ask} />
      <Families families={stats.families} />
      <section class="card" aria-labelledby="advice">
        <h2 id="advice">{d("cache.advice")}</h2>
        {stats.advice.length === 0 && <Empty>{d("cache.advice.none")}</Empty>}
        <ul class="rows">{stats.advice.map(({ family, text }) => <li key={text}><span><strong>{family}</strong> {text}</span></li>)}</ul>
      </section>
      <section class="card" aria-labelledby="top">
        <h2 id="top">{d("cache.top")}</h2>
        {stats.topKeys.length === 0 && <Empty>{d("cache.top.none")}</Empty>}
        <ul class="rows">{stats.topKeys.map(({ key, share }) => (
          <li key={key}><button type="button" class="link code" onClick={() => ask(key)}>{key}</button><span class="soft">{d("cache.share", { share: percent(share) })}</span></li>
        ))}</ul>
      </section>
    </>
  );
}
