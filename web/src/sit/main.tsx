// SPDX-License-Identifier: MIT
// The page of a running exam. It has a script of its own, small enough for a slow line, and leaves nothing but unsent answers
// on the computer.

import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { readNote } from "../shared/exam_notes";
import { drawPage, Failure, Loading, Notice, Title } from "../shared/page";
import { applyTheme, isKept } from "../shared/storage";
import { counted, errorText, readLanguage, showDeadline, showTime, t } from "../shared/texts";
import { Announcer, Clock } from "./clock_view";
import { Ended } from "./ended";
import { useInView } from "./in_view";
import { useKeys } from "./keys";
import { LogInAgain } from "./login_again";
import { Notices } from "./notices";
import { Palette } from "./palette";
import { QuestionView } from "./question";
import { Review } from "./review";
import { Sitting } from "./sitting";

function SaveState({ sitting }: { sitting: Sitting }) {
  const outbox = sitting.outbox!;
  const n = outbox.unsaved.length;
  const [kind, text] = n > 0
    ? outbox.isSending && !outbox.brokenSince ? ["busy", t("sit.save.sending")] : ["bad", counted("sit.save.waiting", n)]
    : sitting.typed.size > 0 ? ["bad", counted("sit.save.unread", sitting.typed.size)]
    : outbox.brokenSince !== undefined ? ["bad", t("sit.save.offline")]
    : sitting.savedAt ? ["good", t("sit.save.saved", { time: showTime(sitting.savedAt) })] : ["", t("sit.save.none")];
  return <p class={`saving ${kind}`}>{text}</p>;
}

const brokenAt = ({ clock, outbox }: Sitting) => showTime(clock.now() - (performance.now() - outbox!.brokenSince!));

/** Nothing arrives, or nothing is taken. */
function Broken({ sitting }: { sitting: Sitting }) {
  const { brokenSince, refusedBy, unsaved } = sitting.outbox!;
  if (brokenSince === undefined) return null;
  return (
    <div class="notice bad offline" role="status">
      <p>
        <strong>{refusedBy ? t("sit.offline.refusing", { why: errorText(refusedBy) }) : t("sit.offline", { time: brokenAt(sitting) })}</strong>{" "}
        {unsaved.length === 0 ? t("sit.offline.none") : counted("sit.offline.kept", unsaved.length, { deadline: showDeadline(sitting.deadline) })}{" "}
        {(refusedBy || performance.now() - brokenSince > 60_000) && t("sit.offline.long")}
      </p>
      <button type="button" onClick={() => void sitting.outbox!.flush()}>{t("sit.offline.try")}</button>
    </div>
  );
}

/** In place of the browser's own page, when the exam was loaded again without a connection. */
function Unreached({ sitting }: { sitting: Sitting }) {
  const note = readNote(sitting.exam);
  return (
    <main class="alone" id="content">
      <Title>{t("sit.unreached")}</Title>
      <Notice kind="bad">
        <p>{note && note.unsent > 0 && counted("sit.offline.kept", note.unsent, { deadline: showDeadline(note.deadline) })}{" "}
          {note && note.unsent === 0 && t("sit.ends", { time: showDeadline(note.deadline) })} {t("sit.unreached.text")}</p>
        <button type="button" onClick={() => void sitting.open()}>{t("sit.offline.try")}</button>
      </Notice>
    </main>
  );
}

function Banners({ sitting }: { sitting: Sitting }) {
  return (
    <>
      <Broken sitting={sitting} />
      {!isKept && <Notice kind="bad"><p>{t("sit.noStorage")}</p></Notice>}
      {sitting.hasMoved && <Notice kind="good"><p>{t(sitting.deadlineReason === "reopened" ? "sit.clock.reopened" : "sit.clock.moved", { time: showDeadline(sitting.deadline) })}</p></Notice>}
      <Notices sitting={sitting} />
      {sitting.phase === "over" && <Notice kind={sitting.isHandingIn ? "info" : "bad"}><p>{t(sitting.isHandingIn ? "review.busy" : "sit.over")}</p></Notice>}
      {sitting.phase === "elsewhere" && (
        <div class="notice bad" role="alert">
          <h2>{t("sit.elsewhere.title")}</h2>
          <p>{t("sit.elsewhere")}</p>
          <button type="button" class="main" onClick={() => void sitting.open(true)}>{t("sit.elsewhere.here")}</button>
        </div>
      )}
    </>
  );
}

/** In the bar, for whoever reads further down: that there is something on top of the page. */
function Above({ sitting, show }: { sitting: Sitting; show: () => void }) {
  const { brokenSince, refusedBy } = sitting.outbox!;
  const text = sitting.phase === "elsewhere" ? t("sit.elsewhere.title")
    : sitting.hasUnseen ? t("sit.notice.show")
    : refusedBy ? t("sit.offline.refusing.show")
    : brokenSince !== undefined && t("sit.offline.show", { time: brokenAt(sitting) });
  return text ? <button type="button" class="above" onClick={show}>{text}</button> : null;
}

/** Whether there is room for the palette beside the question. */
function useWide(): boolean {
  const wide = matchMedia("(min-width: 60rem)"); // also in style.css
  const [isWide, set] = useState(wide.matches);
  useEffect(() => {
    const look = () => set(wide.matches);
    wide.addEventListener("change", look);
    return () => wide.removeEventListener("change", look);
  }, []);
  return isWide;
}

/** The number of the question on the screen stands in the address, so that a reload comes back to it. */
const numberInAddress = () => Number(location.hash.slice(1)) || 1;

function Paper({ sitting }: { sitting: Sitting }) {
  const [current, setCurrent] = useState(() => Math.max(0, Math.min(numberInAddress(), sitting.questions.length) - 1));
  const [view, setView] = useState<"question" | "review">("question");
  const [isPaletteOpen, openPalette] = useState(false);
  const [isAboveShown, showAbove] = useState(true);
  const banners = useRef<HTMLDivElement>(null);
  const speak = useRef<() => void>(() => undefined);
  const isWide = useWide();
  useInView(banners, 0, showAbove);
  const { questions } = sitting;
  const question = questions[current];

  const go = (to: number) => {
    if (to < 0 || to >= questions.length) return;
    setCurrent(to);
    history.replaceState(null, "", `#${to + 1}`);
    setView("question");
    openPalette(false);
    scrollTo(0, 0);
  };
  const review = () => { setView("review"); openPalette(false); scrollTo(0, 0); };

  const mark = () => {
    if (!question || !sitting.canWrite) return;
    const answer = sitting.outbox!.answer(question.id);
    sitting.outbox!.change(question.id, { ...answer, flagged: !answer.flagged });
  };
  useKeys({ KeyN: () => go(current + 1), KeyP: () => go(current - 1), KeyM: mark, KeyT: () => speak.current() });

  const palette = <Palette key="palette" sitting={sitting} current={view === "question" ? current : -1} go={go} speak={() => speak.current()} isOpen={isPaletteOpen} />;
  return (
    <>
      <header class="sit-top">
        <p class="exam-title">{sitting.paper!.title}</p>
        <Clock sitting={sitting} />
        <SaveState sitting={sitting} />
        <button type="button" class="palette-toggle" aria-expanded={isPaletteOpen} aria-controls="palette"
          onClick={() => openPalette(!isPaletteOpen)}>{t("sit.questions")}</button>
        <button type="button" class="hand-in" onClick={review}>{t("sit.review")}</button>
        {!isAboveShown && <Above sitting={sitting} show={() => { scrollTo(0, 0); banners.current?.focus({ preventScroll: true }); }} />}
      </header>
      <Announcer sitting={sitting} onReady={(ready) => { speak.current = ready; }} />
      <div class="sit">
        {!isWide && palette}
        <main key="main" id="content">
          <div ref={banners} class="banners" tabIndex={-1}><Banners sitting={sitting} /></div>
          {view === "review" || !question
            ? <Review sitting={sitting} go={go} back={() => setView("question")} />
            : <QuestionView key={question.id} sitting={sitting} question={question} index={current} go={go} review={review} />}
        </main>
        {isWide && palette}
      </div>
    </>
  );
}

let draw = () => {}; // until there is a page
/** The paper is asked for before anything is drawn, and beside the catalogue of another language. */
const sitting = new Sitting(decodeURIComponent(location.pathname.split("/")[2] ?? ""), () => draw());
void sitting.open();

function Sit() {
  const [, next] = useReducer((n: number) => n + 1, 0);
  draw = () => next(0);
  return (
    <>
      {sitting.needsLogin && <LogInAgain sitting={sitting} />}
      {sitting.phase === "loading" && <main class="alone"><Loading label={t("sit.loading")} /></main>}
      {sitting.phase === "unreached" && <Unreached sitting={sitting} />}
      {sitting.phase === "failed" && (
        <main class="alone"><Title>{t("sit.failed")}</Title><Failure error={sitting.failure} retry={() => void sitting.open()} /></main>
      )}
      {sitting.phase === "ended" && <Ended sitting={sitting} />}
      {sitting.phase === "over" && !sitting.paper && <main class="alone"><Loading label={t("sit.over")} /></main>}
      {["open", "over", "elsewhere"].includes(sitting.phase) && sitting.paper && <Paper sitting={sitting} />}
    </>
  );
}

applyTheme();
readLanguage().then(() => drawPage(<Sit />));
