// SPDX-License-Identifier: MIT
// The texts of the pages, by key. Another language is another catalogue with the same keys in CATALOGUES; what it lacks
// stays English. Errors are worded by the `code` of the answer; its `message` is the last resort.

import { en } from "./texts.en";
import { Problem } from "./api";

export type Key = keyof typeof en;
type Values = Record<string, string | number>;

type Catalogues<K extends string> = Record<string, Partial<Record<K, string>>>;

const CATALOGUES: Catalogues<Key> = { en };

function chosenLanguage(): string {
  return navigator.languages.map((tag) => tag.split("-")[0] ?? "").find((tag) => tag in CATALOGUES) ?? "en";
}

export const language = chosenLanguage();
const plural = new Intl.PluralRules(language);

/** The two ways to a text of these catalogues: `t` by its key, `counted` by that of its forms KEY.one, KEY.other and so on. */
export function wording<K extends string>(whole: Record<K, string>, catalogues: Catalogues<K>) {
  const say = (key: K, values: Values = {}): string => {
    const text = catalogues[language]?.[key] ?? whole[key];
    return text.replace(/\{(\w+)\}/g, (asked, name: string) => String(values[name] ?? asked));
  };
  const count = (key: string, n: number, values: Values = {}): string => {
    const form = `${key}.${plural.select(n)}`;
    return say((form in whole ? form : `${key}.other`) as K, { n, ...values });
  };
  return { t: say, counted: count };
}

export const { t, counted } = wording<Key>(en, CATALOGUES);
const isKey = (key: string): key is Key => key in en;

export function errorText(error: unknown): string {
  if (!(error instanceof Problem)) return t("error.unexpected");
  const key = `error.${error.code}`;
  const text = isKey(key) ? t(key) : error.message;
  return error.retryAfter > 0 ? `${text} ${counted("error.retry", error.retryAfter)}` : text;
}

const ZONE: Intl.DateTimeFormatOptions = { timeZoneName: "short" };
const moment = new Intl.DateTimeFormat(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", ...ZONE });
const timeOfDay = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const number = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });

/** Day and time, with the zone. */
export const showMoment = (iso: string) => moment.format(new Date(iso));
/** 10:42:07, of milliseconds since 1970. */
export const showTime = (ms: number) => timeOfDay.format(ms);
export const showNumber = (value: number) => number.format(value);
