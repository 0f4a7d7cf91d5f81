// The method table as an OpenRPC document: what rpc.discover answers and openrpc.json holds.

import * as z from "zod";
import { type Method, methods } from "./methods.ts";
import { CODE, PROTOCOL_VERSION } from "./names.ts";

type Document = { openrpc: string } & Record<string, unknown>;
let built: Document | undefined;

/** Built once: it takes milliseconds and never changes. */
export function openRpcDocument(): Document {
  built ??= buildDocument();
  return built;
}

function buildDocument(): Document {
  return {
    openrpc: "1.3.2",
    info: {
      title: "EdgeQuake",
      description: "Language models over JSON-RPC with LSP framing.",
      version: String(PROTOCOL_VERSION),
      license: { name: "MIT" },
    },
    methods: Object.entries<Method>(methods).map(([name, method]) => ({
      name,
      description: method.doc,
      "x-direction": method.direction,
      "x-kind": method.kind,
      paramStructure: name === "edgequake/chunkBatch" ? "by-position" : "by-name",
      params: [{ name: "params", required: true, schema: jsonSchema(method.params, "input") }],
      ...(method.kind === "request"
        ? { result: { name: "result", schema: jsonSchema(method.result, "output") }, errors: ERRORS }
        : {}),
    })),
  };
}

const ERRORS = [
  { code: CODE.requestFailed, message: "The call failed; data.name is LiteLLM's exception class." },
  { code: CODE.requestCancelled, message: "The call was cancelled." },
  { code: CODE.invalidParams, message: "The params do not fit; data.issues tells where." },
];

function jsonSchema(schema: z.ZodType, io: "input" | "output"): unknown {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
