// SPDX-License-Identifier: MIT
// A session that ended in the middle: a log-in over the page, so that nothing on it is lost.

import { useEffect, useRef } from "preact/hooks";
import { LogInForm } from "../shared/login_form";
import { t } from "../shared/texts";
import type { Sitting } from "./sitting";

export function LogInAgain({ sitting }: { sitting: Sitting }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="login-again" onCancel={(event) => event.preventDefault()}
      onClose={() => dialog.current?.showModal() /* of several presses of Escape browsers let one through */}>
      <h2 id="login-again">{t(sitting.paper ? "sit.login" : "sit.login.first")}</h2>
      {sitting.paper && <p>{t(sitting.isStranger ? "sit.login.stranger" : "sit.login.text")}</p>}
      <LogInForm done={() => sitting.loggedIn()} />
    </dialog>
  );
}
