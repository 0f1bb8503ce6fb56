"use strict";

// Fills the page of the status: the state of the dependencies.

function addRow(list, term, text, state) {
  list.append(element("dt", term), element("dd", text, state));
}

async function showState() {
  try {
    const response = await fetch("/readyz");
    const body = await response.json();
    byId("state").textContent = body.ready ? "Ready." : body.stopping ? "Stopping." : "Not ready.";
    const d = body.dependencies;
    byId("running").hidden = !d;
    if (!d) return;
    const list = byId("dependencies");
    list.replaceChildren();
    addRow(list, "Database", `${d.database.engine}, ${d.database.state}`, d.database.state);
    addRow(list, "Cache", `${d.cache.server}, ${d.cache.state}`, d.cache.state);
    addRow(list, "Queue", `${d.queue.server}, ${d.queue.state}`, d.queue.state);
    addRow(list, "Mail", d.mail.transport, "up");
    byId("inbox").hidden = d.mail.transport !== "dev inbox";
  } catch {
    byId("state").textContent = "The server does not answer.";
  }
}

async function hideWhatIsNotServed() {
  for (const place of document.querySelectorAll("[data-optional]")) {
    const response = await fetch(place.querySelector("a").href, { method: "HEAD" });
    place.hidden = !response.ok;
  }
}

showState();
hideWhatIsNotServed();
setInterval(showState, 5000);
