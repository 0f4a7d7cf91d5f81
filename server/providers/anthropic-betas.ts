// The beta headers that a request's features need, told by the request itself. Pure. Source: Anthropic's documentation of
// each feature; those that left beta need none.

import { isObject, type Json } from "./openai-delta.ts";

/** A tool's type begins like this -> its beta. */
const TOOLS: readonly [prefix: string, beta: string][] = [
  ["computer_20241022", "computer-use-2024-10-22"],
  ["computer_20250124", "computer-use-2025-01-24"],
  ["computer_20251124", "computer-use-2025-11-24"],
  ["code_execution_20250522", "code-execution-2025-05-22"],
  ["code_execution_20250825", "code-execution-2025-08-25"],
  ["web_fetch_20250910", "web-fetch-2025-09-10"],
  ["memory_", "context-management-2025-06-27"],
  ["mcp_toolset", "mcp-client-2025-11-20"],
  ["tool_search_tool_", "advanced-tool-use-2025-11-20"],
  ["advisor_", "advisor-tool-2026-03-01"],
];

export function betasOf(body: Json): string[] {
  const betas = new Set<string>();
  const tools = Array.isArray(body["tools"]) ? body["tools"].filter(isObject) : [];
  for (const tool of tools) {
    for (const [prefix, beta] of TOOLS) if (String(tool["type"] ?? "").startsWith(prefix)) betas.add(beta);
    if (tool["defer_loading"] !== undefined || tool["input_examples"] !== undefined)
      betas.add("advanced-tool-use-2025-11-20");
  }
  if (body["mcp_servers"] !== undefined && !betas.has("mcp-client-2025-11-20"))
    betas.add("mcp-client-2025-04-04");
  if (body["context_management"] !== undefined) betas.add("context-management-2025-06-27");
  if (JSON.stringify(body["context_management"] ?? "").includes('"compact_')) betas.add("compact-2026-01-12");
  if (isObject(body["container"]) && body["container"]["skills"] !== undefined)
    betas.add("skills-2025-10-02");
  if (body["output_format"] !== undefined) betas.add("structured-outputs-2025-11-13");
  if (body["speed"] !== undefined) betas.add("fast-mode-2026-02-01");
  const { messages } = body;
  if (Array.isArray(messages) && messages.some((turn) => isObject(turn) && holdsFile(turn["content"])))
    betas.add("files-api-2025-04-14");
  return [...betas];
}

function holdsFile(content: unknown): boolean {
  if (!Array.isArray(content)) return false;
  return content.filter(isObject).some((block) => {
    if (block["type"] === "container_upload") return true;
    if (isObject(block["source"]) && block["source"]["type"] === "file") return true;
    return block["type"] === "tool_result" && holdsFile(block["content"]);
  });
}
