// SPDX-License-Identifier: MIT
// The texts of the pages, by key. English is in the script; another language is a catalogue with all the same keys, which is
// fetched when it is chosen. Errors are worded by the `code` of the answer; its `message` is the last resort.

import { Problem, serverNow } from "./api";
import { wantedLanguage, type Language, type Other } from "./languages";
import { en } from "./texts.en";

export type Key = keyof typeof en;
type Values = Record<string, string | number>;
type Catalogue<K extends string> = Record<K, string>;

/** That the page is in. */
export let language: Language = "en";
let plural = new Intl.PluralRules(language);

const ZONE: Intl.DateTimeFormatOptions = { timeZoneName: "short" };

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** As the language is written where the browser is: in India a zone has the name IST, and a day stands before its month. */
function formatsOf(chosen: Language) {
  const local = navigator.languages.find((tag) => tag.split("-")[0] === chosen) ?? chosen;
  return {
    instant: new Intl.DateTimeFormat(local, { day: "numeric", month: "short", ...TIME, second: "2-digit", ...ZONE }),
    moment: new Intl.DateTimeFormat(local, { weekday: "short", day: "numeric", month: "short", ...TIME, ...ZONE }),
    timeOfDay: new Intl.DateTimeFormat(local, { ...TIME, second: "2-digit" }),
    deadline: new Intl.DateTimeFormat(local, { ...TIME, second: "2-digit", ...ZONE }),
    change: new Intl.NumberFormat(local, { signDisplay: "exceptZero" }),
    number: new Intl.NumberFormat(local, { maximumFractionDigits: 3 }),
  };
}

let formats = formatsOf(language);

/** Of each catalogue, so that errors that only a part of the site can meet are worded there. */
const finds: ((key: string) => string | undefined)[] = [];
const fetches: ((chosen: Other) => Promise<() => void>)[] = [];

/** The two ways to a text of these catalogues: `t` by its key, `counted` by that of its forms KEY.one, KEY.other and so on. */
export function wording<K extends string>(english: Catalogue<K>, others: Record<Other, () => Promise<Catalogue<K>>>) {
  let texts = english;
  fetches.push(async (chosen) => {
    const fetched = await others[chosen]();
    return () => { texts = fetched; };
  });
  const say = (key: K, values: Values = {}): string =>
    texts[key].replace(/\{(\w+)\}/g, (asked, name: string) => String(values[name] ?? asked));
  finds.push((key) => (key in english ? say(key as K) : undefined));
  const count = (key: string, n: number, values: Values = {}): string => {
    const form = `${key}.${plural.select(n)}`;
    return say((form in english ? form : `${key}.other`) as K, { n, ...values });
  };
  return { t: say, counted: count };
}

/** Before the first text: fetches the catalogues of the language that is wanted. Without a connection the page is in English. */
export async function readLanguage(): Promise<void> {
  const wanted = wantedLanguage();
  if (wanted !== "en") {
    try {
      for (const use of await Promise.all(fetches.map((fetchOne) => fetchOne(wanted)))) use();
      language = wanted;
      plural = new Intl.PluralRules(language);
      formats = formatsOf(language);
    } catch {
      // The line broke just now: English is here.
    }
  }
  document.documentElement.lang = language;
}

export const { t, counted } = wording<Key>(en, { hi: async () => (await import("./texts.hi")).hi });
const wordingOf = ({ code }: Problem) => finds.map((find) => find(`error.${code}`)).find((text) => text !== undefined);

/** Whether errorText() is in the language of the page. */
export const isInWords = (error: unknown) => !(error instanceof Problem) || wordingOf(error) !== undefined;

export function errorText(error: unknown): string {
  if (!(error instanceof Problem)) return t("error.unexpected");
  const text = wordingOf(error) ?? error.message;
  return error.retryAfter > 0 ? `${text} ${counted("error.retry", error.retryAfter)}` : text;
}

/** Day and time, with the zone. */
export const showMoment = (iso: string) => formats.moment.format(new Date(iso));
/** Day and time to the second, with the zone: of what has happened. */
export const showInstant = (iso: string) => formats.instant.format(new Date(iso));
const dayOf = (ms: number) => new Date(ms).toDateString();
/** When something ends, with the zone: the time of day, and the day where it is another. */
export const showDeadline = (ms: number) => (dayOf(ms) === dayOf(serverNow()) ? formats.deadline : formats.instant).format(ms);
/** 10:42:07, of milliseconds since 1970: of what has just happened. */
export const showTime = (ms: number) => formats.timeOfDay.format(ms);
/** With its sign. */
export const showChange = (value: number) => formats.change.format(value);
export const showNumber = (value: number) => formats.number.format(value);
