// Tools as OpenAI's models are shown them: a TypeScript namespace with a function type for each. Their tokens are the
// tokens of this text. Pure.

import type { Tool } from "../protocol/messages.ts";

type Schema = Record<string, unknown>;

export function toolText(tools: readonly Tool[]): string {
  const types = tools.flatMap(({ function: one }) => {
    if (!one) return [];
    const about = one.description ? [`// ${one.description}`] : [];
    const fields = propertiesOf(one.parameters ?? {});
    if (fields.length === 0) return [...about, `type ${one.name} = () => any;`, ""];
    return [...about, `type ${one.name} = (_: {`, lines(one.parameters ?? {}, 0), "}) => any;", ""];
  });
  return ["namespace functions {", "", ...types, "} // namespace functions"].join("\n");
}

function lines(schema: Schema, indent: number): string {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return propertiesOf(schema)
    .flatMap(([name, field]) => {
      const about = typeof field["description"] === "string" ? [`// ${field["description"]}`] : [];
      return [...about, `${name}${required.includes(name) ? "" : "?"}: ${typeOf(field, indent)},`];
    })
    .map((line) => " ".repeat(indent) + line)
    .join("\n");
}

function typeOf(schema: Schema, indent: number): string {
  const { enum: values, items } = schema;
  switch (schema["type"]) {
    case "string":
      return Array.isArray(values) ? values.map((one) => `"${one}"`).join(" | ") : "string";
    case "integer":
    case "number":
      return Array.isArray(values) ? values.join(" | ") : "number";
    case "array":
      return isSchema(items) ? `${typeOf(items, indent)}[]` : "any[]";
    case "object":
      return `{\n${lines(schema, indent + 2)}\n}`;
    case "boolean":
    case "null":
      return schema["type"];
    default:
      return "any";
  }
}

function propertiesOf(schema: Schema): [string, Schema][] {
  const { properties } = schema;
  if (!isSchema(properties)) return [];
  return Object.entries(properties).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
