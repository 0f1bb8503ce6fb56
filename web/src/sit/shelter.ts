// SPDX-License-Identifier: MIT
// Asks the service worker to keep this page, so that a reload without a connection shows it and not the browser's own error.
// The worker is there while an exam is written, and goes with its end: a shared computer keeps nothing of it.

const WORKER = "/sit/worker.js", SCOPE = "/sit/";
const KEPT = "tripos.sit"; // also in web/worker/worker.ts

interface TrustedTypes { createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL(address: string): string } }

/** Where the policy asks for it, an address of scripts has to be vouched for. It is constant. */
function workerAddress(): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  return trustedTypes ? trustedTypes.createPolicy("tripos", { createScriptURL: () => WORKER }).createScriptURL("") : WORKER;
}

let isAsked = false;

/** Over plain HTTP there are no workers, and a reload needs the connection. */
export async function seekShelter(): Promise<void> {
  if (isAsked || !("serviceWorker" in navigator)) return;
  isAsked = true;
  try {
    await navigator.serviceWorker.register(workerAddress(), { scope: SCOPE, updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage(performance.getEntriesByType("resource").map(({ name }) => name));
  } catch {
    // The browser refuses: storage is forbidden, or the connection broke. The exam goes on without.
  }
}

export async function leaveShelter(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  await registration?.unregister();
  await caches.delete(KEPT);
}
