// SPDX-License-Identifier: MIT
// The pages of those who run the site. Which of them the menu offers is by what somebody may do; the server decides it anew
// each time.

import { show } from "../shared/router";
import { may } from "../shared/session";
import { Audit } from "./audit";
import { CachePage } from "./cache";
import { EnginesPage } from "./engines";
import { Guide } from "./guide";
import { JobPage } from "./job";
import { MailPage } from "./mail";
import { Newsletters } from "./newsletters";
import { Overview } from "./overview";
import { QueuePage } from "./queue";
import { Queues } from "./queues";
import { a } from "./texts";

show([
  [/^\/admin$/, Overview],
  [/^\/admin\/queues$/, Queues],
  [/^\/admin\/queues\/([^/]+)$/, QueuePage],
  [/^\/admin\/queues\/([^/]+)\/([^/]+)$/, JobPage],
  [/^\/admin\/mail$/, MailPage],
  [/^\/admin\/newsletters$/, Newsletters],
  [/^\/admin\/cache$/, CachePage],
  [/^\/admin\/engines$/, EnginesPage],
  [/^\/admin\/audit$/, Audit],
  [/^\/admin\/guide$/, Guide],
], (who) => {
  const links: [string, string][] = [];
  if (may(who, "operate")) links.push(["/admin", a("nav.overview")], ["/admin/queues", a("nav.queues")], ["/admin/mail", a("nav.mail")], ["/admin/cache", a("nav.cache")], ["/admin/engines", a("nav.engines")]);
  if (may(who, "mailings")) links.push(["/admin/newsletters", a("nav.newsletters")]);
  if (may(who, "audit")) links.push(["/admin/audit", a("nav.audit")]);
  if (may(who, "accounts")) links.push(["/staff/users", a("nav.users")]);
  links.push(["/staff", a("nav.staff")]);
  return links;
});
