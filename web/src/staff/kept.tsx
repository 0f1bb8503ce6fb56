// SPDX-License-Identifier: MIT
// What was written on this page before and not saved: it is there again, says so, and can be thrown away.

import { useState } from "preact/hooks";
import { dropDraft, keepDraft, keptDraft } from "../shared/drafts";
import { Notice } from "../shared/page";
import { randomName } from "../shared/storage";
import { t } from "../shared/texts";

/** Of a thing that is `before` as long as nothing is written. `once`: for `call`, so that a thing whose answer was lost is not made twice. */
export function useDraft<T extends object>(userId: string, what: string, before: T) {
  const [kept, setKept] = useState(() => keptDraft<T>(userId, what));
  const [once, setOnce] = useState(kept?.once ?? randomName());
  return {
    found: kept?.changed,
    once,
    keep: (now: T) => keepDraft(userId, what, before, now, once),
    drop: () => { dropDraft(userId, what); setKept(undefined); setOnce(randomName()); },
  };
}

export function Kept({ drop }: { drop: () => void }) {
  return <Notice kind="warn"><p>{t("draft.kept")}</p><button type="button" class="quiet" onClick={drop}>{t("draft.drop")}</button></Notice>;
}
