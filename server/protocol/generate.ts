// Writes what derives from the code: openrpc.json, PROTOCOL.md, the README's provider table and the names of the
// environment variables.
// `--check` writes nothing and fails when one of them is stale.

import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { PROVIDERS } from "../providers/registry.ts";
import { type Method, methods } from "./methods.ts";
import { CODE, PROTOCOL_VERSION } from "./names.ts";
import { openRpcDocument } from "./openrpc.ts";

const root = new URL("../../", import.meta.url);

function protocolMarkdown(): string {
  const rows = Object.entries<Method>(methods).map(([name, method]) => {
    const arrow = method.direction === "client-to-server" ? "C→S" : "S→C";
    return `| \`${name}\` | ${arrow} | ${method.kind} | ${method.doc} |`;
  });
  const sections = Object.entries<Method>(methods)
    .filter(([name]) => name.startsWith("edgequake/"))
    .map(([name, method]) => {
      const result = method.kind === "request" ? `\nResult:\n${fields(method.result, "output")}` : "";
      return `### \`${name}\`\n\n${method.doc}\n\nParams:\n${fields(method.params, "input")}${result}`;
    });
  return `# EdgeQuake's protocol, version ${PROTOCOL_VERSION}

Generated from \`server/protocol/methods.ts\`; \`server/protocol/openrpc.json\` is the same for machines.

JSON-RPC 2.0 in the LSP base protocol: \`Content-Length\` frames on stdio (\`--stdio\`), a pipe (\`--pipe=NAME\`) or a
loopback socket (\`--socket=PORT\`, with the token of \`EDGEQUAKE_SOCKET_TOKEN\` as \`initializationOptions.token\`).
A request before \`initialize\` is answered ${CODE.serverNotInitialized}, one after \`shutdown\` ${CODE.invalidRequest}.

| method | direction | kind | what |
| --- | --- | --- | --- |
${rows.join("\n")}

## Errors

\`${CODE.requestFailed}\` for every failed call, \`${CODE.requestCancelled}\` for a cancelled one, \`${CODE.invalidParams}\` for bad params
(\`data.issues\` tells where). \`message\` starts \`litellm.<Name>: \`; \`data.name\` is exactly LiteLLM's class, beside
\`status_code\`, \`llm_provider\`, \`model\`, \`retry_after_ms\`, \`request_id\`, \`call_id\`, \`retryable\`, \`chunks_sent\`,
\`partial\` and \`attempts\` where they are known. A \`BudgetExceededError\` has \`current_cost\` and \`max_budget\` in USD.

## Streams

Every \`edgequake/chunk\` of a stream is written before its response, and \`chunks\` in the response is their total. No chunk
with a \`finish_reason\` precedes an error: a stream that was cut is an \`APIConnectionError\` with \`data.partial: true\`.
Usage is always in the response; as a chunk only when \`stream_options.include_usage\` asked for it.
\`$/cancelRequest\` closes the upstream socket; the request is answered once, with ${CODE.requestCancelled}.

${sections.join("\n\n")}
`;
}

interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
}

function fields(schema: z.ZodType, io: "input" | "output"): string {
  const json = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;
  const { properties } = json;
  if (!properties) return `\n${typeOf(json)}${json.description ? `: ${json.description}` : ""}\n`;
  const lines = Object.entries(properties).map(([name, property]) => {
    const need = json.required?.includes(name) ? "" : "?";
    return `- \`${name}${need}\`: ${typeOf(property)}${property.description ? ` — ${property.description}` : ""}`;
  });
  return `\n${lines.join("\n")}\n`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(" or ");
  if (schema.anyOf)
    return [...new Set(schema.anyOf.filter((one) => one.type !== "null").map(typeOf))].join(" or ");
  if (schema.type === "array") return `array of ${schema.items ? typeOf(schema.items) : "anything"}`;
  return Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "anything");
}

/** Provider × what works, from the registry. */
function providerTable(): string {
  const yes = (value: unknown): string => (value ? "yes" : "–");
  const rows = [...PROVIDERS.values()].map((row) => {
    // A mock takes every parameter and heeds none.
    const takes = row.id === "mock" ? new Set<string>() : row.supportedParams("");
    const key =
      row.env.key.length === 0 ? "none" : `\`${row.env.key[0]}\`${row.key_required ? "" : " (optional)"}`;
    const kinds = row.inputs ?? [];
    const columns = [
      row.label,
      `\`${row.id}/…\``,
      key,
      yes(true),
      yes(takes.has("tools")),
      yes(kinds.includes("image")),
      [kinds.includes("pdf") ? "PDF" : "", kinds.includes("audio") ? "audio" : ""]
        .filter(Boolean)
        .join(", ") || "–",
      takes.has("response_format") ? (row.schemas ?? "yes") : "–",
      yes(takes.has("reasoning_effort") || takes.has("thinking")),
      yes(row.embed),
      yes(row.models || row.upstream || row.id === "mock"),
    ];
    return `| ${columns.join(" | ")} |`;
  });
  return [
    "| provider | model string | key | chat, streamed | tools | images | PDF, audio | JSON schema | reasoning effort | embeddings | model list |",
    `|${" --- |".repeat(11)}`,
    ...rows,
  ].join("\n");
}

function readme(): string {
  const text = readFileSync(new URL("README.md", root), "utf8");
  return text.replace(
    /(<!-- providers:start -->\n)[\s\S]*?(<!-- providers:end -->)/,
    (_, start: string, end: string) => `${start}${providerTable()}\n${end}`,
  );
}

/** The names a host may hand over, for one that must not import the registry. */
function environmentNames(): string {
  const names = [...PROVIDERS.values()].flatMap(({ env, settings = [] }) => [
    ...env.key,
    ...env.base,
    ...settings.flatMap((setting) => setting.env),
  ]);
  const lines = [...new Set(names)].sort().map((name) => `  "${name}",`);
  return `// The environment variables that providers read: keys, addresses, settings. Generated from the registry.

export const PROVIDER_ENVIRONMENT: readonly string[] = [
${lines.join("\n")}
];
`;
}

const generated: Record<string, string> = {
  "server/protocol/provider-environment.ts": environmentNames(),
  "server/protocol/openrpc.json": `${JSON.stringify(openRpcDocument(), null, 2)}\n`,
  "server/protocol/PROTOCOL.md": protocolMarkdown(),
  "README.md": readme(),
};

const stale: string[] = [];
for (const [path, text] of Object.entries(generated)) {
  const file = new URL(path, root);
  let current = "";
  try {
    current = readFileSync(file, "utf8");
  } catch {
    // Not there yet: stale like any other difference.
  }
  if (current === text) continue;
  stale.push(path);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")}. Run: npm run generate`);
  process.exit(1);
}
console.log(stale.length === 0 ? "generated files are fresh" : `wrote ${stale.join(", ")}`);
