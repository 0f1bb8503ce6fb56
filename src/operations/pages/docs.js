"use strict";

// Shows /openapi.json: operations by tag, each with what it takes and what it answers. Shapes are written the way
// TypeScript writes types. Text goes in as text, never as HTML.

let api;

function resolve(part) {
  if (!part?.$ref) return part;
  return part.$ref.slice(2).split("/").reduce((at, key) => at[key], api);
}

const nameOf = (schema) => schema.$ref?.split("/").pop();

// A shape as text. Named shapes are written out once per view, where `seen` has not met them yet.
function write(schema, indent, seen) {
  const name = nameOf(schema);
  if (name) {
    if (seen.has(name)) return name;
    seen.add(name);
    const target = resolve(schema);
    return target.enum ? write(target, indent, seen) : `${name} ${write(target, indent, seen)}`;
  }
  if (schema.allOf) return schema.allOf.map((one) => write(one, indent, seen)).join(" & ");
  if (schema.anyOf) return schema.anyOf.map((one) => write(one, indent, seen)).join(" | ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if ("const" in schema) return String(schema.const);
  const types = [schema.type ?? "any"].flat();
  return types.map((type) => writeType(type, schema, indent, seen)).join(" | ");
}

function writeType(type, schema, indent, seen) {
  if (type === "array") return `[${write(schema.items, indent, seen)}]`;
  if (type === "object") return writeObject(schema, indent, seen);
  return schema.format && type !== "null" ? `${type} (${schema.format})` : type;
}

function writeObject(schema, indent, seen) {
  if (!schema.properties) {
    return schema.additionalProperties ? `{ [name]: ${write(schema.additionalProperties, indent, seen)} }` : "{}";
  }
  const inner = `${indent}  `;
  const required = new Set(schema.required);
  const lines = Object.entries(schema.properties).map(([name, member]) => {
    const said = member.description ? `  // ${member.description}` : "";
    return `${inner}${name}${required.has(name) ? "" : "?"}: ${write(member, inner, seen)}${said}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function addContent(into, content) {
  for (const [mediaType, body] of Object.entries(content ?? {})) {
    const isJson = mediaType === "application/json";
    into.append(element("pre", isJson ? write(body.schema, "", new Set()) : mediaType));
  }
}

function addInput(into, operation) {
  for (const parameter of operation.parameters ?? []) {
    const text = `${parameter.in} ${parameter.name}: ${write(parameter.schema, "", new Set())}`;
    into.append(element("pre", parameter.description ? `${text}  // ${parameter.description}` : text));
  }
  if (operation.requestBody) addContent(into, operation.requestBody.content);
}

function addAnswers(into, operation) {
  for (const [status, given] of Object.entries(operation.responses)) {
    const answer = resolve(given);
    into.append(element("h3", `${status} ${answer.description}`));
    if (status < 400) addContent(into, answer.content);
  }
}

// Opened once, written once: the whole page at once would be long.
function fill(body, operation) {
  if (operation.description) body.append(element("p", operation.description));
  addInput(body, operation);
  addAnswers(body, operation);
}

function operationView(path, method, operation) {
  const view = element("details");
  view.id = operation.operationId;
  const summary = element("summary");
  summary.append(element("span", method.toUpperCase(), `method ${method}`), element("code", path),
    element("span", operation.summary));
  const body = element("div", undefined, "operation");
  view.append(summary, body);
  view.addEventListener("toggle", () => body.childElementCount || fill(body, operation));
  view.dataset.words = JSON.stringify([path, method, operation]).toLowerCase();
  return view;
}

function show() {
  const byTag = new Map(api.tags.map((tag) => [tag.name, []]));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      byTag.get(operation.tags[0]).push(operationView(path, method, operation));
    }
  }
  for (const [tag, views] of byTag) {
    const section = element("section");
    section.append(element("h2", tag), ...views);
    byId("operations").append(section);
  }
}

function filter() {
  const wanted = byId("filter").value.trim().toLowerCase();
  for (const section of byId("operations").children) {
    const views = [...section.querySelectorAll("details")];
    for (const view of views) view.hidden = !view.dataset.words.includes(wanted);
    section.hidden = views.every((view) => view.hidden);
  }
}

// A link to /docs#operation opens it.
function openLinked() {
  const linked = byId(decodeURIComponent(location.hash.slice(1)));
  if (linked) {
    linked.open = true;
    linked.scrollIntoView();
  }
}

async function start() {
  const response = await fetch("/openapi.json");
  api = await response.json();
  byId("state").textContent = `${api.info.title} ${api.info.version}, OpenAPI ${api.openapi}`;
  byId("introduction").textContent = api.info.description;
  show();
  openLinked();
  byId("filter").addEventListener("input", filter);
  window.addEventListener("hashchange", openLinked);
}

start().catch(() => { byId("state").textContent = "The description cannot be read."; });
