// SPDX-License-Identifier: MIT
// docs/sit-an-exam.md in the lobby, fetched when somebody opens it.

import { useState } from "preact/hooks";
import { Rich } from "../shared/rich";
import { t } from "../shared/texts";

/** Without its title, which the page gives it, and without its pictures, which show what comes next anyway. */
const readable = (guide: string) => guide.replace(/^# .*\n+For candidates\.\n+/, "").replace(/^!\[.*\n+/gm, "");

export function SitGuide() {
  const [text, setText] = useState<string>();
  const fetchText = () => import("../../../docs/sit-an-exam.md").then((file) => setText(readable(file.default)), () => setText(""));
  return (
    <details class="card" onToggle={(event) => { if (event.currentTarget.open && !text) void fetchText(); }}>
      <summary>{t("lobby.guide")}</summary>
      {text === undefined ? <p class="soft">{t("site.loading")}</p> : text === "" ? <p>{t("lobby.guide.missing")}</p> : <div lang="en"><Rich text={text} format="markdown" /></div>}
    </details>
  );
}
