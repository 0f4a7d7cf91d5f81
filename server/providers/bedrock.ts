// Amazon Bedrock: Converse and ConverseStream for every model, InvokeModel where asked for (bedrock/invoke/…), signed
// with SigV4 or with an API key of Bedrock. Source: the Amazon Bedrock Runtime API reference.

import { factsOf } from "./anthropic-models.ts";
import { claudeParams } from "./anthropic-request.ts";
import { ConverseStreamDecoder, decodeConverseResponse } from "./bedrock-decode.ts";
import { bedrockEmbed } from "./bedrock-embed.ts";
import { bedrockFailure, bedrockHint } from "./bedrock-failure.ts";
import { invokeWire } from "./bedrock-invoke.ts";
import { isClaude, isNova2, thinksByEffort } from "./bedrock-models.ts";
import { addressOf, converseBody } from "./bedrock-request.ts";
import { OPENAI_CHAT_PARAMS } from "./params.ts";
import { signV4 } from "./sigv4.ts";
import type { ChatWire, Provider, WireRequest } from "./types.ts";

const CHAT_PARAMS = [
  "temperature",
  "top_p",
  "stream",
  "stream_options",
  "stop",
  "max_tokens",
  "max_completion_tokens",
  "response_format",
  "tools",
  "tool_choice",
];
const OF_ALL: ReadonlySet<string> = new Set(CHAT_PARAMS);
const OF_OLDER_CLAUDE: ReadonlySet<string> = new Set([...CHAT_PARAMS, "parallel_tool_calls"]);
const OF_CLAUDE: ReadonlySet<string> = new Set([...OF_OLDER_CLAUDE, "reasoning_effort", "thinking"]);
const OF_EFFORT: ReadonlySet<string> = new Set([...CHAT_PARAMS, "reasoning_effort"]);

const converse: ChatWire = {
  framing: "eventstream",
  request: (call): WireRequest => {
    const { id } = addressOf(call);
    const action = call.stream ? "converse-stream" : "converse";
    return {
      method: "POST",
      path: `/model/${encodeURIComponent(id)}/${action}`,
      body: converseBody(call),
    };
  },
  response: decodeConverseResponse,
  stream: (call) => new ConverseStreamDecoder(call),
};

export const bedrock: Provider = {
  id: "bedrock",
  label: "Amazon Bedrock",
  env: { key: ["AWS_BEARER_TOKEN_BEDROCK"], base: ["AWS_BEDROCK_RUNTIME_ENDPOINT"] },
  base_url: null,
  baseUrl: ({ aws_region_name: region }) => region && `https://bedrock-runtime.${region}.${domainOf(region)}`,
  settings: [
    {
      name: "aws_region_name",
      env: ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"],
      default: "us-west-2",
    },
    { name: "aws_access_key_id", env: ["AWS_ACCESS_KEY_ID"] },
    { name: "aws_secret_access_key", env: ["AWS_SECRET_ACCESS_KEY"], secret: true },
    { name: "aws_session_token", env: ["AWS_SESSION_TOKEN"], secret: true },
  ],
  key_required: false,
  local: false,
  auth: (key) => ({ authorization: `Bearer ${key}` }),
  sign: (request, settings, now) => signV4("bedrock", request, settings, now),
  chat: converse,
  chatFor: (call) => (addressOf(call).api === "invoke" ? invokeWire(call) : converse),
  embed: bedrockEmbed,
  supportedParams: (model) => {
    // There it is the maker's own API.
    if (model.startsWith("invoke/")) return isClaude(model) ? claudeParams(model) : OPENAI_CHAT_PARAMS;
    // No model named: what the most able take.
    if (model === "" || isClaude(model))
      return factsOf(model).thinks === "never" ? OF_OLDER_CLAUDE : OF_CLAUDE;
    return isNova2(model) || thinksByEffort(model) ? OF_EFFORT : OF_ALL;
  },
  inputs: ["image", "pdf"],
  failure: bedrockFailure,
  hint: bedrockHint,
};

function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
