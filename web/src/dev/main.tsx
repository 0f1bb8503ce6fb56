// SPDX-License-Identifier: MIT
// The pages for developers: the API, the components of the pages, the cache, and the mails of a server without a relay.

import { show } from "../shared/router";
import { t } from "../shared/texts";
import { CachePage } from "./cache";
import { Components } from "./components";
import { Docs } from "./docs";
import { Inbox } from "./inbox";
import { d } from "./texts";

show([
  [/^\/docs$/, Docs],
  [/^\/docs\/components$/, Components],
  [/^\/cache$/, CachePage],
  [/^\/dev\/inbox$/, Inbox],
], () => [
  ["/status", t("status.title")],
  ["/docs", d("nav.api")],
  ["/docs/components", d("nav.components")],
  ["/cache", d("nav.cache")],
  ["/dev/inbox", d("nav.inbox")],
]);
