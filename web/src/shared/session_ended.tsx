// SPDX-License-Identifier: MIT
// A session that ends while somebody works: a log-in over the page, so that nothing on it is lost. What was asked for meanwhile is
// asked for again afterwards.

import { useEffect, useRef, useState } from "preact/hooks";
import { onEndedSession } from "./api";
import { LogInForm } from "./login_form";
import { person, type Person } from "./session";
import { t } from "./texts";

/** Of a page on which `who` is logged in. */
export function SessionEnded({ who }: { who: Person }) {
  const [isEnded, setEnded] = useState(false);
  const [isStranger, setStranger] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const renewal = useRef<{ promise: Promise<void>; resolve: () => void } | undefined>(undefined);
  useEffect(() => onEndedSession(() => {
    if (!renewal.current) {
      let resolve = () => {};
      renewal.current = { promise: new Promise<void>((done) => { resolve = done; }), resolve };
      setEnded(true);
    }
    return renewal.current.promise;
  }), []);
  useEffect(() => { if (isEnded) dialog.current!.showModal(); }, [isEnded]);
  async function goOn() {
    const isOther = (await person())?.id !== who.id;
    setStranger(isOther);
    if (isOther) return;
    setEnded(false);
    renewal.current?.resolve();
    renewal.current = undefined;
  }
  if (!isEnded) return null;
  return (
    <dialog ref={dialog} aria-labelledby="session-ended" onCancel={(event) => event.preventDefault()}
      onClose={() => dialog.current?.showModal() /* of several presses of Escape browsers let one through */}>
      <h2 id="session-ended">{t("sit.login")}</h2>
      <p>{t(isStranger ? "session.stranger" : "session.ended", { email: who.email })}</p>
      <LogInForm done={goOn} />
      <p><a href="/" onClick={(event) => { event.preventDefault(); location.assign("/"); }}>{t("session.leave")}</a></p>
    </dialog>
  );
}
