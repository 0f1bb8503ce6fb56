// SPDX-License-Identifier: MIT
// /openapi.json for people: operations by tag, each with what it takes and what it answers. It speaks English, whatever the page does.

import { useEffect, useState } from "preact/hooks";
import { Empty, Failure, Loading, Scroll, Title, useResource } from "../shared/page";
import { loadMarkdown, Rich } from "../shared/rich";
import { language } from "../shared/texts";
import { write, writeParameter, type Resolve, type Schema } from "./schema";
import { d } from "./texts";

type Content = Record<string, { schema: Schema }>;
interface Reply { $ref?: string; description: string; content?: Content }
interface Operation {
  operationId: string; tags: string[]; summary: string; description?: string;
  parameters?: { in: string; name: string; schema: Schema; description?: string }[];
  requestBody?: { content: Content };
  responses: Record<string, Reply>;
}
interface Api {
  openapi: string; info: { title: string; version: string; description: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
}
interface Row { path: string; method: string; operation: Operation; words: string }

async function readApi() {
  const [api]: [Api, void] = await Promise.all([fetch("/openapi.json").then((response) => response.json()), loadMarkdown()]);
  const rows: Row[] = Object.entries(api.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) =>
    ({ path, method, operation, words: JSON.stringify([path, method, operation]).toLowerCase() })));
  const resolve: Resolve = (part) => part.$ref
    ? part.$ref.slice(2).split("/").reduce((at, key) => (at as Record<string, unknown>)[key], api as unknown) as typeof part : part;
  return { api, rows, resolve };
}

const Block = ({ children }: { children: string }) => <Scroll label={children.slice(0, 40)} class="block"><pre>{children}</pre></Scroll>;

function Bodies({ content = {}, resolve }: { content?: Content; resolve: Resolve }) {
  return <>{Object.entries(content).map(([type, { schema }]) => <Block key={type}>{type === "application/json" ? write(schema, resolve) : type}</Block>)}</>;
}

function Details({ operation, resolve }: { operation: Operation; resolve: Resolve }) {
  const { parameters = [], requestBody, responses } = operation;
  return (
    <div class="operation">
      {operation.description && <Rich text={operation.description} format="markdown" />}
      {(parameters.length > 0 || requestBody) && <h3 lang={language}>{d("docs.sends")}</h3>}
      {parameters.map((one) => <Block key={one.name}>{writeParameter(one.in, one.name, one.schema, one.description, resolve)}</Block>)}
      <Bodies content={requestBody?.content} resolve={resolve} />
      <h3 lang={language}>{d("docs.answers")}</h3>
      {Object.entries(responses).map(([status, given]) => {
        const answer = resolve(given);
        return (
          <div key={status}>
            <p><span class={Number(status) < 400 ? "tag good" : "tag"}>{status}</span> <Rich text={answer.description} format="markdown" isInline /></p>
            {Number(status) < 400 && <Bodies content={answer.content} resolve={resolve} />}
          </div>
        );
      })}
    </div>
  );
}

/** Filled when it is opened: all at once would be long. */
function OperationView({ row: { path, method, operation }, resolve, isLinked }: { row: Row; resolve: Resolve; isLinked: boolean }) {
  const [isOpen, setOpen] = useState(isLinked);
  return (
    <details id={operation.operationId} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary><span class={`method ${method}`}>{method.toUpperCase()}</span><code>{path}</code><span class="soft">{operation.summary}</span></summary>
      {isOpen && <Details operation={operation} resolve={resolve} />}
    </details>
  );
}

/** A link to /docs#operation opens it. */
function useLinked(isReady: boolean): string {
  const [linked, setLinked] = useState(decodeURIComponent(location.hash.slice(1)));
  useEffect(() => {
    const look = () => setLinked(decodeURIComponent(location.hash.slice(1)));
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  useEffect(() => { if (isReady && linked) document.getElementById(linked)?.scrollIntoView(); }, [isReady, linked]);
  return linked;
}

export function Docs() {
  const { value, error, again } = useResource(readApi);
  const [wanted, setWanted] = useState("");
  const linked = useLinked(value !== undefined);
  if (!value) return <><Title>{d("docs.title")}</Title>{error === undefined ? <Loading /> : <Failure error={error} retry={again} />}</>;
  const { api, rows, resolve } = value;
  const shown = rows.filter(({ words }) => words.includes(wanted.trim().toLowerCase()));
  return (
    <>
      <Title>{d("docs.title")}</Title>
      <p class="soft">{d("docs.version", { title: api.info.title, version: api.info.version, openapi: api.openapi })} <a href="/openapi.json">{d("docs.forPrograms", { path: "/openapi.json" })}</a></p>
      <div class="introduction" lang="en"><Rich text={api.info.description} format="markdown" /></div>
      <label class="field find">{d("docs.find")} <span class="hint">{d("docs.find.hint")}</span>
        <input type="search" autocomplete="off" onInput={(event) => setWanted(event.currentTarget.value)} /></label>
      {shown.length === 0 && <Empty>{d("docs.none")}</Empty>}
      {api.tags.map(({ name, description }) => {
        const own = shown.filter(({ operation }) => operation.tags[0] === name);
        return own.length > 0 && (
          <section key={name} class="card operations" aria-label={name} lang="en">
            <h2>{name}</h2>
            {description && <p class="soft">{description}</p>}
            {own.map((row) => {
              const isLinked = row.operation.operationId === linked;
              return <OperationView key={`${row.operation.operationId}${isLinked}`} row={row} resolve={resolve} isLinked={isLinked} />;
            })}
          </section>
        );
      })}
    </>
  );
}
