// SPDX-License-Identifier: MIT
// What somebody has written and not saved yet. It outlives the page, in this browser alone and for this person alone, until it is
// saved, thrown away, or they log out.

import { get, keys, put, remove } from "./storage";

const DRAFTS = "tripos.draft:";
const nameOf = (userId: string, what: string) => `${DRAFTS}${userId}:${what}`;

/** `what`: the thing that it is of, as "exam:ID". */
export function keptDraft<T>(userId: string, what: string): T | undefined {
  try {
    return JSON.parse(get(nameOf(userId, what)) ?? "null") ?? undefined;
  } catch {
    return undefined; // of another release, or touched by hand
  }
}

export const keepDraft = (userId: string, what: string, draft: unknown) => put(nameOf(userId, what), JSON.stringify(draft));
export const dropDraft = (userId: string, what: string) => remove(nameOf(userId, what));
export const hasDrafts = () => keys(DRAFTS).length > 0;
export const dropDrafts = () => keys(DRAFTS).forEach(remove);
