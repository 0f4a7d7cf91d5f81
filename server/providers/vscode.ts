// Models of the editor the client lives in: `vscode/<vendor>/<family>`. Nothing is sent over the network: the client is
// asked, and its parts become chunks here. Pure.

import type { CompactChunk } from "../protocol/compact.ts";
import { createError } from "../protocol/errors.ts";
import type { HostModelEnd, HostModelPart, HostModelRequest } from "../protocol/host-models.ts";
import type { ChatCompletionChunk, Delta, FinishReason } from "../protocol/messages.ts";
import { openai } from "./openai.ts";
import { type ChatCall, type Failure, type Provider, WireFailure } from "./types.ts";

/** EdgeQuake is itself a vendor of models in VS Code. */
const OWN_VENDOR = "edgequake";

/** What VS Code has a place for; the rest goes along as the model's options. */
const TAKEN: ReadonlySet<string> = new Set([
  "stream",
  "stream_options",
  "tools",
  "tool_choice",
  "temperature",
  "top_p",
  "max_tokens",
  "max_completion_tokens",
  "stop",
  "reasoning_effort",
]);

export const vscode: Provider = {
  ...openai,
  id: "vscode",
  label: "VS Code",
  env: { key: [], base: [] },
  base_url: null,
  key_required: false,
  needs_address: true,
  // The first word may wait for a person who is asked for leave.
  local: true,
  upstream: "client",
  chatFor: undefined,
  embed: undefined,
  models: undefined,
  hint: undefined,
  inputs: ["image"],
  supportedParams: () => TAKEN,
};

/** @throws BadRequestError for what is no model of another vendor. */
export function hostRequest(call: ChatCall): Omit<HostModelRequest, "stream_id"> {
  const [vendor = "", ...rest] = call.model.split("/");
  const family = rest.join("/");
  const refuse = (message: string): Error =>
    createError("BadRequestError", {
      message,
      model: call.requested_model,
      llm_provider: "vscode",
      param: "model",
    });
  if (vendor === "" || family === "")
    throw refuse(
      `"${call.requested_model}" names no model: write vscode/<vendor>/<family>, like vscode/copilot/gpt-4.1`,
    );
  if (vendor === OWN_VENDOR)
    throw refuse(`"${call.requested_model}" is EdgeQuake itself: name the model it stands for, ${family}`);
  const { messages, tools, tool_choice, stream: _1, stream_options: _2, ...others } = call.params;
  const { model: _3, drop_params: _4, extra_body, ...options } = others;
  return {
    vendor,
    family,
    messages,
    ...(tools ? { tools } : {}),
    ...(tool_choice == null ? {} : { tool_choice }),
    options: { ...options, ...call.passthrough, ...extra_body },
  };
}

/** VS Code's code, or its words, as a wire's failure. */
export function hostFailure(message: string, code: string | undefined): Failure {
  return { status: statusOf(message, code), message, code: code === "Blocked" ? "content_filter" : code };
}

function statusOf(message: string, code: string | undefined): number {
  if (code === "NoPermissions") return 403;
  if (code === "NotFound") return 404;
  if (code === "Blocked") return 400;
  if (/rate.?limit|quota/i.test(`${code ?? ""} ${message}`)) return 429;
  return 500;
}

/** Parts -> chunks of one answer. */
export class HostDecoder {
  readonly #call: ChatCall;
  #begun = false;
  #calls = 0;

  constructor(call: ChatCall) {
    this.#call = call;
  }

  push(part: HostModelPart, out: CompactChunk[]): void {
    if (part.type === "text") {
      this.#begin(out);
      if (part.text !== "") out.push(part.text);
    } else if (part.type === "thinking") this.#emit(thought(part), out);
    else if (part.type === "tool_call") {
      const { id, name, input } = part;
      const index = this.#calls;
      this.#calls += 1;
      const call = { name, arguments: JSON.stringify(input ?? {}) };
      this.#emit({ tool_calls: [{ index, id, type: "function", function: call }] }, out);
    }
  }

  /** The chunk that ends the answer. @throws WireFailure where there is none. */
  end({ finish_reason }: HostModelEnd, out: CompactChunk[]): FinishReason {
    if (!this.#begun) throw new WireFailure({ status: 500, message: "the model ended without a word" });
    const reason = finish_reason ?? (this.#calls > 0 ? "tool_calls" : "stop");
    out.push(this.#chunk({}, reason));
    return reason;
  }

  #begin(out: CompactChunk[]): void {
    if (this.#begun) return;
    this.#begun = true;
    out.push(this.#chunk({ role: "assistant", content: "" }));
  }

  #emit(delta: Delta, out: CompactChunk[]): void {
    this.#begin(out);
    out.push(this.#chunk(delta));
  }

  #chunk(delta: Delta, finish_reason: FinishReason | null = null): ChatCompletionChunk {
    const { id, created, requested_model: model } = this.#call;
    const choices = [{ index: 0, delta, finish_reason }];
    return { id, object: "chat.completion.chunk", created, model, choices };
  }
}

function thought({ text, signature, redacted }: HostModelPart & { type: "thinking" }): Delta {
  if (redacted !== undefined) return { thinking_blocks: [{ type: "redacted_thinking", data: redacted }] };
  const delta: Delta = text === "" ? {} : { reasoning_content: text };
  if (signature !== undefined) delta.thinking_blocks = [{ type: "thinking", thinking: text, signature }];
  return delta;
}
