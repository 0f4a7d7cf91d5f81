// Vertex AI: Gemini and Claude under addresses that name a project and a region. What requests and answers say is read as
// on the makers' own APIs.

import type { Entry, Recording } from "../recordings.ts";
import type { Asked } from "../replay-server.ts";
import { callOfMessages, saidByMessages, wrongMessages } from "./anthropic.ts";
import { errorClass, modelOf, saidByGemini, wrongGemini, wrongPath } from "./gemini.ts";
import { callOf } from "./gemini-call.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

const APIS = new Set(["gemini.generateContent", "anthropic.messages"]);

export const vertex: Wire = {
  base: "",
  replays: ({ api, provider }) => provider === "vertex" && api !== null && APIS.has(api),
  model: (_entry, _body, recording) => `vertex_ai/${modelOf(recording)}`,
  extra: { vertex_project: "example-project" },
  callOf: (body, { api }, recording) => ({
    vertex_location: locationOf(recording),
    ...(api === "anthropic.messages" ? callOfClaude(body) : callOf(body)),
  }),
  wrongAddress: (asked, { api }, key, streamed, recording) =>
    wrongPath(asked, pathOf(recording, api === "anthropic.messages", streamed)) ?? wrongKey(asked, key),
  wrongBody: (sent, recorded, { api }) =>
    api === "anthropic.messages" ? wrongClaude(sent, recorded) : wrongGemini(sent, recorded),
  said: (entry, recording) =>
    entry.api === "anthropic.messages"
      ? saidByMessages(recording.response.body ?? "", entry.kind === "chat-stream")
      : saidByGemini(entry, recording),
  errorClass: (entry: Entry, recording: Recording) => errorClass(entry, recording),
};

function locationOf({ request }: Recording): string {
  return /locations\/([^/]+)/.exec(request.path)?.[1] ?? "us-central1";
}

/** The stable version is asked, whichever was recorded. */
function pathOf(recording: Recording, claude: boolean, streamed: boolean): string {
  const place = `/v1/projects/example-project/locations/${locationOf(recording)}/publishers`;
  if (claude)
    return `${place}/anthropic/models/${modelOf(recording)}:${streamed ? "streamRawPredict" : "rawPredict"}`;
  const method = streamed ? "streamGenerateContent?alt=sse" : "generateContent";
  return `${place}/google/models/${modelOf(recording)}:${method}`;
}

function wrongKey(asked: Asked, key: string): string | undefined {
  return TOKENS_AS_BEARER(asked, key);
}

function callOfClaude(body: Json): Json {
  const { anthropic_version: _version, ...rest } = body;
  return callOfMessages(rest);
}

/** The version is the cloud's own and always sent; the model stands in the path. */
function wrongClaude(sent: Json, recorded: Json): string | undefined {
  const { anthropic_version: version, ...rest } = sent;
  if (version !== "vertex-2023-10-16") return `anthropic_version ${String(version)}`;
  if ("model" in rest) return "the model stands in the body";
  const { anthropic_version: _version, model: _model, ...wanted } = recorded;
  return wrongMessages(rest, wanted);
}
