// OpenAI's chat completions and embeddings: OpenAI's own, the family's, and every other provider's OpenAI-like
// endpoint, which replays as openai/….

import { whatTheBytesSay } from "../oracle.ts";
import type { Entry } from "../recordings.ts";
import { difference, normalised, wrongPlain } from "../same-request.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

/** Corpus folder -> our provider, for those whose native wire this is. The others replay as openai. */
const FAMILY: Readonly<Record<string, string>> = {
  openai: "openai",
};

const APIS: Readonly<Record<string, string>> = {
  "openai.chat": "/v1/chat/completions",
  "openai.embeddings": "/v1/embeddings",
};

export const openaiChat: Wire = {
  base: "/v1",
  replays: ({ api }) => api !== null && Object.hasOwn(APIS, api),
  model: (entry: Entry, body) =>
    `${FAMILY[entry.provider] ?? "openai"}/${body?.["model"] || entry.model || "unnamed"}`,
  callOf: (body) => body,
  wrongAddress: (asked, { api }, key, streamed) =>
    wrongPlain(asked, APIS[api ?? ""] ?? "", streamed && api === "openai.chat") ??
    TOKENS_AS_BEARER(asked, key),
  wrongBody(sent: Json, recorded: Json, { api }) {
    const isCall = api === "openai.chat" ? recorded["messages"] : recorded["input"];
    return isCall ? difference(normalised(sent, recorded), normalised(recorded)) : undefined;
  },
  said: whatTheBytesSay,
};
