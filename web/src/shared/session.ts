// SPDX-License-Identifier: MIT
// Who is logged in. The session is a cookie that scripts cannot read; the profile says whether there is one. It is asked for
// once and again after a log-in or log-out.

import { useEffect, useState } from "preact/hooks";
import { call, Problem, type Answer } from "./api";
import { dropDrafts, dropDraftsOfOthers, hasDrafts } from "./drafts";
import { countUnsent } from "./exam_notes";
import { get, put, randomName } from "./storage";
import { t } from "./texts";

export type Person = Answer<"/api/profile/me", "get">["data"];

/** The channel by which the tabs of this browser hear that somebody has logged in: they share the session. */
export const SESSIONS = "tripos.session";

let asked: Promise<Person | null> | undefined;

export function person(): Promise<Person | null> {
  asked ??= call("get", "/api/profile/me").then(({ data }) => {
    dropDraftsOfOthers(data.id);
    return data;
  }).catch((error) => {
    if (error instanceof Problem && (error.status === 401 || error.status === 403)) return null;
    asked = undefined;
    throw error;
  });
  return asked;
}

/** Of a page that is nobody's but theirs. */
export async function signedIn(): Promise<Person> {
  const who = await person();
  if (!who) throw new Problem(401, "unauthorized", "");
  return who;
}

export type Capability = "questions" | "drafts" | "invigilate" | "publish" | "results" | "accounts" | "operate" | "mailings" | "audit";
export const may = (who: Person | null | undefined, capability: Capability) => who?.capabilities.includes(capability) ?? false;

/** Undefined while nobody knows, null for a visitor. */
export function usePerson(): Person | null | undefined {
  const [who, set] = useState<Person | null>();
  useEffect(() => { person().then(set, () => set(null)); }, []);
  return who;
}

const SESSION = "tripos.session"; // which of this browser's sessions it is: a name of its own for each

let ofPage = get(SESSION);

/** A page that the browser kept for going back shows what another session saw: it is read anew, before anybody reads it. */
addEventListener("pageshow", (event) => {
  if (!event.persisted || get(SESSION) === ofPage) return;
  document.documentElement.hidden = true;
  location.reload();
});

export async function logIn(email: string, password: string): Promise<void> {
  await call("post", "/api/auth/login", { body: { email, password } });
  ofPage = randomName();
  put(SESSION, ofPage);
  asked = undefined;
  if (!("BroadcastChannel" in window)) return;
  const tabs = new BroadcastChannel(SESSIONS);
  tabs.postMessage("changed");
  tabs.close(); // an open one keeps a page out of the browser's cache for going back
}

export async function logOut(): Promise<void> {
  if (countUnsent() > 0 && !confirm(t("nav.logout.unsent"))) return;
  if (hasDrafts() && !confirm(t("nav.logout.drafts"))) return;
  try {
    await call("post", "/api/auth/logout");
  } catch (problem) {
    const isOut = problem instanceof Problem && problem.status === 401; // the session had ended before
    if (!isOut) return alert(t("nav.logout.failed")); // whoever walks away has to know
  }
  put(SESSION, randomName()); // what this page shows is of the one before
  dropDrafts();
  location.assign("/");
}

/** Where a visitor goes who opens a page of somebody's own, and comes back from. */
export function toLogin(): void {
  location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Reads for a person; a visitor is sent to the log-in. */
export async function asPerson<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Problem && error.status === 401) toLogin();
    throw error;
  }
}
