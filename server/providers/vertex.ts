// Google Vertex AI: Gemini by generateContent, Claude by rawPredict, other makers' models by the OpenAI-like endpoint.
// The address names region and project; keys are access tokens of Google Cloud.
// Source: Vertex AI REST reference, v1; Anthropic's documentation of Claude on Vertex AI.

import { createError } from "../protocol/errors.ts";
import { AnthropicStreamDecoder, decodeAnthropicResponse } from "./anthropic-decode.ts";
import { anthropicRequest, claudeParams } from "./anthropic-request.ts";
import { chatBody, withOwn } from "./chat-body.ts";
import { decodeGeminiResponse, GeminiStreamDecoder } from "./gemini-decode.ts";
import { readGoogleFailure } from "./gemini-failure.ts";
import { canThink } from "./gemini-models.ts";
import { geminiBody, geminiMethod, geminiParams } from "./gemini-request.ts";
import { decodeResponse, OpenAIStreamDecoder } from "./openai-decode.ts";
import { OPENAI_CHAT_PARAMS } from "./params.ts";
import type { ChatCall, ChatWire, EmbedCall, Provider } from "./types.ts";
import { decodeVertexEmbeddings, mostInputs, vertexEmbedBody } from "./vertex-embed.ts";

const ANTHROPIC_VERSION = "vertex-2023-10-16";

type Addressed = Pick<ChatCall | EmbedCall, "model" | "requested_model" | "settings">;

/** Throws BadRequestError when no project is told. */
function projectPath({ settings, requested_model: model }: Addressed): string {
  const { vertex_project: project, vertex_location: location = "us-central1" } = settings;
  if (!project) {
    throw createError("BadRequestError", {
      message:
        "Vertex AI needs a project: set GOOGLE_CLOUD_PROJECT, or give vertex_project with the call or in the settings",
      llm_provider: "vertex_ai",
      model,
      param: "vertex_project",
    });
  }
  return `/v1/projects/${encodeURIComponent(project)}/locations/${encodeURIComponent(location)}`;
}

/** "gemini-2.5-pro", or a model or endpoint of one's own by number. */
function modelPath(call: Addressed, publisher: string, method: string): string {
  const name = call.model.replace(/^(?:google\/|models\/|gemini\/)/, "");
  const own = /^\d+$/.test(name);
  const model = encodeURIComponent(name).replaceAll("%40", "@");
  const resource = own ? `endpoints/${model}` : `publishers/${publisher}/models/${model}`;
  return `${projectPath(call)}/${resource}:${method}`;
}

const geminiWire: ChatWire = {
  framing: "sse",
  request: (call) => ({
    method: "POST",
    path: modelPath(call, "google", geminiMethod(call)),
    body: geminiBody(call),
  }),
  response: decodeGeminiResponse,
  stream: (call) => new GeminiStreamDecoder(call),
};

const claudeWire: ChatWire = {
  framing: "sse",
  request: (call) => {
    const { body, betas } = anthropicRequest(call);
    const { model: _path, anthropic_beta: own, ...rest } = body;
    const all = [...new Set([...(Array.isArray(own) ? own : []), ...betas])];
    return {
      method: "POST",
      path: modelPath(call, "anthropic", call.stream ? "streamRawPredict" : "rawPredict"),
      body: {
        anthropic_version: ANTHROPIC_VERSION,
        ...rest,
        ...(all.length > 0 ? { anthropic_beta: all } : {}),
      },
    };
  },
  response: decodeAnthropicResponse,
  stream: (call) => new AnthropicStreamDecoder(call),
};

/** Llama, DeepSeek, Qwen and others that Vertex AI runs itself: "meta/llama-…". */
const openWire: ChatWire = {
  framing: "sse",
  request: (call) => ({
    method: "POST",
    path: `${projectPath(call)}/endpoints/openapi/chat/completions`,
    body: withOwn(chatBody(call), call),
  }),
  response: decodeResponse,
  stream: (call) => new OpenAIStreamDecoder(call),
};

function wireOf(model: string): ChatWire {
  if (model.startsWith("claude")) return claudeWire;
  return isOpen(model) ? openWire : geminiWire;
}

function isOpen(model: string): boolean {
  return model.includes("/") && !/^(?:google|models|gemini)\//.test(model);
}

export const vertex: Provider = {
  id: "vertex_ai",
  label: "Google Vertex AI",
  env: { key: ["VERTEXAI_ACCESS_TOKEN"], base: ["VERTEXAI_API_BASE"] },
  base_url: null,
  baseUrl: ({ vertex_project: project, vertex_location: location = "us-central1" }) => {
    // Without a project nothing can be called.
    if (!project) return undefined;
    // A location becomes part of a host name: nothing but a location may stand there.
    if (!/^[a-z0-9-]+$/.test(location)) return undefined;
    return location === "global"
      ? "https://aiplatform.googleapis.com"
      : `https://${location}-aiplatform.googleapis.com`;
  },
  settings: [
    { name: "vertex_project", env: ["VERTEXAI_PROJECT", "GOOGLE_CLOUD_PROJECT"] },
    {
      name: "vertex_location",
      env: ["VERTEXAI_LOCATION", "GOOGLE_CLOUD_LOCATION"],
      default: "us-central1",
    },
    { name: "vertex_credentials", env: ["GOOGLE_APPLICATION_CREDENTIALS"], secret: true },
  ],
  key_required: false,
  credentials: "google",
  local: false,
  auth: (key) => ({ authorization: `Bearer ${key}` }),
  chat: geminiWire,
  chatFor: ({ model }) => wireOf(model),
  embed: {
    max_batch: mostInputs,
    supported: () => EMBEDDING_PARAMS,
    request: (call) => ({
      method: "POST",
      path: modelPath(call, "google", "predict"),
      body: vertexEmbedBody(call),
    }),
    response: decodeVertexEmbeddings,
  },
  supportedParams: (model) => {
    if (model.startsWith("claude")) return claudeParams(model);
    return isOpen(model) ? OPENAI_CHAT_PARAMS : geminiParams(canThink(model));
  },
  inputs: ["image", "pdf", "audio"],
  failure: (status, _headers, body) => readGoogleFailure(status, body),
  hint: ({ name, status, message }) => {
    if (name === "AuthenticationError")
      return "Run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a service account's file.";
    if (/has not been used in project|is disabled/.test(message))
      return "Switch the Vertex AI API on for this project.";
    if (status === 404) return "Check the model's name, and that vertex_location has it.";
    return undefined;
  },
};

const EMBEDDING_PARAMS: ReadonlySet<string> = new Set(["dimensions", "encoding_format"]);
