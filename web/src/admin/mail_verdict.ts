// SPDX-License-Identifier: MIT
// Why somebody did not get a mail, as far as the server knows. Pure.

import type { Answer } from "../shared/api";

export type Mail = Answer<"/api/admin/mail/log", "get">["data"][number];
export type Obstacle = Answer<"/api/admin/suppressions", "get">["data"][number];

export type Verdict =
  | { kind: "suppressed"; obstacle: Obstacle }
  | { kind: "paused" | "none" }
  | { kind: "sent" | "waits" | "tried" | "deferred" | "failed" | "withdrawn" | "doubt"; mail: Mail };

/** The newest mail decides, but for what keeps every mail from going. `mails` are newest first. */
export function verdictOf(mails: Mail[], obstacle: Obstacle | undefined, isPaused: boolean): Verdict {
  const mail = mails[0];
  if (obstacle) return { kind: "suppressed", obstacle };
  if (!mail) return { kind: "none" };
  const isOnItsWay = ["PENDING", "QUEUED", "DEFERRED"].includes(mail.status);
  if (isOnItsWay && isPaused) return { kind: "paused" };
  if (mail.status === "DEFERRED") return { kind: "deferred", mail };
  if (isOnItsWay) return { kind: mail.tries.length > 0 ? "tried" : "waits", mail };
  if (mail.status === "SENT") return { kind: "sent", mail };
  if (mail.status === "IN_DOUBT") return { kind: "doubt", mail };
  return { kind: mail.status === "FAILED" ? "failed" : "withdrawn", mail };
}
