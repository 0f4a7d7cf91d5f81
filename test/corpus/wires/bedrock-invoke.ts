// Amazon Bedrock's InvokeModel, with and without a stream, of OpenAI's models: their own API, and in a stream their
// own events in base64.

import { whatTheBytesSay } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import { difference, normalised } from "../same-request.ts";
import { errorClass, framesOf, modelOf, wrongPath } from "./bedrock.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

export const bedrockInvoke: Wire = {
  base: "",
  replays: ({ api, model }) => /^bedrock\.invoke/.test(api ?? "") && /^(?:\w+\.)?openai\./.test(model ?? ""),
  model: (_entry, _body, recording) => `bedrock/invoke/${modelOf(recording)}`,
  callOf: ({ model: _path, stream: _stream, ...call }) => call,
  wrongAddress: (asked, _entry, key, streamed, recording) =>
    wrongPath(asked, recording, streamed ? "invoke-with-response-stream" : "invoke") ??
    TOKENS_AS_BEARER(asked, key),
  // The path names the model.
  wrongBody: (sent: Json, { model: _path, ...recorded }: Json) =>
    difference(normalised(sent, recorded), normalised(recorded)),
  said: (entry, recording) => whatTheBytesSay({ ...entry, api: "openai.chat" }, asEvents(entry, recording)),
  errorClass,
};

/** The recording as the maker's own API would have sent it. */
export function asEvents({ kind }: Entry, recording: Recording): Recording {
  if (kind !== "chat-stream") return recording;
  const events = framesOf(recording).map(({ data }) =>
    Buffer.from(String(data["bytes"]), "base64").toString("utf8"),
  );
  const body = events.map((event) => `data: ${event}\n\n`).join("");
  return { ...recording, response: { ...recording.response, body, body_encoding: "utf-8" } };
}
