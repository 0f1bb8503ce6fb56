// SPDX-License-Identifier: MIT
// The page of the dev inbox: a list that refreshes itself, and the open mail. Everything from a mail is set as text;
// its HTML goes into a sandboxed frame, where scripts do not run.
"use strict";

const refreshInterval = 2000;
const pageSize = 50;
const find = (selector, root = document) => root.querySelector(selector);
const state = { mails: [], total: 0, shown: pageSize, chosen: null, form: "html" };

const forms = ["html", "text", "headers", "source"];

async function call(path, options) {
  const response = await fetch("/dev/api" + path, options);
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    throw new Error(answer.message ?? "the server answered " + response.status);
  }
  return response.json();
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function when(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return today ? at.toLocaleTimeString() : at.toLocaleString();
}

async function refresh() {
  const wanted = find("#query").value.trim();
  try {
    const pages = [];
    for (let page = 1; (page - 1) * pageSize < state.shown; ++page) {
      const query = new URLSearchParams({ limit: pageSize, page });
      if (wanted) {
        query.set("q", wanted);
      }
      const answer = await call("/mails?" + query);
      pages.push(...answer.mails);
      state.total = answer.total;
      if (pages.length >= answer.total) {
        break;
      }
    }
    const before = state.mails.map((mail) => mail.id).join();
    state.mails = pages;
    setText(find("#status"), state.total === 0 ? (wanted ? "No mail with " + wanted : "No mail yet")
      : state.total === 1 ? "1 mail" : state.total + " mails");
    find("#more").hidden = state.mails.length >= state.total;
    if (before !== state.mails.map((mail) => mail.id).join()) {
      drawList();
    }
  } catch (problem) {
    setText(find("#status"), "Not up to date: " + problem.message);
  }
}

// Writing the same text again would make screen readers say it again.
function setText(target, text) {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

function drawList() {
  const focused = document.activeElement?.dataset?.id;
  find("#list").replaceChildren(...state.mails.map((mail) => {
    const button = element("button", "", "");
    button.type = "button";
    button.dataset.id = mail.id;
    button.setAttribute("aria-current", String(mail.id === state.chosen));
    const meta = element("span", "meta", "");
    meta.append(element("span", "", mail.to));
    if (mail.codes.length > 0) {
      meta.append(element("span", "code", mail.codes[0]));
    }
    meta.append(element("span", "", when(mail.receivedAt)));
    button.append(element("span", "subject", mail.subject || "(no subject)"), meta);
    button.addEventListener("click", () => open(mail.id));
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
  if (focused) {
    find(`#list [data-id="${CSS.escape(focused)}"]`)?.focus();
  }
}

function copyButton(text, what) {
  const button = element("button", "quiet", "Copy");
  button.type = "button";
  button.setAttribute("aria-label", "Copy " + what);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}

function found(shown, text, what) {
  const row = element("div", "find", "");
  row.append(shown, copyButton(text, what));
  return row;
}

function drawFinds(mail) {
  const codes = mail.codes.map((code) => found(element("span", "digits", code), code, "the code"));
  const links = mail.links.map((target) => {
    const link = element("a", "", target);
    link.href = target;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return found(link, target, "the link");
  });
  return [...codes, ...links];
}

function choose(form) {
  state.form = form;
  for (const other of forms) {
    const tab = find("#tab-" + other);
    tab.setAttribute("aria-selected", String(other === form));
    tab.tabIndex = other === form ? 0 : -1;
    find("#body-" + other).hidden = other !== form;
  }
}

function close() {
  const id = state.chosen;
  state.chosen = null;
  history.replaceState(null, "", location.pathname);
  document.body.classList.remove("reading");
  find("#mail").replaceChildren(element("p", "nothing", "Choose a mail to read it."));
  drawList();
  (id && find(`#list [data-id="${CSS.escape(id)}"]`) || find("#list button"))?.focus();
}

async function open(id) {
  const address = "/mails/" + encodeURIComponent(id);
  let mail;
  let source;
  try {
    mail = (await call(address)).mail;
    source = await (await fetch("/dev/api" + address + "/source")).text();
  } catch {
    close();
    return;
  }
  state.chosen = id;
  history.replaceState(null, "", "#" + id);
  document.body.classList.add("reading");
  const view = find("#mail-template").content.cloneNode(true);
  find("h2", view).textContent = mail.subject || "(no subject)";
  find(".from", view).textContent = mail.from;
  find(".to", view).textContent = mail.to;
  find(".time", view).textContent = new Date(mail.receivedAt).toLocaleString();
  find(".finds", view).append(...drawFinds(mail));
  find(".back", view).addEventListener("click", close);
  find(".delete", view).addEventListener("click", () => remove(id));
  find("iframe", view).src = "/dev/api" + address + "/html";
  find("#body-text", view).textContent = mail.text;
  find("#body-source", view).textContent = source;
  find("#body-headers dl", view).append(...mail.headers.flatMap((header) =>
    [element("dt", "", header.name), element("dd", "", header.value)]));
  for (const tab of view.querySelectorAll("[role=tab]")) {
    const form = tab.id.slice("tab-".length);
    tab.addEventListener("click", () => choose(form));
    tab.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        const step = event.key === "ArrowLeft" ? forms.length - 1 : 1;
        const other = forms[(forms.indexOf(form) + step) % forms.length];
        choose(other);
        find("#tab-" + other).focus();
      }
    });
  }
  find("#mail").replaceChildren(view);
  choose(state.form);
  drawList();
  find("#mail").focus({ preventScroll: true });
}

async function remove(id) {
  const at = state.mails.findIndex((mail) => mail.id === id);
  const next = state.mails[at + 1] ?? state.mails[at - 1];
  await call("/mails/" + encodeURIComponent(id), { method: "DELETE" }).catch(() => {});
  await refresh();
  if (next) {
    open(next.id);
  } else {
    close();
  }
}

find("#search").addEventListener("submit", (event) => event.preventDefault());
find("#query").addEventListener("input", () => {
  state.shown = pageSize;
  refresh();
});
find("#more").addEventListener("click", () => {
  state.shown += pageSize;
  refresh();
});
find("#clear").addEventListener("click", async () => {
  if (confirm("Delete all mails of the dev inbox?")) {
    await call("/mails", { method: "DELETE" }).catch(() => {});
    close();
    refresh();
  }
});

function showFailures(failures) {
  find("#failures").classList.toggle("on", failures.length > 0);
  setText(find("#failures"), failures.length > 0 ? "Failures: " + failures.length : "Failures");
  find("#failure-rules").value = failures.map((failure) =>
    `${failure.stage} ${Math.round(failure.probability * 100)}% ${failure.reply}`).join("\n");
}

function readFailures() {
  return find("#failure-rules").value.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => {
    const parts = /^(\S+)\s+(\d+)%\s+(.+)$/.exec(line);
    if (!parts) {
      throw new Error("A rule reads: rcpt 10% 451 4.3.0 try again later");
    }
    return { stage: parts[1], probability: Number(parts[2]) / 100, reply: parts[3] };
  });
}

find("#failures").addEventListener("click", async () => {
  setText(find("#failure-problem"), "");
  showFailures((await call("/failures")).failures);
  find("#failure-dialog").showModal();
});
find("#failure-save").addEventListener("click", async () => {
  try {
    const body = JSON.stringify({ failures: readFailures() });
    showFailures((await call("/failures", { method: "PUT", headers: { "Content-Type": "application/json" }, body })).failures);
    find("#failure-dialog").close();
  } catch (problem) {
    setText(find("#failure-problem"), problem.message);
  }
});
call("/failures").then((answer) => showFailures(answer.failures)).catch(() => {});
// Up and down move through the list.
find("#list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const buttons = [...find("#list").querySelectorAll("button")];
    buttons[buttons.indexOf(document.activeElement) + step]?.focus();
    event.preventDefault();
  }
});

async function refreshForever() {
  if (!document.hidden) {
    await refresh();
  }
  setTimeout(refreshForever, refreshInterval);
}

refreshForever().then(() => {
  if (location.hash.length > 1) {
    open(decodeURIComponent(location.hash.slice(1)));
  }
});
