// Failures as JSON-RPC errors: -32803 for every failed call, -32800 for a cancelled one, -32602 with the issues
// for bad params. `data.name` is always there and is exactly LiteLLM's class.

import {
  asOpenAIError,
  BadRequestError,
  Cancelled,
  createError,
  type OpenAIError,
  toErrorData,
} from "../protocol/errors.ts";
import { CODE } from "../protocol/names.ts";

export interface WireError {
  code: number;
  message: string;
  data?: unknown;
}

export function errorEnvelope(thrown: unknown): WireError {
  const error = asOpenAIError(thrown);
  return { code: codeOf(error), message: error.message, data: toErrorData(error) };
}

/** A result that cannot be written as JSON, nested without end, is a failed call and no end of the process. */
export function responseText(id: unknown, body: { result: unknown } | { error: WireError }): string {
  try {
    return JSON.stringify({ jsonrpc: "2.0", id, ...body });
  } catch (thrown) {
    const message = `the answer cannot be handed on: ${(thrown as Error).message}`;
    return JSON.stringify({ jsonrpc: "2.0", id, error: errorEnvelope(createError("APIError", { message })) });
  }
}

function codeOf(error: OpenAIError): number {
  if (error instanceof Cancelled) return CODE.requestCancelled;
  if (error instanceof BadRequestError && error.issues !== undefined) return CODE.invalidParams;
  return CODE.requestFailed;
}
