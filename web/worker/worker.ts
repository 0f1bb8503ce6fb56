// SPDX-License-Identifier: MIT
// The service worker of a running exam, for /sit/ alone. It keeps the page and the scripts, styles and fonts that it uses, and
// gives the page out when the server cannot be reached. Nothing of /api passes through it: neither a paper nor an answer is kept.
//
// What it keeps is what the last page that was opened online uses, so page and scripts fit each other whatever the server has
// meanwhile. A page that runs is never replaced: a navigation asks the server first, and a newer worker waits until no exam is open.

declare const self: ServiceWorkerGlobalScope;
export {};

const KEPT = "tripos.sit"; // also in web/src/sit/shelter.ts
const PAGE = "/sit/offline"; // every address below /sit/ is answered with the same page
const PATIENCE = 5000; // ms for which a page waits for the server

/** What has one address is the same for whoever asks, whatever the answer says that it depends on. */
const ANY = { ignoreVary: true };

const isHashed = (path: string) => /^\/site\/[\w.]+-[0-9A-Z]{8}\.\w+$/.test(path);

async function keep(addresses: string[]): Promise<void> {
  const cache = await caches.open(KEPT);
  const page = await fetch(PAGE);
  if (!page.ok) return;
  const html = await page.clone().text();
  const paths = [...addresses.map((address) => new URL(address).pathname), ...html.match(/\/site\/[\w.-]+/g) ?? []];
  const wanted = new Set(paths.filter(isHashed));
  const known = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  await cache.addAll([...wanted].filter((path) => !known.has(path)));
  await cache.put(PAGE, page); // last: what it needs is there
}

const inTime = (request: Request) => new Promise<Response>((resolve, reject) => {
  setTimeout(reject, PATIENCE);
  fetch(request).then(resolve, reject);
});

async function page(request: Request): Promise<Response> {
  const answer = await inTime(request).catch(() => undefined);
  if (answer && answer.status < 500) return answer;
  return await caches.match(PAGE, ANY) ?? answer ?? Response.error();
}

async function asset(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request, ANY);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (isHashed(pathname)) event.respondWith(asset(event.request));
});
