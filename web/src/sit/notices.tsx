// SPDX-License-Identifier: MIT
// What the staff tell during the exam: the newest as a banner that never takes the focus, all of them in a list.

import { useState } from "preact/hooks";
import { counted, showTime, t } from "../shared/texts";
import type { Sitting } from "./sitting";

export function Notices({ sitting: { notices } }: { sitting: Sitting }) {
  const [closed, close] = useState(0); // the number of the last that was closed
  const fresh = notices.filter(({ number }) => number > closed);
  const old = notices.filter(({ number }) => number <= closed);
  return (
    <>
      <div role="status">
        {fresh.map(({ number, text, sentAt }) => (
          <div key={number} class="notice warn">
            <h2>{t("sit.notice", { time: showTime(Date.parse(sentAt)) })}</h2>
            <p class="text">{text}</p>
          </div>
        ))}
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
