// Failures of Bedrock: the exception's name stands in the header `x-amzn-errortype` ("Name:http://…") or, inside a
// stream, in the event itself; the body is `{message}` or `{Message}`.

import { isObject } from "./openai-delta.ts";
import { readFailureBody } from "./openai-failure.ts";
import type { Failure, HintQuestion } from "./types.ts";

/** The status of an exception that arrives inside a 200; the API documents one for each. */
const STATUS: Readonly<Record<string, number>> = {
  accessdeniedexception: 403,
  internalserverexception: 500,
  modelerrorexception: 424,
  modelnotreadyexception: 429,
  modelstreamerrorexception: 424,
  modeltimeoutexception: 408,
  resourcenotfoundexception: 404,
  servicequotaexceededexception: 400,
  serviceunavailableexception: 503,
  throttlingexception: 429,
  validationexception: 400,
};

export function bedrockFailure(status: number, headers: Record<string, string>, body: string): Failure {
  const failure = readFailureBody(status, body);
  const json = parsed(body);
  const message = json?.["message"] ?? json?.["Message"];
  if (typeof message === "string" && message !== "") failure.message = message;
  const name = nameOf(headers["x-amzn-errortype"] ?? json?.["__type"]);
  return name === undefined ? failure : { ...failure, type: name };
}

export function exceptionFailure(name: string, json: unknown): Failure {
  const fields = isObject(json) ? json : {};
  const told = fields["message"] ?? fields["Message"] ?? fields["originalMessage"];
  const own = fields["originalStatusCode"];
  return {
    status: typeof own === "number" && own >= 400 ? own : (STATUS[name.toLowerCase()] ?? 500),
    message: typeof told === "string" && told !== "" ? told : `the stream broke off with ${name}`,
    code: name,
  };
}

/** "ThrottlingException:http://…", "com.amazon.coral.service#ThrottlingException". */
function nameOf(told: unknown): string | undefined {
  if (typeof told !== "string") return undefined;
  const name = (told.split(":")[0] ?? "").split("#").at(-1);
  return name === "" ? undefined : name;
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

export function bedrockHint({ message, name, status }: HintQuestion): string | undefined {
  if (/on-demand throughput isn.t supported/i.test(message))
    return "Name an inference profile instead, like bedrock/us.anthropic.claude-…";
  if (/don.t have access to the model|model access is denied/i.test(message))
    return "Ask for access to the model in the Bedrock console, in this region.";
  if (name === "AuthenticationError" && status === 403)
    return "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and this machine's clock.";
  if (name === "NotFoundError" || /model identifier is invalid/i.test(message))
    return "Check the model's id, and that aws_region_name is a region that has it.";
  return undefined;
}
