// What middleware throws, as the error of the call: as it is where it is one of ours, else a refusal that names it.

import { createError, OpenAIError } from "../protocol/errors.ts";

export function refusal(name: string | undefined, thrown: unknown): OpenAIError {
  if (thrown instanceof OpenAIError) return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `the middleware ${name ?? "without a name"} threw: ${why}`;
  return createError("BadRequestError", { message, code: "middleware", cause: thrown });
}
