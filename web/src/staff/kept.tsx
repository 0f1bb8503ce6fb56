// SPDX-License-Identifier: MIT
// What was written on this page before and not saved: it is there again, says so, and can be thrown away.

import { useState } from "preact/hooks";
import { dropDraft, keepDraft, keptDraft } from "../shared/drafts";
import { Notice } from "../shared/page";
import { t } from "../shared/texts";

/** Of a thing that is `before` as long as nothing is written. */
export function useDraft<T extends object>(userId: string, what: string, before: T) {
  const [found, setFound] = useState(() => keptDraft<T>(userId, what));
  return {
    found,
    keep: (now: T) => keepDraft(userId, what, before, now),
    drop: () => { dropDraft(userId, what); setFound(undefined); },
  };
}

export function Kept({ drop }: { drop: () => void }) {
  return <Notice kind="warn"><p>{t("draft.kept")}</p><button type="button" class="quiet" onClick={drop}>{t("draft.drop")}</button></Notice>;
}
