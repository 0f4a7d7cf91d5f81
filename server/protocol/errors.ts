// LiteLLM's exception tree, one class per name. It survives any process hop: toErrorData() and
// fromErrorData() are inverse to each other, so `instanceof` holds on both sides of the pipe. No zod here.

import type { ModelResponse } from "./messages.ts";

/** What one HTTP attempt ended with; kept on the error so that a person can see every try. */
export interface AttemptRecord {
  /** 1-based number of the request. */
  attempt: number;
  /** Of a routed call: the deployment asked, by id. */
  deployment?: string;
  /** LiteLLM class the attempt ended with, or "ok". */
  outcome: string;
  status_code?: number;
  /** Milliseconds from sending to the end of the attempt. */
  ms: number;
  /** Milliseconds waited before the next attempt; absent on the last. */
  waited_ms?: number;
  /** Why no further attempt was made, when that was a decision (for example "retry budget exhausted"). */
  stopped_because?: string;
}

export interface ErrorFields {
  message: string;
  status_code?: number | undefined;
  llm_provider?: string | undefined;
  model?: string | undefined;
  /** Milliseconds the provider asked to wait. */
  retry_after_ms?: number | undefined;
  request_id?: string | undefined;
  call_id?: string | undefined;
  retryable?: boolean | undefined;
  /** Chunks that reached the caller before the failure. */
  chunks_sent?: number | undefined;
  /** In the library: the answer so far. Over RPC: `true` when part of an answer was delivered. */
  partial?: ModelResponse | true | undefined;
  attempts?: AttemptRecord[] | undefined;
  /** The provider's own code or type ("insufficient_quota"). */
  code?: string | undefined;
  /** The parameter the provider blames. */
  param?: string | undefined;
  /** What schema validation found. */
  issues?: { path: string; message: string }[] | undefined;
  /** Of a BudgetExceededError: USD spent and set aside, and the most there may be. */
  current_cost?: number | undefined;
  max_budget?: number | undefined;
  cause?: unknown;
}

/** `data` of a JSON-RPC error. `name` is always exactly LiteLLM's class name. */
export interface ErrorData extends Omit<ErrorFields, "message" | "cause" | "partial"> {
  name: string;
  partial?: true;
}

const PREFIX = "litellm.";

/** Root of the tree. `message` always starts `litellm.<Name>: `. */
export class OpenAIError extends Error {
  static readonly default_status: number | undefined = undefined;
  status_code: number | undefined;
  llm_provider: string | undefined;
  model: string | undefined;
  retry_after_ms: number | undefined;
  request_id: string | undefined;
  call_id: string | undefined;
  retryable: boolean;
  chunks_sent: number | undefined;
  partial: ModelResponse | true | undefined;
  attempts: AttemptRecord[] | undefined;
  code: string | undefined;
  param: string | undefined;
  issues: { path: string; message: string }[] | undefined;
  current_cost: number | undefined;
  max_budget: number | undefined;

  constructor(fields: ErrorFields | string) {
    const given: ErrorFields = typeof fields === "string" ? { message: fields } : fields;
    super("", given.cause === undefined ? undefined : { cause: given.cause });
    const own = new.target as typeof OpenAIError & { error_name?: string };
    const name = own.error_name ?? own.name;
    // Not enumerable, like every built-in error's name, and safe from minifiers that rename classes.
    Object.defineProperty(this, "name", { value: name, configurable: true, writable: true });
    this.message = given.message.startsWith(`${PREFIX}${name}: `)
      ? given.message
      : `${PREFIX}${name}: ${given.message}`;
    this.status_code = given.status_code ?? own.default_status;
    this.llm_provider = given.llm_provider;
    this.model = given.model;
    this.retry_after_ms = given.retry_after_ms;
    this.request_id = given.request_id;
    this.call_id = given.call_id;
    this.retryable = given.retryable ?? false;
    this.chunks_sent = given.chunks_sent;
    this.partial = given.partial;
    this.attempts = given.attempts;
    this.code = given.code;
    this.param = given.param;
    this.issues = given.issues;
    this.current_cost = given.current_cost;
    this.max_budget = given.max_budget;
  }
}

export class APIError extends OpenAIError {
  static readonly error_name: string = "APIError";
  static override readonly default_status: number | undefined = 500;
}
/** The request never got a whole answer: refused, reset, cut, TLS, DNS. */
export class APIConnectionError extends APIError {
  static override readonly error_name: string = "APIConnectionError";
}
/** The provider answered 200 with something that is no answer. */
export class APIResponseValidationError extends APIError {
  static override readonly error_name: string = "APIResponseValidationError";
}
export class JSONSchemaValidationError extends APIResponseValidationError {
  static override readonly error_name: string = "JSONSchemaValidationError";
}
export class BadRequestError extends OpenAIError {
  static readonly error_name: string = "BadRequestError";
  static override readonly default_status: number | undefined = 400;
}
export class ContextWindowExceededError extends BadRequestError {
  static override readonly error_name: string = "ContextWindowExceededError";
}
export class ContentPolicyViolationError extends BadRequestError {
  static override readonly error_name: string = "ContentPolicyViolationError";
}
/** A parameter the model cannot take, with `drop_params` off. */
export class UnsupportedParamsError extends BadRequestError {
  static override readonly error_name: string = "UnsupportedParamsError";
}
export class RejectedRequestError extends BadRequestError {
  static override readonly error_name: string = "RejectedRequestError";
}
export class ImageFetchError extends BadRequestError {
  static override readonly error_name: string = "ImageFetchError";
}
export class LiteLLMUnknownProvider extends BadRequestError {
  static override readonly error_name: string = "LiteLLMUnknownProvider";
}
export class AuthenticationError extends OpenAIError {
  static readonly error_name: string = "AuthenticationError";
  static override readonly default_status: number | undefined = 401;
}
export class PermissionDeniedError extends OpenAIError {
  static readonly error_name: string = "PermissionDeniedError";
  static override readonly default_status: number | undefined = 403;
}
export class NotFoundError extends OpenAIError {
  static readonly error_name: string = "NotFoundError";
  static override readonly default_status: number | undefined = 404;
}
export class UnprocessableEntityError extends OpenAIError {
  static readonly error_name: string = "UnprocessableEntityError";
  static override readonly default_status: number | undefined = 422;
}
export class RateLimitError extends OpenAIError {
  static readonly error_name: string = "RateLimitError";
  static override readonly default_status: number | undefined = 429;
}
export class InternalServerError extends OpenAIError {
  static readonly error_name: string = "InternalServerError";
  static override readonly default_status: number | undefined = 500;
}
export class BadGatewayError extends OpenAIError {
  static readonly error_name: string = "BadGatewayError";
  static override readonly default_status: number | undefined = 502;
}
export class ServiceUnavailableError extends OpenAIError {
  static readonly error_name: string = "ServiceUnavailableError";
  static override readonly default_status: number | undefined = 503;
}
export class MidStreamFallbackError extends ServiceUnavailableError {
  static override readonly error_name: string = "MidStreamFallbackError";
}
/** LiteLLM gives this class no "Error" suffix. */
export class Timeout extends OpenAIError {
  static readonly error_name: string = "Timeout";
  static override readonly default_status: number | undefined = 408;
}
/** A budget would be passed: nothing was sent. */
export class BudgetExceededError extends OpenAIError {
  static readonly error_name: string = "BudgetExceededError";
}
/** The caller stopped the call. Over RPC it has code -32800. `code` is "ABORT_ERR", as on an AbortError. */
export class Cancelled extends OpenAIError {
  static readonly error_name: string = "Cancelled";
  static override readonly default_status: number | undefined = 499;
}

const CLASSES = [
  OpenAIError,
  APIError,
  APIConnectionError,
  APIResponseValidationError,
  JSONSchemaValidationError,
  BadRequestError,
  ContextWindowExceededError,
  ContentPolicyViolationError,
  UnsupportedParamsError,
  RejectedRequestError,
  ImageFetchError,
  LiteLLMUnknownProvider,
  AuthenticationError,
  PermissionDeniedError,
  NotFoundError,
  UnprocessableEntityError,
  RateLimitError,
  InternalServerError,
  BadGatewayError,
  ServiceUnavailableError,
  MidStreamFallbackError,
  Timeout,
  BudgetExceededError,
  Cancelled,
] as const;

const BY_NAME: ReadonlyMap<string, typeof OpenAIError> = new Map(
  CLASSES.map((one) => {
    const named = one as typeof OpenAIError & { error_name?: string };
    return [named.error_name ?? "OpenAIError", one as typeof OpenAIError];
  }),
);

/** Every class name that can stand in `data.name`. */
export const ERROR_NAMES: readonly string[] = [...BY_NAME.keys()];

/** Builds the class of that name; an unknown name (a newer peer) becomes APIError. */
export function createError(name: string, fields: ErrorFields): OpenAIError {
  return new (BY_NAME.get(name) ?? APIError)(fields);
}

const DATA_FIELDS = [
  "status_code",
  "llm_provider",
  "model",
  "retry_after_ms",
  "request_id",
  "call_id",
  "retryable",
  "chunks_sent",
  "attempts",
  "code",
  "param",
  "issues",
  "current_cost",
  "max_budget",
] as const;

/** The error as plain JSON. The partial answer itself stays behind: its chunks were already sent. */
export function toErrorData(error: OpenAIError): ErrorData {
  const data: Record<string, unknown> = { name: error.name };
  for (const field of DATA_FIELDS) {
    if (error[field] !== undefined) data[field] = error[field];
  }
  if (error.partial !== undefined) data["partial"] = true;
  return data as unknown as ErrorData;
}

export function fromErrorData(message: string, data: ErrorData): OpenAIError {
  return createError(data.name, { ...data, message });
}

/** Anything thrown, as one of ours. What is not ours is a defect, said as APIConnectionError, LiteLLM's default. */
export function asOpenAIError(thrown: unknown): OpenAIError {
  if (thrown instanceof OpenAIError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new APIConnectionError({ message, cause: thrown });
}
