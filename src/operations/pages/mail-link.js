"use strict";

// The page behind a mail's link: its button posts the token. Following the link alone changes nothing, since mail scanners
// follow links too. The button says which action (data-action) and what to add to the answer (data-afterwards).

const token = new URLSearchParams(location.search).get("token") ?? "";
const button = document.getElementById("act");
const outcome = document.getElementById("outcome");

if (token === "") {
  button.disabled = true;
  outcome.textContent = "This link is incomplete. Open the link of the mail again.";
}

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const response = await fetch(`/api/auth/${button.dataset.action}/${encodeURIComponent(token)}`, { method: "POST" });
    const body = await response.json();
    outcome.textContent = response.ok ? body.message + (button.dataset.afterwards ?? "") : body.message;
    outcome.className = response.ok ? "up" : "down";
    button.hidden = response.ok;
    document.getElementById("prompt").hidden = response.ok;
    button.disabled = false;
  } catch {
    outcome.textContent = "The server does not answer. Try again in a moment.";
    button.disabled = false;
  }
});
