// For APIs that promise JSON but know no schema: the schema is said in the first system message, "some JSON" is
// asked for, and the engine checks the finished answer against the schema.

import { createError } from "../protocol/errors.ts";
import type { ChatBody } from "./chat-body.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Changes `response_format` json_schema to json_object. Throws BadRequestError for one without a schema. */
export function schemaInWords(body: ChatBody, call: ChatCall, label: string): void {
  const format = body["response_format"];
  if (!isObject(format) || format["type"] !== "json_schema") return;
  const told = format["json_schema"];
  const schema = isObject(told) ? told["schema"] : undefined;
  if (!isObject(schema)) {
    throw createError("BadRequestError", {
      message: "response_format json_schema holds no schema. Write {type, json_schema: {name, schema}}",
      model: call.requested_model,
      param: "response_format",
    });
  }
  body["response_format"] = { type: "json_object" };
  const words = `Answer with one JSON object and nothing else. It must match this JSON Schema:\n${JSON.stringify(schema)}`;
  body["messages"] = withSystem(body["messages"] as Json[], words);
  call.check_schema = schema;
  call.warnings.push({
    param: "response_format",
    message: `the JSON schema was asked for in words and the answer is checked against it: ${label} knows no schemas`,
  });
}

function withSystem(messages: readonly Json[], words: string): Json[] {
  const [first, ...rest] = messages;
  if (first?.["role"] !== "system") return [{ role: "system", content: words }, ...messages];
  const { content } = first;
  const joined = Array.isArray(content)
    ? [...content, { type: "text", text: words }]
    : [content, words].filter((text) => typeof text === "string" && text !== "").join("\n\n");
  return [{ ...first, content: joined }, ...rest];
}
