// SPDX-License-Identifier: MIT
// What the staff tell during the exam: the newest as a banner that never takes the focus, all of them in a list. One counts as
// seen once it was on the screen.

import { useRef, useState } from "preact/hooks";
import { counted, showTime, t } from "../shared/texts";
import { useInView } from "./in_view";
import type { Sitting } from "./sitting";

const ENOUGH = 0.3; // of a message, which may be longer than a phone

function Fresh({ sitting, notice: { number, text, sentAt } }: { sitting: Sitting; notice: Sitting["notices"][number] }) {
  const box = useRef<HTMLDivElement>(null);
  useInView(box, ENOUGH, (isInView) => isInView && sitting.see(number));
  return (
    <div ref={box} class="notice warn">
      <h2>{t("sit.notice", { time: showTime(Date.parse(sentAt)) })}</h2>
      <p class="text">{text}</p>
    </div>
  );
}

export function Notices({ sitting }: { sitting: Sitting }) {
  const { notices } = sitting;
  const [closed, close] = useState(0); // the number of the last that was closed
  const fresh = notices.filter(({ number }) => number > closed);
  const old = notices.filter(({ number }) => number <= closed);
  return (
    <>
      <div role="status">
        {fresh.map((notice) => <Fresh key={notice.number} sitting={sitting} notice={notice} />)}
      </div>
      {fresh.length > 0 && <p><button type="button" onClick={() => close(fresh.at(-1)!.number)}>{t("sit.notice.seen")}</button></p>}
      {old.length > 0 && (
        <details class="messages">
          <summary>{counted("sit.notices", old.length)}</summary>
          <ul>{old.map(({ number, text, sentAt }) => <li key={number} class="text">{showTime(Date.parse(sentAt))} {text}</li>)}</ul>
        </details>
      )}
    </>
  );
}
