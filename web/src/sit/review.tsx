// SPDX-License-Identifier: MIT
// Before handing in: what is open, marked or not saved, each a way back; then one question whether it is meant.

import { useEffect, useRef, useState } from "preact/hooks";
import { Title } from "../shared/page";
import { counted, errorText, t } from "../shared/texts";
import { stateOf } from "./palette";
import type { Sitting } from "./sitting";

function Open({ title, numbers, go }: { title: string; numbers: number[]; go: (to: number) => void }) {
  return (
    <section>
      <h2>{title}</h2>
      {numbers.length === 0 ? <p class="soft">{t("sit.filter.none")}</p> : (
        <ul class="numbers">{numbers.map((index) => (
          <li key={index}><button type="button" class="cell" aria-label={t("result.question", { n: index + 1 })} onClick={() => go(index)}>{index + 1}</button></li>
        ))}</ul>
      )}
    </section>
  );
}

export function Review({ sitting, go, back }: { sitting: Sitting; go: (to: number) => void; back: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const [said, say] = useState("");
  const dialog = useRef<HTMLDialogElement>(null);
  const problem = useRef<HTMLDivElement>(null);
  useEffect(() => { if (said) problem.current?.focus(); }, [said]); // the page is long: it comes into sight, too
  const states = sitting.questions.map(({ id }) => stateOf(sitting, id));
  const where = (fits: (state: ReturnType<typeof stateOf>) => boolean) => states.flatMap((state, index) => (fits(state) ? [index] : []));
  const total = states.length;
  const n = where(({ isAnswered }) => isAnswered).length;

  async function handIn() {
    dialog.current?.close();
    if (isBusy) return;
    setBusy(true);
    say("");
    const outcome = await sitting.handIn();
    if (typeof outcome === "number") say(counted("review.unsent", outcome));
    else if (outcome !== "done" && !sitting.needsLogin) say(errorText(outcome));
    setBusy(false);
  }

  return (
    <>
      <Title>{t("review.title")}</Title>
      <div class="trio">
        <Open title={t("review.unanswered")} numbers={where(({ isAnswered }) => !isAnswered)} go={go} />
        <Open title={t("review.marked")} numbers={where(({ isMarked }) => isMarked)} go={go} />
        <Open title={t("review.unsaved")} numbers={where(({ saving }) => saving !== "none" && saving !== "saved")} go={go} />
      </div>
      <p>{t("review.final")}</p>
      {said && <div ref={problem} class="notice bad" role="alert" tabIndex={-1}><p>{said}</p></div>}
      <p class="actions">
        <button type="button" onClick={back}>{t("review.back")}</button>
        <button type="button" class="main" aria-disabled={isBusy || !sitting.canWrite} onClick={() => sitting.canWrite && !isBusy && dialog.current?.showModal()}>
          {isBusy ? t("review.busy") : t("review.action", { n, total })}
        </button>
      </p>
      <dialog ref={dialog} aria-labelledby="confirm-title">
        <h2 id="confirm-title">{t("review.confirm.title")}</h2>
        <p>{t("review.confirm", { n, total })}</p>
        <p class="actions">
          <button type="button" autofocus onClick={() => dialog.current?.close()}>{t("review.confirm.no")}</button>
          <button type="button" class="main" onClick={handIn}>{t("review.confirm.yes")}</button>
        </p>
      </dialog>
    </>
  );
}
