// SPDX-License-Identifier: MIT
// The languages of the pages, each by its own name. A language that is missing somewhere is an error of the type checker.

import { get, put } from "./storage";

export const LANGUAGES = { en: "English", hi: "हिन्दी" } as const;
export type Language = keyof typeof LANGUAGES;
/** All but English, which every page carries. */
export type Other = Exclude<Language, "en">;

const KEY = "tripos.language";
const isOne = (tag: string): tag is Language => tag in LANGUAGES;

/** What was chosen on this browser; else the first of the browser's languages that there is. */
export function wantedLanguage(): Language {
  const kept = get(KEY) ?? "";
  return isOne(kept) ? kept : navigator.languages.map((tag) => tag.split("-")[0] ?? "").find(isOne) ?? "en";
}

/** The page comes again in it. */
export function chooseLanguage(language: Language): void {
  put(KEY, language);
  location.reload();
}
