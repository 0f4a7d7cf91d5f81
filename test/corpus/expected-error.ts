// The LiteLLM class a recorded error must become: the status first, then the provider's code, then its words.
// A table of this suite's own.

const BY_STATUS: Record<number, string> = {
  400: "BadRequestError",
  401: "AuthenticationError",
  403: "PermissionDeniedError",
  404: "NotFoundError",
  408: "Timeout",
  413: "BadRequestError",
  422: "UnprocessableEntityError",
  429: "RateLimitError",
  500: "InternalServerError",
  502: "BadGatewayError",
  503: "ServiceUnavailableError",
  504: "Timeout",
  529: "InternalServerError",
};

/** The codes that say it, then the ways it is put in words. */
const CONTEXT =
  /context_length_exceeded|exceed_context_size_error|too_many_prompt_tokens|maximum context length is|max context length|exceeds the (?:available )?context (?:size|length)|reduce the length of the messages/i;
const POLICY = /"code":\s*"(?:content_filter|content_policy_violation)"|content management policy/i;
const KEY = /incorrect api key provided|"code":\s*"invalid_api_key"/i;
const MODEL = /"code":\s*"model_not_found"/;

export function expectedClass(status: number, body: string): string {
  if (status === 400 || status === 413 || status === 422) {
    if (CONTEXT.test(body)) return "ContextWindowExceededError";
    if (POLICY.test(body)) return "ContentPolicyViolationError";
    if (KEY.test(body)) return "AuthenticationError";
    if (MODEL.test(body)) return "NotFoundError";
  }
  return BY_STATUS[status] ?? "APIError";
}
