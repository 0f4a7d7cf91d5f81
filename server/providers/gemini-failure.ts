// Reads Google's error objects: `{error: {code, message, status, details}}`, alone or in an array, as whole bodies and
// in the middle of streams. The reason and the wait stand in `details`, not in headers.
// Source: google.rpc.Status, google.rpc.ErrorInfo and google.rpc.RetryInfo.

import { isObject, type Json } from "./openai-delta.ts";
import { readFailureBody } from "./openai-failure.ts";
import type { Failure } from "./types.ts";

/** The failure inside a decoded JSON value; undefined when there is none. */
export function googleFailure(json: unknown, status?: number): Failure | undefined {
  const holder = Array.isArray(json) ? json.find((one) => isObject(one) && one["error"] != null) : json;
  if (!isObject(holder)) return undefined;
  const { error } = holder;
  if (typeof error === "string") return { status, message: error };
  if (!isObject(error)) return undefined;
  const failure: Failure = { status: status ?? statusOf(error), message: messageOf(error) };
  const details = Array.isArray(error["details"]) ? error["details"].filter(isObject) : [];
  const reason = details.map((one) => one["reason"]).find((one) => typeof one === "string" && one !== "");
  // Other makers' models on Vertex AI tell a `type`.
  const named = error["status"] ?? error["type"];
  // "API_KEY_INVALID" says more than the INVALID_ARGUMENT it comes with; a plain quota's reason says less.
  const code = reason ?? named;
  if (typeof code === "string") failure.code = code;
  if (typeof named === "string") failure.type = named;
  const wait = details.map((one) => milliseconds(one["retryDelay"])).find((one) => one !== undefined);
  if (wait !== undefined) failure.retry_after_ms = wait;
  return failure;
}

/** An error body of any kind: Google's own, or a proxy's text. */
export function readGoogleFailure(status: number, body: string): Failure {
  let json: unknown;
  try {
    json = JSON.parse(body.replace(/^\s*data:/, ""));
  } catch {
    return readFailureBody(status, body);
  }
  return googleFailure(json, status) ?? readFailureBody(status, body);
}

function statusOf(error: Json): number | undefined {
  const { code } = error;
  return typeof code === "number" && code >= 400 && code < 600 ? code : undefined;
}

function messageOf(error: Json): string {
  const { message, status } = error;
  if (typeof message === "string" && message !== "") return message;
  return typeof status === "string" && status !== ""
    ? status
    : "the provider told an error without a message";
}

/** "48s", "0.5s": protobuf's JSON form of a duration. */
function milliseconds(value: unknown): number | undefined {
  const seconds = typeof value === "string" ? /^(\d+(?:\.\d+)?)s$/.exec(value)?.[1] : undefined;
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
