// Which LiteLLM class a failure is: the HTTP status gates, then the provider's structured code or type, then
// its text, and a rate-limit wording vetoes a context-window verdict. One place for all providers. Pure.

import type { Failure } from "./types.ts";

export interface Verdict {
  name: string;
  status_code: number;
  retryable: boolean;
}

const CONTEXT_CODES = new Set([
  "too_many_prompt_tokens",
  "context_length_exceeded",
  "exceed_context_size_error",
  "model_max_prompt_tokens_exceeded",
]);
const POLICY_CODES = new Set([
  "content_filter",
  "content_policy_violation",
  "responsibleaipolicyviolation",
  "moderation_blocked",
]);
const KEY_CODES = new Set([
  "invalid_api_key",
  "api_key_invalid",
  "authentication_error",
  // AWS: credentials it does not know, or that are over, with status 403.
  "expiredtokenexception",
  "incompletesignatureexception",
  "invalidsignatureexception",
  "missingauthenticationtokenexception",
  "unrecognizedclientexception",
]);
const MISSING_CODES = new Set([
  "model_not_found",
  "not_found_error",
  "deploymentnotfound",
  "model_not_exist",
]);

/** LiteLLM's list of wordings, lower case, plus llama.cpp's and vLLM's. */
const CONTEXT_TEXTS = [
  "exceed context limit",
  "maximum context length is",
  "model's maximum context limit",
  "is longer than the model's context length",
  "input tokens exceed the configured limit",
  "`inputs` tokens + `max_new_tokens` must be",
  "exceeds the maximum number of tokens allowed",
  "exceeds the available context size",
  "maximum input length is",
  "prompt is too long",
  "input is too long",
  "too many input tokens",
  "too many tokens",
  "expected maxlength:",
  "prompt: length: 1..",
  "reduce the length of the messages",
  "context length exceeded",
  "exceeds the context window",
  "exceeds the context length",
  "max context length",
  "too large for model with",
];
const POLICY_TEXTS = [
  "violating our usage policy",
  "rejected as a result of the safety system",
  "rejected as a result of our safety system",
  "content filtering policy",
  "content management policy",
  "triggering azure openai's content management policy",
  "content_policy_violation",
];
const KEY_TEXTS = [
  "incorrect api key provided",
  "invalid api key",
  "api key not valid",
  "api key is invalid",
  "no api key",
];
const RATE_TEXT = /\brate[\s_-]*limit|\bper minute\b|\btoo many requests\b/i;

const RETRYABLE = new Set([408, 409, 425, 429]);

export function classify(failure: Failure): Verdict {
  const codes = [failure.code, failure.type]
    .filter((one) => one !== undefined)
    .map((one) => one.toLowerCase());
  const status = failure.status ?? inBandStatus(codes, failure.message);
  const name = nameOf(status, codes, failure.message);
  const status_code = name === "BadRequestError" && status === 413 ? 413 : status;
  return { name, status_code, retryable: isRetryable(status, codes, failure.message) };
}

function nameOf(status: number, codes: readonly string[], message: string): string {
  switch (status) {
    case 401:
      return "AuthenticationError";
    case 403:
      return codes.some((code) => KEY_CODES.has(code)) ? "AuthenticationError" : "PermissionDeniedError";
    case 404:
      return "NotFoundError";
    case 408:
    case 504:
      return "Timeout";
    case 429:
      return "RateLimitError";
    case 500:
    case 529:
      return "InternalServerError";
    case 502:
      return "BadGatewayError";
    case 503:
      return "ServiceUnavailableError";
    case 400:
    case 413:
    case 422:
    case 498:
      return refineBadRequest(status, codes, message);
    default:
      // 402, 409, 425, 501 and what nobody has seen yet keep their status.
      return "APIError";
  }
}

function refineBadRequest(status: number, codes: readonly string[], message: string): string {
  const text = message.toLowerCase();
  const has = (set: ReadonlySet<string>): boolean => codes.some((code) => set.has(code));
  const says = (texts: readonly string[]): boolean => texts.some((one) => text.includes(one));
  if (has(CONTEXT_CODES)) return "ContextWindowExceededError";
  if (has(POLICY_CODES)) return "ContentPolicyViolationError";
  if (has(KEY_CODES)) return "AuthenticationError";
  if (codes.includes("rate_limit_exceeded")) return "RateLimitError";
  if (has(MISSING_CODES)) return "NotFoundError";
  if (codes.includes("string_above_max_length")) return "BadRequestError";
  if (says(POLICY_TEXTS)) return "ContentPolicyViolationError";
  if (says(KEY_TEXTS)) return "AuthenticationError";
  if (
    !RATE_TEXT.test(message) &&
    (says(CONTEXT_TEXTS) || (text.includes("current length is") && text.includes("while limit is")))
  ) {
    return "ContextWindowExceededError";
  }
  return status === 422 ? "UnprocessableEntityError" : "BadRequestError";
}

function isRetryable(status: number, codes: readonly string[], message: string): boolean {
  if (status === 429) {
    // Neither more money nor a smaller prompt comes from waiting.
    return !codes.includes("insufficient_quota") && !/request too large|insufficient_quota/i.test(message);
  }
  return RETRYABLE.has(status) || status >= 500;
}

const IN_BAND: readonly [pattern: RegExp, status: number][] = [
  [/rate_?limit|too_many_requests|capacity_exceeded|insufficient_quota|resource_exhausted/, 429],
  [/overloaded/, 529],
  [/authentication|invalid_api_key|unauthori[sz]ed/, 401],
  [/permission|forbidden/, 403],
  [/not_found/, 404],
  [/request_too_large/, 413],
  [/billing/, 402],
  [/timeout/, 504],
  [/unavailable/, 503],
  [
    /context_length|invalid_request|invalid_prompt|bad_request|content_filter|content_policy|tool_use_failed|json_validate/,
    400,
  ],
];

/** A failure inside a 200 has no status of its own: a numeric code is one, else the type tells. */
function inBandStatus(codes: readonly string[], message: string): number {
  for (const code of codes) {
    const number = Number(code);
    if (Number.isInteger(number) && number >= 400 && number <= 599) return number;
  }
  for (const code of codes) {
    for (const [pattern, status] of IN_BAND) if (pattern.test(code)) return status;
  }
  if (/\boverloaded\b/i.test(message)) return 529;
  return 500;
}
