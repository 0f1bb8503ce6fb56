// SPDX-License-Identifier: MIT
// What the foot of every page leads to: how one sits an exam here, and how accessible the pages are.

import { Manual } from "../shared/manual";
import { Title } from "../shared/page";
import { t } from "../shared/texts";

export function Help() {
  return <><Title>{t("lobby.guide")}</Title><section class="card"><Manual of="sitting" /></section></>;
}

export function Accessibility() {
  return <><Title>{t("site.accessibility")}</Title><section class="card"><Manual of="accessibility" /></section></>;
}
