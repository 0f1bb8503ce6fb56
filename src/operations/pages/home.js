"use strict";

// Fills the front page: the state of the dependencies, and a log-in that shows the live exams.

const byId = (id) => document.getElementById(id);

function addRow(list, term, text, state) {
  const dt = document.createElement("dt");
  dt.textContent = term;
  const dd = document.createElement("dd");
  dd.textContent = text;
  dd.className = state;
  list.append(dt, dd);
}

async function showState() {
  try {
    const response = await fetch("/readyz");
    const body = await response.json();
    const d = body.dependencies;
    byId("state").textContent = body.ready ? "Ready." : body.stopping ? "Stopping." : "Not ready: see below.";
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
  const item = document.createElement("li");
  const title = document.createElement("strong");
  title.textContent = exam.title;
  const when = document.createElement("span");
  when.textContent = `until ${new Date(exam.endTime).toLocaleString()}, ${exam.durationMinutes} minutes`;
  item.append(title, when);
  return item;
}

async function logIn(event) {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(event.target));
  const response = await fetch("/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(fields),
  });
  const body = await response.json();
  if (!response.ok) {
    byId("outcome").textContent = body.message;
    return;
  }
  const live = await (await fetch("/api/exam/live")).json();
  byId("outcome").textContent = `Logged in as ${body.user.fullName} (${body.user.role}). Live exams: ${live.exams.length}.`;
  byId("exams").replaceChildren(...live.exams.map(examRow));
}

byId("login").addEventListener("submit", logIn);
showState();
setInterval(showState, 5000);
