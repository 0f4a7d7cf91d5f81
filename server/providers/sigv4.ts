// AWS Signature Version 4 of a finished request. Signed are its method, path, host, content type and exact body; a
// header that a proxy may change on the way is not.

import aws4 from "aws4";
import { createError } from "../protocol/errors.ts";
import type { Settings, SignableRequest } from "./types.ts";

/** aws4 would add it; the transport sends its own. */
const UNSIGNED = { "content-length": true };

/**
 * The headers to add: `x-amz-date`, `authorization`, and `x-amz-security-token` for credentials that expire.
 * Settings: aws_access_key_id, aws_secret_access_key, aws_session_token, aws_region_name.
 * Throws AuthenticationError that says what to set.
 */
export function signV4(
  service: string,
  { method, origin, path, headers, body }: SignableRequest,
  settings: Settings,
  now: Date,
): Record<string, string> {
  const accessKeyId = settings["aws_access_key_id"];
  const secretAccessKey = settings["aws_secret_access_key"];
  const token = settings["aws_session_token"];
  if (accessKeyId === undefined || secretAccessKey === undefined) throw missing(accessKeyId, secretAccessKey);
  const own: Record<string, string> = {
    "x-amz-date": now.toISOString().replace(/[:-]|\.\d{3}/g, ""),
    ...(token === undefined ? {} : { "x-amz-security-token": token }),
  };
  const { host } = new URL(origin);
  const type = headers["content-type"];
  const signed = aws4.sign(
    {
      method,
      host,
      path,
      body,
      service,
      region: settings["aws_region_name"] ?? "",
      headers: {
        ...own,
        host,
        "content-length": "0",
        ...(type === undefined ? {} : { "content-type": type }),
      },
      extraHeadersToIgnore: UNSIGNED,
    },
    { accessKeyId, secretAccessKey },
  );
  return { ...own, authorization: String(signed.headers["Authorization"]) };
}

function missing(id: string | undefined, secret: string | undefined): Error {
  const names = [
    ...(id === undefined ? ["AWS_ACCESS_KEY_ID"] : []),
    ...(secret === undefined ? ["AWS_SECRET_ACCESS_KEY"] : []),
  ].join(" and ");
  return createError("AuthenticationError", {
    message: `there are no credentials for Amazon Bedrock: set ${names} (with AWS_SESSION_TOKEN where they expire), or give aws_access_key_id and aws_secret_access_key with the call, or set AWS_BEARER_TOKEN_BEDROCK to an API key of Bedrock. Profiles of ~/.aws are not read`,
    llm_provider: "bedrock",
    code: "missing_api_key",
  });
}
