// SPDX-License-Identifier: MIT
// The languages, each a button in its own words.

import { chooseLanguage, LANGUAGES, type Language } from "./languages";
import { language, t } from "./texts";

export function LanguageChoice() {
  return (
    <div class="languages" role="group" aria-label={t("site.language")}>
      {(Object.entries(LANGUAGES) as [Language, string][]).map(([tag, name]) => (
        <button key={tag} type="button" class="link" lang={tag} aria-pressed={tag === language} onClick={() => chooseLanguage(tag)}>{name}</button>
      ))}
    </div>
  );
}
