"use strict";

// The page behind the link of a mail about a forgotten password.

const token = new URLSearchParams(location.search).get("token") ?? "";
const form = document.getElementById("reset");
const outcome = document.getElementById("outcome");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const response = await fetch(`/api/auth/reset-password/${encodeURIComponent(token)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const body = await response.json();
    outcome.textContent = body.errors?.[0]?.message ?? body.message;
    outcome.className = response.ok ? "up" : "down";
    form.hidden = response.ok;
  } catch {
    outcome.textContent = "The server does not answer. Try again in a moment.";
    outcome.className = "down";
  }
});
