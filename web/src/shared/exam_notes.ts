// SPDX-License-Identifier: MIT
// What this browser knows of an exam that somebody writes in it: whose answers wait here, and until when they count.

import { serverNow } from "./api";
import { get, keys, put, remove, UNSENT } from "./storage";

interface Note { attempt: string; deadline: number }

const NOTES = "tripos.exam:";
const KEPT_LATE = 24 * 3_600_000; // ms after the end: so long the server keeps what comes too late

const read = (key: string) => JSON.parse(get(key) ?? "null") as Note | null;
const unsentOf = ({ attempt }: Note) => keys(`${UNSENT}${attempt}:`);

export const writeNote = (exam: string, note: Note): void => put(NOTES + exam, JSON.stringify(note));
export const dropNote = (exam: string): void => remove(NOTES + exam);

export function readNote(exam: string): { unsent: number; deadline: number } | undefined {
  const note = read(NOTES + exam);
  return note ? { unsent: unsentOf(note).length, deadline: note.deadline } : undefined;
}

/** Answers that the server may still take. Copies of all others are dropped: nobody will send them. */
export function countUnsent(): number {
  const live = keys(NOTES).filter((key) => (read(key)?.deadline ?? 0) + KEPT_LATE > serverNow());
  const unsent = new Set(live.flatMap((key) => unsentOf(read(key)!)));
  for (const key of keys(UNSENT)) if (!unsent.has(key)) remove(key);
  return unsent.size;
}
