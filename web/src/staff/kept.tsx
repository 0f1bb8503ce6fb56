// SPDX-License-Identifier: MIT
// What was written on this page before and not saved: it is there again, says so, and can be thrown away.

import { useState } from "preact/hooks";
import { dropDraft, keepDraft, keptDraft } from "../shared/drafts";
import { Notice } from "../shared/page";
import { t } from "../shared/texts";

export function useDraft<T>(userId: string, what: string) {
  const [found, setFound] = useState(() => keptDraft<T>(userId, what));
  return {
    found,
    keep: (draft: T) => keepDraft(userId, what, draft),
    drop: () => { dropDraft(userId, what); setFound(undefined); },
  };
}

export function Kept({ drop }: { drop: () => void }) {
  return <Notice kind="warn"><p>{t("draft.kept")}</p><button type="button" class="quiet" onClick={drop}>{t("draft.drop")}</button></Notice>;
}
