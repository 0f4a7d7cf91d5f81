// The JSON a caller wants -> how Claude is held to it: natively where the model and the schema allow it, else by a tool
// whose input is the answer. The decoder asks here too: the same call always gives the same plan. Pure.

import { warn } from "./anthropic-content.ts";
import { factsOf } from "./anthropic-models.ts";
import { type NarrowedSchema, narrowSchema } from "./anthropic-schema.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

export interface AnswerTool {
  name: string;
  description: string;
  /** What the answer must fit. */
  schema: Json;
  /** The key the answer stands under: a tool's input is an object, and this schema is of something else. */
  wrapped: string | undefined;
}

export type FormatPlan =
  | { kind: "text" }
  | { kind: "native"; schema: Json; narrowed: NarrowedSchema; beta: boolean }
  | { kind: "tool"; tool: AnswerTool; open: boolean };

export function planFormat({ model, params, passthrough }: ChatCall): FormatPlan {
  const format = params.response_format;
  const type = format?.["type"];
  const own = isObject(passthrough["output_config"]) ? passthrough["output_config"]["format"] : undefined;
  if (!format || own !== undefined || passthrough["output_format"] !== undefined) return { kind: "text" };
  const given = isObject(format["json_schema"]) ? format["json_schema"] : format;
  const schema = isObject(given["schema"])
    ? given["schema"]
    : // LiteLLM's other place for it.
      isObject(format["response_schema"])
      ? format["response_schema"]
      : undefined;
  if (type !== "json_schema" && type !== "json_object") return { kind: "text" };
  if (!schema) return { kind: "tool", tool: answerTool({ type: "object" }, undefined), open: true };
  const { schema: native } = factsOf(model);
  const narrowed = native === "no" ? undefined : narrowSchema(schema);
  if (narrowed) return { kind: "native", schema, narrowed, beta: native === "beta" };
  return { kind: "tool", tool: answerTool(schema, given["description"]), open: false };
}

function answerTool(schema: Json, description: unknown): AnswerTool {
  const { type, properties } = schema;
  const isObjectSchema = type === "object" || (type === undefined && isObject(properties));
  return {
    name: "json_tool_call",
    description:
      typeof description === "string" && description !== ""
        ? description
        : "Gives the answer to the user: the input of this tool is the whole answer.",
    schema,
    wrapped: isObjectSchema ? undefined : "answer",
  };
}

/** The tool whose input is the answer; undefined where the answer is text. */
export function answerToolOf(call: ChatCall): AnswerTool | undefined {
  const plan = planFormat(call);
  return plan.kind === "tool" ? plan.tool : undefined;
}

export interface NativeFormat {
  body: Json;
  betas: string[];
}

/** What goes into the body of its own accord; sets `check_schema` where the model is not held to the whole schema. */
export function nativeFormat(call: ChatCall, plan: FormatPlan): NativeFormat {
  const type = call.params.response_format?.["type"];
  if (type !== undefined && type !== "text" && type !== "json_object" && type !== "json_schema") {
    warn(
      call,
      "response_format",
      `response_format ${String(type)} was dropped: Anthropic takes text, json_object and json_schema`,
    );
  }
  if (plan.kind === "tool" && !plan.open) call.check_schema = plan.tool.schema;
  if (plan.kind !== "native") return { body: {}, betas: [] };
  const { schema, changed } = plan.narrowed;
  if (changed.length > 0) {
    call.check_schema = plan.schema;
    warn(
      call,
      "response_format",
      `Anthropic cannot hold an answer to ${changed.join(", ")} of a JSON schema: the model is told, and the answer is checked`,
    );
  }
  const format = { type: "json_schema", schema };
  return plan.beta
    ? { body: { output_format: format }, betas: ["structured-outputs-2025-11-13"] }
    : { body: { output_config: { format } }, betas: [] };
}
