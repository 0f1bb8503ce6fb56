// SPDX-License-Identifier: MIT
// The pages for developers: the API, the cache, and the mails of a server without a relay.

import { show } from "../shared/router";
import { t } from "../shared/texts";
import { CachePage } from "./cache";
import { Docs } from "./docs";
import { Inbox } from "./inbox";
import { d } from "./texts";

void show([
  [/^\/docs$/, Docs],
  [/^\/cache$/, () => <div lang="en"><CachePage /></div>],
  [/^\/dev\/inbox$/, Inbox],
], () => [
  ["/status", t("status.title")],
  ["/docs", d("nav.api")],
  ["/cache", d("nav.cache")],
  ["/dev/inbox", d("nav.inbox")],
]);
