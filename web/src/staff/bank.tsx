// SPDX-License-Identifier: MIT
// The questions there are, a page at a time, by domain, kind and difficulty. The choice is kept in the address.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { Empty, Failure, Loading, useResource } from "../shared/page";
import { Rich } from "../shared/rich";
import { asPerson } from "../shared/session";
import { counted } from "../shared/texts";
import { Pager } from "./pager";
import { s } from "./texts";

export type BankQuestion = Answer<"/api/question/all", "get">["data"][number];
export const TYPES = ["SINGLE_CORRECT", "MULTIPLE_CORRECT", "NUMERICAL"] as const;
export const DIFFICULTIES = ["EASY", "MEDIUM", "HARD"] as const;
const FILTERS = ["domain", "questionType", "difficulty", "page"] as const;
type Filters = Record<(typeof FILTERS)[number], string>;
const LIMIT = 20;

function fromAddress(): Filters {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries(FILTERS.map((name) => [name, asked.get(name) ?? ""])) as Filters;
}

function Select({ label, value, options, onChange }: { label: string; value: string; options: [string, string][]; onChange: (value: string) => void }) {
  return (
    <label class="field">{label}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{s("bank.all")}</option>
        {options.map(([own, text]) => <option key={own} value={own}>{text}</option>)}
      </select>
    </label>
  );
}

export function Bank({ action }: { action: (question: BankQuestion) => ComponentChildren }) {
  const [filters, setFilters] = useState(fromAddress);
  const key = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== "")).toString();
  const { value, error, again } = useResource(() => asPerson(() => call("get", "/api/question/all", { query: { ...filters, limit: LIMIT } })), key);
  useEffect(() => history.replaceState(null, "", key ? `?${key}` : location.pathname), [key]);
  const set = (part: Partial<Filters>) => setFilters({ ...filters, page: "", ...part });
  return (
    <>
      <div class="filters">
        <label class="field">{s("question.domain")}
          <input type="search" value={filters.domain} onChange={(event) => set({ domain: event.currentTarget.value.trim() })} />
        </label>
        <Select label={s("question.type")} value={filters.questionType} options={TYPES.map((type) => [type, s(`type.${type}`)])}
          onChange={(questionType) => set({ questionType })} />
        <Select label={s("question.difficulty")} value={filters.difficulty} options={DIFFICULTIES.map((one) => [one, s(`difficulty.${one}`)])}
          onChange={(difficulty) => set({ difficulty })} />
      </div>
      {error !== undefined && <Failure error={error} retry={again} />}
      {!value && error === undefined && <Loading />}
      {value?.data.length === 0 && <Empty>{s(key ? "bank.none" : "bank.empty")}</Empty>}
      {value && value.data.length > 0 && (
        <>
          <ul class="rows">
            {value.data.map((question) => (
              <li key={question.id}>
                <div class="grow">
                  <Rich text={question.statement} format={question.format} class="clip" />
                  <p class="soft">{s(`type.${question.questionType}`)} · {question.domain} · {s(`difficulty.${question.difficulty}`)} · {counted("sit.marks", question.marks)}</p>
                </div>
                {action(question)}
              </li>
            ))}
          </ul>
          <Pager pagination={value.pagination} go={(page) => set({ page: String(page) })} />
        </>
      )}
    </>
  );
}
