// SPDX-License-Identifier: MIT
// Shapes of OpenAPI as text, the way TypeScript writes types.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  allOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  required?: string[];
}

/** What a reference of the description leads to. */
export type Resolve = <T extends { $ref?: string }>(part: T) => T;

/** Marks of Markdown mean nothing here. */
const remark = (text: string | undefined) => (text ? `  // ${text.replaceAll("`", "")}` : "");

/** Named shapes are written out once per text. */
export function write(schema: Schema, resolve: Resolve, indent = "", seen = new Set<string>()): string {
  const more = (part: Schema, inner = indent) => write(part, resolve, inner, seen);
  const name = schema.$ref?.split("/").pop();
  if (name) {
    if (seen.has(name)) return name;
    seen.add(name);
    const target = resolve(schema);
    return target.enum ? more(target) : `${name} ${more(target)}`;
  }
  if (schema.allOf) return schema.allOf.map((part) => more(part)).join(" & ");
  if (schema.anyOf) return schema.anyOf.map((part) => more(part)).join(" | ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" | ");
  if ("const" in schema) return String(schema.const);
  return [schema.type ?? "any"].flat().map((type) => {
    if (type === "array") return `[${more(schema.items ?? {})}]`;
    if (type === "object") return writeObject(schema, indent, more);
    return schema.format && type !== "null" ? `${type} (${schema.format})` : type;
  }).join(" | ");
}

function writeObject({ properties, additionalProperties, required = [] }: Schema, indent: string, more: (part: Schema, inner?: string) => string): string {
  if (!properties) return additionalProperties ? `{ [name]: ${more(additionalProperties)} }` : "{}";
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, member]) =>
    `${inner}${name}${required.includes(name) ? "" : "?"}: ${more(member, inner)}${remark(member.description)}`);
  return `{\n${lines.join("\n")}\n${indent}}`;
}

export const writeParameter = (place: string, name: string, schema: Schema, description: string | undefined, resolve: Resolve) =>
  `${place} ${name}: ${write(schema, resolve)}${remark(description)}`;
