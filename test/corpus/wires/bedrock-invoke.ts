// Amazon Bedrock's InvokeModel, with and without a stream, of Claude and of OpenAI's models: the maker's own API, and
// in a stream the maker's own events in base64.

import { type Said, whatTheBytesSay } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import { difference, normalised } from "../same-request.ts";
import { callOfMessages, saidByMessages, wrongMessages } from "./anthropic.ts";
import { errorClass, framesOf, modelOf, wrongPath } from "./bedrock.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

const isClaude = ({ model }: Entry): boolean => /(?:^|\.)anthropic\./.test(model ?? "");

export const bedrockInvoke: Wire = {
  base: "",
  replays: ({ api, model }) =>
    /^bedrock\.invoke/.test(api ?? "") && /(?:^|\.)(?:openai|anthropic)\./.test(model ?? ""),
  model: (_entry, _body, recording) => `bedrock/invoke/${modelOf(recording)}`,
  callOf({ model: _path, stream: _action, anthropic_version: _version, ...body }, entry) {
    return isClaude(entry) ? callOfMessages(body) : body;
  },
  wrongAddress: (asked, _entry, key, streamed, recording) =>
    wrongPath(asked, recording, streamed ? "invoke-with-response-stream" : "invoke") ??
    TOKENS_AS_BEARER(asked, key),
  // The path names the model, and for Claude whether it streams.
  wrongBody(sent: Json, { model: _path, ...recorded }: Json, entry) {
    if (!isClaude(entry)) return difference(normalised(sent, recorded), normalised(recorded));
    // An empty list of tools is none.
    if (JSON.stringify(recorded["tools"]) === "[]") delete recorded["tools"];
    return sent["anthropic_version"] === "bedrock-2023-05-31"
      ? wrongMessages(sent, recorded)
      : `anthropic_version ${String(sent["anthropic_version"])}`;
  },
  said(entry, recording): Said {
    const own = asEvents(entry, recording);
    return isClaude(entry)
      ? saidByMessages(own.response.body ?? "", entry.kind === "chat-stream")
      : whatTheBytesSay({ ...entry, api: "openai.chat" }, own);
  },
  errorClass,
};

/** The recording as the maker's own API would have sent it. */
function asEvents({ kind }: Entry, recording: Recording): Recording {
  if (kind !== "chat-stream") return recording;
  const events = framesOf(recording).map(({ data }) =>
    Buffer.from(String(data["bytes"]), "base64").toString("utf8"),
  );
  const body = events.map((event) => `data: ${event}\n\n`).join("");
  return { ...recording, response: { ...recording.response, body, body_encoding: "utf-8" } };
}
