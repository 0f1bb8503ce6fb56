"use strict";

// The page behind the link of a verification mail. Anybody can sign up with anybody's address, so the link alone does not
// activate what was signed up: whoever follows it knows the password of that sign-up, or sets another one. The page behind an
// invitation (data-member) asks for a new one at once.

const token = new URLSearchParams(location.search).get("token") ?? "";
const form = document.getElementById("confirm");
const field = document.getElementById("password");
const another = document.getElementById("another");
const prompt = document.getElementById("prompt");
const outcome = document.getElementById("outcome");
let member = form.dataset.member ?? "password";

function say(text, kind) {
  outcome.textContent = text;
  outcome.className = kind;
}

if (token === "") {
  form.hidden = true;
  say("This link is incomplete. Open the link of the mail again.", "");
}

another?.addEventListener("click", () => {
  member = "newPassword";
  document.getElementById("label").textContent = "New password";
  prompt.textContent = "Confirm that this address is yours with a password of your choice. The one that was given at the sign-up is worth nothing then.";
  another.hidden = true;
  field.autocomplete = "new-password";
  field.value = "";
  field.focus();
  say("", "");
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => (button.disabled = true));
  try {
    const response = await fetch(`/api/auth/verify-email/${encodeURIComponent(token)}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ [member]: field.value }),
    });
    const body = await response.json();
    const problem = body.errors?.[0]?.message ?? body.message;
    say(response.ok ? `${body.message}. You can log in now.` : problem, response.ok ? "up" : "down");
    form.hidden = response.ok;
    prompt.hidden = response.ok;
  } catch {
    say("The server does not answer. Try again in a moment.", "down");
  }
  buttons.forEach((button) => (button.disabled = false));
});
