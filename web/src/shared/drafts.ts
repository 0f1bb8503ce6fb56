// SPDX-License-Identifier: MIT
// What somebody has written and not saved yet: of each thing the members that they changed. It outlives the page, in this browser alone, until it is saved, thrown away, they log out or somebody else logs in.

import { get, keys, put, randomName, remove } from "./storage";

const DRAFTS = "tripos.draft:";
const ofPerson = (userId: string) => `${DRAFTS}${userId}:`;

/** `once`: the same as long as it is this draft, so that what it becomes is made once. */
interface KeptDraft<T> { changed: Partial<T>; once: string }

/** `what`: the thing that it is of, as "exam:ID". */
export function keptDraft<T>(userId: string, what: string): KeptDraft<T> | undefined {
  try {
    const { once = randomName(), ...changed } = JSON.parse(get(ofPerson(userId) + what)!);
    return { changed, once };
  } catch {
    return undefined; // there is none, or it is of another release, or touched by hand
  }
}

/** The members of `now` that are not as they were: only these are kept and sent, so that what others change meanwhile is not undone. */
export function changesOf<T extends object>(before: T, now: T): Partial<T> {
  const was = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== was.get(name))) as Partial<T>;
}

/** Nothing is kept when all is as it was. */
export function keepDraft<T extends object>(userId: string, what: string, before: T, now: T, once: string): void {
  const changed = changesOf(before, now);
  if (Object.keys(changed).length === 0) dropDraft(userId, what);
  else put(ofPerson(userId) + what, JSON.stringify({ ...changed, once }));
}

export const dropDraft = (userId: string, what: string) => remove(ofPerson(userId) + what);
export const hasDrafts = () => keys(DRAFTS).length > 0;
export const dropDrafts = () => keys(DRAFTS).forEach(remove);
/** A browser that several share keeps nothing of one for another to read. */
export const dropDraftsOfOthers = (userId: string) => keys(DRAFTS).filter((key) => !key.startsWith(ofPerson(userId))).forEach(remove);
