// Where a JSON schema could only be asked for, the finished answer is checked against it: what does not fit is an
// error that keeps the answer. The validator is loaded when it is needed.

import { createError, type OpenAIError } from "../protocol/errors.ts";
import type { ModelResponse } from "../protocol/messages.ts";
import type { ChatCall } from "../providers/types.ts";

/** undefined: it fits, or nothing was to be checked. */
export async function schemaMismatch(
  call: ChatCall,
  response: ModelResponse,
): Promise<OpenAIError | undefined> {
  const { check_schema } = call;
  if (check_schema === undefined) return undefined;
  const { Validator } = await import("@cfworker/json-schema");
  const validator = new Validator(check_schema, "2020-12", false);
  for (const { message, finish_reason } of response.choices) {
    // An answer that was cut short or calls a tool says so itself.
    if (finish_reason !== "stop" || message.tool_calls || message.refusal) continue;
    const problem = problemOf(message.content ?? "", validator);
    if (problem === undefined) continue;
    const error = createError("JSONSchemaValidationError", {
      message: `the answer does not fit the JSON schema, which this model can only be asked to follow: ${problem}. The answer is in error.partial`,
      model: call.requested_model,
      retryable: false,
      code: "json_schema_mismatch",
    });
    error.partial = response;
    return error;
  }
  return undefined;
}

function problemOf(
  text: string,
  validator: {
    validate(value: unknown): { valid: boolean; errors: { instanceLocation: string; error: string }[] };
  },
): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  const { valid, errors } = validator.validate(value);
  if (valid) return undefined;
  // The last one is the innermost, and says what a person can use.
  const last = errors.at(-1);
  return last ? `${last.instanceLocation} ${last.error}` : "it does not fit";
}
