"use strict";

// Fills the front page: the state of the dependencies, and a log-in that shows the live exams.

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

function examRow(exam) {
  const item = element("li");
  const when = `until ${new Date(exam.endTime).toLocaleString()}, ${exam.durationMinutes} minutes`;
  item.append(element("strong", exam.title), element("span", when));
  return item;
}

async function logIn(event) {
  event.preventDefault();
  const { ok, body } = await logInWith(event.target);
  if (!ok) {
    byId("outcome").textContent = body.message;
    return;
  }
  const live = await (await fetch("/api/exam/live")).json();
  byId("outcome").textContent = `Logged in as ${body.user.fullName} (${body.user.role}). Live exams: ${live.exams.length}.`;
  byId("exams").replaceChildren(...live.exams.map(examRow));
}

async function hideWhatIsNotServed() {
  for (const place of document.querySelectorAll("[data-optional]")) {
    const response = await fetch(place.querySelector("a").href, { method: "HEAD" });
    place.hidden = !response.ok;
  }
}

byId("login").addEventListener("submit", logIn);
showState();
hideWhatIsNotServed();
setInterval(showState, 5000);
