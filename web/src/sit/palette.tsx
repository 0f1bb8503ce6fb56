// SPDX-License-Identifier: MIT
// All questions at a glance. The state of each is in its name and in its shape, not only in its colour.

import { useEffect, useRef, useState } from "preact/hooks";
import { LanguageChoice } from "../shared/language_choice";
import { Rich } from "../shared/rich";
import { showDeadline, t } from "../shared/texts";
import { chooseKeys, usesKeys } from "./keys";
import type { Sitting } from "./sitting";

const FILTERS = ["all", "unanswered", "marked", "unsaved"] as const;
type Filter = (typeof FILTERS)[number];

export function stateOf(sitting: Sitting, id: string) {
  const outbox = sitting.outbox!;
  return { isAnswered: sitting.isAnswered(id), isMarked: outbox.answer(id).flagged, saving: sitting.typed.has(id) ? "unread" as const : outbox.state(id) };
}

function fits(sitting: Sitting, id: string, filter: Filter): boolean {
  const { isAnswered, isMarked, saving } = stateOf(sitting, id);
  return { all: true, unanswered: !isAnswered, marked: isMarked, unsaved: saving !== "none" && saving !== "saved" }[filter];
}

interface PaletteProps { sitting: Sitting; current: number; go: (to: number) => void; speak: () => void; isOpen: boolean }

export function Palette({ sitting, current, go, speak, isOpen }: PaletteProps) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => { if (isOpen) box.current?.focus(); }, [isOpen]);
  const [areKeysUsed, setKeysUsed] = useState(usesKeys);
  const [filter, setFilter] = useState<Filter>("all");
  const shown = sitting.questions.map((question, index) => ({ question, index })).filter(({ question }) => fits(sitting, question.id, filter));
  return (
    <nav id="palette" ref={box} tabIndex={-1} class={isOpen ? "palette open" : "palette"} aria-label={t("sit.questions")}>
      <p class="exam-name">{sitting.paper!.title}</p>
      <label class="field">{t("sit.filter")}
        <select value={filter} onChange={(event) => setFilter(event.currentTarget.value as Filter)}>
          {FILTERS.map((name) => <option key={name} value={name}>{t(`sit.filter.${name}`)}</option>)}
        </select>
      </label>
      {shown.length === 0 && <p class="soft">{t("sit.filter.none")}</p>}
      <ol>
        {shown.map(({ question, index }) => {
          const { isAnswered, isMarked, saving } = stateOf(sitting, question.id);
          const words = [t("result.question", { n: index + 1 }), t(isAnswered ? "sit.state.answered" : "sit.state.unanswered"),
            ...(isMarked ? [t("sit.state.marked")] : []), ...(saving === "none" ? [] : [t(`sit.state.${saving}`)])];
          return (
            <li key={question.id}>
              <button type="button" aria-label={words.join(", ")} aria-current={index === current ? "step" : undefined} onClick={() => go(index)}
                class={["cell", isAnswered && "answered", isMarked && "marked", saving !== "none" && saving !== "saved" && "unsaved"].filter(Boolean).join(" ")}>
                {index + 1}
              </button>
            </li>
          );
        })}
      </ol>
      <ul class="legend" aria-hidden="true">
        <li><span class="cell answered" /> {t("sit.state.answered")}</li>
        <li><span class="cell marked" /> {t("sit.state.marked")}</li>
        <li><span class="cell unsaved" /> {t("sit.state.waiting")}</li>
      </ul>
      <p class="soft">{t("sit.ends", { time: showDeadline(sitting.deadline) })} {t(`sit.ends.${sitting.deadlineReason}`)}</p>
      {sitting.paper!.instructions && (
        <details><summary>{t("sit.instructions")}</summary><Rich text={sitting.paper!.instructions} format="markdown" /></details>
      )}
      <details>
        <summary>{t("sit.keys")}</summary>
        <p class="soft">{t("sit.keys.text")}</p>
        <label class="check"><input type="checkbox" checked={areKeysUsed}
          onChange={() => { chooseKeys(!areKeysUsed); setKeysUsed(!areKeysUsed); }} /> {t("sit.keys.use")}</label>
        <button type="button" class="link" onClick={speak}>{t("sit.keys.speak")}</button>
      </details>
      {sitting.outbox!.brokenSince === undefined && <LanguageChoice />} {/* it loads the page again */}
    </nav>
  );
}
