// Error bodies of OpenAI and of everybody who speaks like it. Many shapes, one reading; never throws.

import type { Failure } from "./types.ts";

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined;

/** `{error: {message, type, code, param}}`, `{error: "text"}`, `{code, error}`, `{message}`, `{detail}`, … */
export function readFailure(body: unknown, status?: number): Failure {
  if (Array.isArray(body)) return readFailure(body[0], status);
  if (!isObject(body)) return { status, message: String(body) };
  const inner = body["error"];
  if (isObject(inner)) {
    const own = readFields(inner, status);
    const metadata = inner["metadata"];
    // OpenRouter keeps the upstream's own words one level further in.
    const raw = isObject(metadata) ? text(metadata["raw"]) : undefined;
    return raw && !own.message.includes(raw)
      ? { ...own, message: `${own.message} (${raw.slice(0, 500)})` }
      : own;
  }
  if (typeof inner === "string") {
    return { ...readFields(body, status), message: inner };
  }
  return readFields(body, status);
}

function readFields(fields: Json, status: number | undefined): Failure {
  const failure: Failure = { status, message: readMessage(fields) };
  const code = text(fields["code"]);
  const type = text(fields["type"]) ?? text(fields["status"]);
  const param = text(fields["param"]);
  if (code !== undefined) failure.code = code;
  if (type !== undefined) failure.type = type;
  if (param !== undefined) failure.param = param;
  const own = fields["status_code"];
  if (status === undefined && typeof own === "number" && own >= 400 && own <= 599) failure.status = own;
  return failure;
}

function readMessage(fields: Json): string {
  for (const key of ["message", "detail", "error_message", "msg"]) {
    const value = fields[key];
    if (typeof value === "string" && value !== "") return value;
    if (value !== undefined && value !== null && typeof value !== "string")
      return findings(value) ?? JSON.stringify(value).slice(0, 2000);
  }
  return "the provider gave no reason";
}

/** FastAPI's `[{loc, msg}]`, bare or as somebody's `detail`: "body.temperature: too high". */
function findings(value: unknown): string | undefined {
  const list = isObject(value) ? value["detail"] : value;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const told = list.map((one) => {
    const { loc, msg } = isObject(one) ? one : {};
    return typeof msg !== "string" ? undefined : Array.isArray(loc) ? `${loc.join(".")}: ${msg}` : msg;
  });
  return told.includes(undefined) ? undefined : told.join("; ").slice(0, 2000);
}

/** An error body as text: JSON in any shape, or plain text and HTML, of which the start is quoted. */
export function readFailureBody(status: number, body: string): Failure {
  const trimmed = body.trim();
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
    try {
      return readFailure(JSON.parse(trimmed), status);
    } catch {
      // Cut or malformed: its start is still the best there is to show.
    }
  }
  if (trimmed === "") return { status, message: `HTTP ${status} with an empty body` };
  return { status, message: `HTTP ${status}: ${quote(trimmed)}` };
}

/** At most 200 characters, markup taken out, for messages a person reads. */
export function quote(body: string): string {
  const plain = /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(body)
    ? body.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]{0,500}>/g, " ")
    : body;
  const joined = plain.replace(/\s+/g, " ").trim();
  return joined.length > 200 ? `${joined.slice(0, 200)}…` : joined;
}
