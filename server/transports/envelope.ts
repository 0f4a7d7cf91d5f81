// Failures as JSON-RPC errors: -32803 for every failed call, -32800 for a cancelled one, -32602 with the issues
// for bad params. `data.name` is always there and is exactly LiteLLM's class.

import {
  asOpenAIError,
  BadRequestError,
  Cancelled,
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

function codeOf(error: OpenAIError): number {
  if (error instanceof Cancelled) return CODE.requestCancelled;
  if (error instanceof BadRequestError && error.issues !== undefined) return CODE.invalidParams;
  return CODE.requestFailed;
}
