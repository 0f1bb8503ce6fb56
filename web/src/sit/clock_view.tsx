// SPDX-License-Identifier: MIT
// The time left: minutes until five of them remain, then seconds; it may be hidden until then. What is spoken is in regions of
// its own, a few times in an exam and not every second.

import { useEffect, useRef, useState } from "preact/hooks";
import { counted, t } from "../shared/texts";
import type { Sitting } from "./sitting";

const MINUTE = 60_000;
const FINE = 5; // minutes from which on seconds are shown
const MANY = 180; // from which on they are told as hours
const SPOKEN = [30, 10, 5, 1];

const minutesLeft = (sitting: Sitting) => Math.max(0, Math.ceil(sitting.left / MINUTE));

function shown(sitting: Sitting): string {
  const minutes = minutesLeft(sitting);
  if (minutes > MANY) return t("sit.clock.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
  if (minutes > FINE) return counted("sit.clock.minutes", minutes);
  const seconds = Math.max(0, Math.ceil(sitting.left / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function Clock({ sitting }: { sitting: Sitting }) {
  const [isHidden, hide] = useState(false);
  const isLate = minutesLeft(sitting) <= FINE;
  const isShown = isLate || !isHidden;
  return (
    <div class={isLate ? "clock late" : "clock"}>
      <span class="clock-label">{t("sit.clock")}</span>
      <span role="timer" aria-label={t("sit.clock")} class="clock-time">{isShown ? shown(sitting) : "–"}</span>
      {!isLate && <button type="button" class="link" onClick={() => hide(!isHidden)}>{t(isHidden ? "sit.clock.show" : "sit.clock.hide")}</button>}
      {sitting.extraMinutes > 0 && <span class="clock-extra">{t("sit.clock.extra", { n: sitting.extraMinutes })}</span>}
    </div>
  );
}

export function Announcer({ sitting, onReady }: { sitting: Sitting; onReady: (speak: () => void) => void }) {
  const [polite, setPolite] = useState("");
  const [urgent, shout] = useState("");
  // The same words once more are a change all the same, or nothing would be spoken.
  const say = (words: string) => setPolite((last) => (last === words ? `${words}\u00a0` : words));
  const heard = useRef({ deadline: 0, least: 0 });
  const left = minutesLeft(sitting);
  useEffect(() => onReady(() => say(counted("sit.clock.left", minutesLeft(sitting)))), [sitting]);
  // Each once until the deadline moves, also when the clock learns something and goes back a little.
  useEffect(() => {
    const { deadline, least } = heard.current;
    if (deadline === sitting.deadline && left >= least) return;
    heard.current = { deadline: sitting.deadline, least: left };
    if (deadline === sitting.deadline && SPOKEN.includes(left)) (left === 1 ? shout : say)(counted("sit.clock.left", left));
  }, [left, sitting.deadline]);
  return (
    <>
      <p class="spoken" role="status" aria-live="polite">{polite}</p>
      <p class="spoken" role="alert" aria-live="assertive">{urgent}</p>
    </>
  );
}
