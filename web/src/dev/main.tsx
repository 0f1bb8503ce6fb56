// SPDX-License-Identifier: MIT
// The pages for developers: the API, and the mails of a server without a relay.

import { show } from "../shared/router";
import { t } from "../shared/texts";
import { Docs } from "./docs";
import { Inbox } from "./inbox";
import { d } from "./texts";

void show([
  [/^\/docs$/, Docs],
  [/^\/dev\/inbox$/, Inbox],
], () => [
  ["/status", t("status.title")],
  ["/docs", d("nav.api")],
  ["/dev/inbox", d("nav.inbox")],
]);
