// SPDX-License-Identifier: MIT
// How one sits an exam, in the lobby.

import { useState } from "preact/hooks";
import { Manual } from "../shared/manual";
import { t } from "../shared/texts";

export function SitGuide() {
  const [isOpen, open] = useState(false);
  return (
    <details class="card" onToggle={(event) => open(event.currentTarget.open)}>
      <summary>{t("lobby.guide")}</summary>
      {isOpen && <Manual of="sitting" />}
    </details>
  );
}
