// InvokeModel: the maker's own API inside Bedrock's. The body is the maker's without the model, which the path names, and
// a stream's events carry the maker's events in base64.

import type { CompactChunk } from "../protocol/compact.ts";
import { createError } from "../protocol/errors.ts";
import type { Usage } from "../protocol/messages.ts";
import { AnthropicStreamDecoder, decodeAnthropicResponse } from "./anthropic-decode.ts";
import { anthropicRequest } from "./anthropic-request.ts";
import { exceptionFailure } from "./bedrock-failure.ts";
import { baseModel, isClaude } from "./bedrock-models.ts";
import { addressOf } from "./bedrock-request.ts";
import { chatBody, withOwn } from "./chat-body.ts";
import { decodeResponse, OpenAIStreamDecoder } from "./openai-decode.ts";
import { isObject, type Json } from "./openai-delta.ts";
import {
  type ChatCall,
  type ChatWire,
  EXCEPTION,
  type StreamDecoder,
  WireFailure,
  type WireRequest,
} from "./types.ts";

const ANTHROPIC_VERSION = "bedrock-2023-05-31";

function toInvoke(call: ChatCall, body: Json): WireRequest {
  const { id } = addressOf(call);
  const action = call.stream ? "invoke-with-response-stream" : "invoke";
  return { method: "POST", path: `/model/${encodeURIComponent(id)}/${action}`, body };
}

const anthropicInvoke: ChatWire = {
  framing: "eventstream",
  request: (call) => {
    const { body, betas } = anthropicRequest(call);
    const { model: _path, stream: _action, anthropic_beta: own, ...rest } = body;
    const all = [...new Set([...(Array.isArray(own) ? own : []), ...betas])];
    return toInvoke(call, {
      anthropic_version: ANTHROPIC_VERSION,
      ...rest,
      ...(all.length > 0 ? { anthropic_beta: all } : {}),
    });
  },
  response: decodeAnthropicResponse,
  stream: (call) => new InvokeStreamDecoder(new AnthropicStreamDecoder(call)),
};

const openaiInvoke: ChatWire = {
  framing: "eventstream",
  request: (call) => {
    const { model: _path, ...body } = withOwn(chatBody(call), call);
    return toInvoke(call, body);
  },
  response: decodeResponse,
  stream: (call) => new InvokeStreamDecoder(new OpenAIStreamDecoder(call)),
};

/** Throws BadRequestError for makers whose own API is not spoken here. */
export function invokeWire(call: ChatCall): ChatWire {
  if (isClaude(call.model)) return anthropicInvoke;
  if (baseModel(call.model).startsWith("openai.")) return openaiInvoke;
  throw createError("BadRequestError", {
    message: `bedrock/invoke speaks with the models of Anthropic and OpenAI; write bedrock/converse/${addressOf(call).id}, which speaks with all`,
    llm_provider: "bedrock",
    model: call.requested_model,
    param: "model",
  });
}

/** Unpacks `{bytes}` and hands the event inside to the maker's decoder. */
export class InvokeStreamDecoder implements StreamDecoder {
  readonly #inner: StreamDecoder;

  constructor(decoder: StreamDecoder) {
    this.#inner = decoder;
  }

  push(data: string, out: CompactChunk[], event = ""): void {
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch {
      json = undefined;
    }
    if (event.startsWith(EXCEPTION))
      throw new WireFailure(exceptionFailure(event.slice(EXCEPTION.length), json ?? { message: data }));
    const bytes = isObject(json) ? json["bytes"] : undefined;
    // An event of a kind to come is skipped.
    if (typeof bytes === "string") this.#inner.push(Buffer.from(bytes, "base64").toString("utf8"), out);
  }

  done(): boolean {
    return this.#inner.done();
  }

  finished(): boolean {
    return this.#inner.finished();
  }

  end(out: CompactChunk[]): void {
    this.#inner.end(out);
  }

  usage(): Usage | undefined {
    return this.#inner.usage();
  }

  finishReasons(): string[] {
    return this.#inner.finishReasons();
  }
}
