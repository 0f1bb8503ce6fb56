// SPDX-License-Identifier: MIT
// What this browser keeps: unsent answers, its own name, the choice of colours. Browsers may refuse any of it, at any time;
// then the page's memory has to do, and `isKept` says so.

const memory = new Map<string, string>();
export let isKept = true;

function attempt<T>(act: (storage: Storage) => T, instead: () => T): T {
  try {
    return act(localStorage);
  } catch {
    isKept = false;
    return instead();
  }
}

export function get(key: string): string | null {
  return memory.get(key) ?? attempt((storage) => storage.getItem(key), () => null);
}

export function put(key: string, value: string): void {
  attempt((storage) => { storage.setItem(key, value); memory.delete(key); }, () => { memory.set(key, value); });
}

export function remove(key: string): void {
  memory.delete(key);
  attempt((storage) => storage.removeItem(key), () => undefined);
}

export function keys(prefix: string): string[] {
  const kept = attempt((storage) => Object.keys(storage), () => []);
  return [...new Set([...kept, ...memory.keys()])].filter((key) => key.startsWith(prefix));
}

export const UNSENT = "tripos.unsent:";

/** That nobody else has. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12)); // randomUUID is not there over plain HTTP
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A name that stays with this browser, by which the server tells its saves from those of others. */
export function clientId(): string {
  const known = get("tripos.client");
  if (known) return known;
  const made = randomName();
  put("tripos.client", made);
  return made;
}

export type Theme = "auto" | "light" | "dark";
export const theme = () => (get("tripos.theme") ?? "auto") as Theme;

export function applyTheme(choice: Theme = theme()): void {
  put("tripos.theme", choice);
  document.documentElement.dataset.theme = choice;
}
