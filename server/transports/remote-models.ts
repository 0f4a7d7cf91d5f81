// The client's own models, asked over the connection: a request each, its parts as notifications before its response.
// What the client sends is checked here, once.

import { randomUUID } from "node:crypto";
import { type CancellationToken, CancellationTokenSource, ResponseError } from "vscode-jsonrpc/node";
import {
  type HostModelEnd,
  HostModelError,
  type HostModelInfo,
  type HostModelPart,
  type HostModelRequest,
  type HostModels,
} from "../protocol/host-models.ts";
import { METHOD } from "../protocol/names.ts";

type Send = (method: string, params: unknown, token: CancellationToken) => Promise<unknown>;
type Json = Record<string, unknown>;

export class RemoteModels implements HostModels {
  readonly #send: Send;
  readonly #listening = new Map<string, (parts: HostModelPart[]) => void>();

  constructor(send: Send) {
    this.#send = send;
  }

  async list(): Promise<HostModelInfo[]> {
    const answer = await this.#send(METHOD.languageModels, {}, new CancellationTokenSource().token);
    const { models } = objectOf(answer);
    return (Array.isArray(models) ? models : []).flatMap((one): HostModelInfo[] => {
      const { vendor, family, id, name, max_input_tokens } = objectOf(one);
      if (typeof vendor !== "string" || typeof family !== "string") return [];
      return [
        {
          vendor,
          family,
          id: typeof id === "string" ? id : family,
          name: typeof name === "string" ? name : family,
          ...(typeof max_input_tokens === "number" ? { max_input_tokens } : {}),
        },
      ];
    });
  }

  ask(
    request: Omit<HostModelRequest, "stream_id">,
    onParts: (parts: HostModelPart[]) => void,
  ): { answer: Promise<HostModelEnd>; cancel(): void } {
    const stream_id = randomUUID();
    const source = new CancellationTokenSource();
    this.#listening.set(stream_id, onParts);
    const answer = this.#send(METHOD.languageModel, { ...request, stream_id }, source.token)
      .then(endOf, (thrown: unknown) => {
        throw errorOf(thrown);
      })
      .finally(() => {
        this.#listening.delete(stream_id);
        source.dispose();
      });
    return { answer, cancel: () => source.cancel() };
  }

  /** Params of `edgequake/languageModelChunk`. Of a stream nobody waits for any more nothing is taken. */
  chunk(params: unknown): void {
    const { stream_id, parts } = objectOf(params);
    const listener = typeof stream_id === "string" ? this.#listening.get(stream_id) : undefined;
    if (listener && Array.isArray(parts)) listener(parts.flatMap(partOf));
  }
}

function partOf(value: unknown): HostModelPart[] {
  const { type, text, signature, redacted, id, name, input } = objectOf(value);
  if (type === "text" && typeof text === "string") return [{ type, text }];
  if (type === "thinking") {
    return [
      {
        type,
        text: typeof text === "string" ? text : "",
        ...(typeof signature === "string" ? { signature } : {}),
        ...(typeof redacted === "string" ? { redacted } : {}),
      },
    ];
  }
  if (type === "tool_call" && typeof id === "string" && typeof name === "string")
    return [{ type, id, name, input }];
  return [];
}

function endOf(value: unknown): HostModelEnd {
  const { finish_reason, usage } = objectOf(value);
  const { prompt_tokens, completion_tokens } = objectOf(usage);
  const counted = isCount(prompt_tokens) && isCount(completion_tokens);
  return {
    ...(typeof finish_reason === "string" ? { finish_reason } : {}),
    ...(counted
      ? {
          usage: {
            ...objectOf(usage),
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens + completion_tokens,
          },
        }
      : {}),
  };
}

function errorOf(thrown: unknown): HostModelError {
  const { message } = thrown instanceof Error ? thrown : { message: String(thrown) };
  const data = thrown instanceof ResponseError ? objectOf(thrown.data) : {};
  return new HostModelError(message, typeof data["code"] === "string" ? data["code"] : undefined);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}
