"use strict";

// What the scripts of several pages share.

const byId = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// The answer to a log-in with the form's fields; the session is a cookie from then on.
async function logInWith(form) {
  const response = await fetch("/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  return { ok: response.ok, body: await response.json() };
}
