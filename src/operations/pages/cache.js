"use strict";

// Shows /api/admin/cache: what each family's lookups found, advice, and everything about one key but its value.

function bytes(count) {
  const unit = count < 1024 ? 0 : count < 1024 ** 2 ? 1 : 2;
  return `${(count / 1024 ** unit).toFixed(unit === 0 ? 0 : 1)} ${["B", "KiB", "MiB"][unit]}`;
}

function time(ms) {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

const COLUMNS = [
  ["Family", (family) => family.family],
  ["Lifetime", (family) => time(family.ttlMs)],
  ["Lookups", (family) => family.lookups],
  ["Hits", (family) => (family.lookups ? percent(family.hitRate) : "")],
  ["In process", (family) => family.processHits],
  ["In Redis", (family) => family.redisHits],
  ["Stale", (family) => family.staleHits],
  ["Absent", (family) => family.negativeHits],
  ["Loads", (family) => family.loads],
  ["Refused", (family) => family.refusedFills],
  ["Invalidated", (family) => family.invalidations],
  ["Saved", (family) => time(family.savedMs)],
  ["Entries", (family) => family.entries],
  ["Size", (family) => bytes(family.bytes)],
];

function familyRow(family) {
  const row = element("tr");
  row.append(...COLUMNS.map(([, read]) => element("td", read(family))));
  return row;
}

function list(items, otherwise) {
  return items.length ? items : [element("li", otherwise, "none")];
}

function adviceItem({ family, text }) {
  const item = element("li");
  if (family) item.append(element("strong", family));
  item.append(element("span", text));
  return item;
}

function keyItem({ key, share }) {
  const item = element("li");
  const button = element("button", key);
  button.addEventListener("click", () => {
    byId("ask").elements.key.value = key;
    explain(key);
  });
  item.append(button, element("span", `${percent(share)} of all lookups`));
  return item;
}

function show(stats) {
  const memory = `${bytes(stats.processBytes)} of ${bytes(stats.processLimit)} in this process`;
  const coherence = stats.tracking ? `as of ${time(stats.stalenessMs)} ago` : "Redis announces no changes: every read asks it";
  const waiting = stats.journal ? `, ${stats.journal} invalidations wait for Redis` : "";
  byId("state").textContent = `${memory}, ${coherence}${waiting}`;
  byId("rows").replaceChildren(...stats.families.map(familyRow));
  byId("advice").replaceChildren(...list(stats.advice.map(adviceItem), "None: all is as it should be, or too few lookups to tell."));
  byId("keys").replaceChildren(...list(stats.topKeys.map(keyItem), "None yet."));
}

function copyText(copy) {
  if (copy === null) return "Redis does not answer";
  if (copy.state === "absent") return "absent";
  const age = copy.ageMs ? `, here for ${time(copy.ageMs)}` : "";
  return `${copy.state}, ${bytes(copy.bytes)}${age}, ${time(copy.ttlLeftMs)} left`;
}

function entryRows(entry) {
  const versions = entry.versions.map(({ name, recorded, present }) => {
    const verdict = !recorded ? "not recorded" : recorded === present ? "current" : "past";
    return [name, `${verdict}${present ? `, now ${present}` : ", none now"}`];
  });
  const since = entry.lastInvalidation ? `${entry.lastInvalidation}, ${time(entry.sinceInvalidationMs)} ago` : "none known";
  return [
    ["Family", entry.family],
    ["Tags", entry.tags.join(", ") || "none"],
    ["In this process", copyText(entry.inProcess)],
    ["In Redis", copyText(entry.inRedis)],
    ["A load takes", entry.loadMs ? time(entry.loadMs) : "not known"],
    ["Being loaded", entry.leaseHolder ? `by ${entry.leaseHolder}, for ${time(entry.leaseLeftMs)} at most` : "no"],
    ...versions,
    ["Last invalidation", since],
    ...(entry.heldBack ? [["Held back", "an invalidation waits for Redis: the database answers"]] : []),
  ];
}

async function explain(key) {
  const response = await fetch(`/api/admin/cache/entry?key=${encodeURIComponent(key)}`);
  const body = await response.json();
  byId("problem").textContent = response.ok ? "" : body.message;
  const rows = response.ok ? entryRows(body.data) : [];
  byId("entry").replaceChildren(...rows.flatMap(([term, text]) => [element("dt", term), element("dd", text)]));
}

async function refresh() {
  try {
    const response = await fetch("/api/admin/cache");
    const body = await response.json();
    byId("entrance").hidden = response.ok;
    byId("inside").hidden = !response.ok;
    if (response.ok) show(body.data);
    else byId("state").textContent = response.status === 401 ? "Log in to look inside." : body.message;
  } catch {
    byId("state").textContent = "The server does not answer.";
  }
}

async function logIn(event) {
  event.preventDefault();
  const { ok, body } = await logInWith(event.target);
  byId("outcome").textContent = ok ? "" : body.message;
  refresh();
}

byId("columns").append(...COLUMNS.map(([name]) => element("th", name)));
byId("login").addEventListener("submit", logIn);
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  explain(event.target.elements.key.value.trim());
});
refresh();
setInterval(refresh, 5000);
