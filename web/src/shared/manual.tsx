// SPDX-License-Identifier: MIT
// Pages of docs/ in the site, each fetched when it is wanted.

import { useEffect, useState } from "preact/hooks";
import { Loading } from "./page";
import { Rich } from "./rich";
import { t } from "./texts";

const MANUALS = {
  sitting: () => import("../../../docs/sit-an-exam.md"),
  accessibility: () => import("../../../docs/accessibility.md"),
};

/** Without its title, which the page gives it, and without its pictures, which show what the site shows anyway. */
const readable = (text: string) => text.replace(/^# .*\n+(?:For candidates\.\n+)?/, "").replace(/^!\[.*\n+/gm, "");

export function Manual({ of }: { of: keyof typeof MANUALS }) {
  const [text, setText] = useState<string>();
  useEffect(() => { MANUALS[of]().then((file) => setText(readable(file.default)), () => setText("")); }, [of]);
  return text === undefined ? <Loading /> : text === "" ? <p>{t("lobby.guide.missing")}</p> : <div lang="en"><Rich text={text} format="markdown" /></div>;
}
