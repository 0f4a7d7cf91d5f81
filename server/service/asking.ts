// One call to one model: where it goes, whether it is kept already, what may be spent on it, the request, and what is
// remembered of it. Routers and fallbacks are around it and middleware; nothing of them is here.

import type { CallBook } from "../call-book.ts";
import type { ChunkSink, Engine } from "../engine/engine.ts";
import { hostPlayer } from "../engine/host-model.ts";
import { mockPlayer } from "../engine/play-mock.ts";
import type { Player } from "../engine/player.ts";
import { prepareChat, prepareEmbedding } from "../engine/prepare.ts";
import { prepareText } from "../engine/prepare-text.ts";
import type { Clock } from "../engine/run.ts";
import type { Stop } from "../engine/stop.ts";
import { Gathered, gathering, mayBeKept, streamOfKept, textOf, withoutExtras } from "../kept-answers.ts";
import type { OnStatus } from "../protocol/call-status.ts";
import { createError } from "../protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../protocol/messages.ts";
import type { StreamTotals } from "../protocol/middleware.ts";
import type { TextCompletionParams, TextCompletionResponse } from "../protocol/text-completion.ts";
import { isMocked, mockScript } from "../providers/mock.ts";
import { providerOf, resolveModel } from "../providers/registry.ts";
import type { Provider, TextWire } from "../providers/types.ts";
import type { CachePlan, ResponseCache } from "../store/response-cache.ts";
import { keptAnswer, planOf } from "./answer-cache.ts";
import { type CallMeans, callOptions, identityOf } from "./call-options.ts";
import { reserve } from "./reserve.ts";
import { settleEncoding } from "./settle-encoding.ts";
import { chatShaped, chatSized } from "./text-by-chat.ts";
import { madeOf, type Tracked, type Tracking, type TrackingHost, tracked } from "./tracking.ts";

export interface AskingOptions {
  means: CallMeans;
  engine(): Engine;
  book: CallBook;
  cache: ResponseCache;
  clock: Clock;
  tracking: TrackingHost;
}

export class Asking {
  readonly #with: AskingOptions;

  constructor(options: AskingOptions) {
    this.#with = options;
  }

  /** The whole answer. */
  completion(params: CompletionParams, stop: Stop, onStatus?: OnStatus): Promise<ModelResponse> {
    return this.#tracked("completion", params, stop, async (tracking) => {
      const { call, options, play } = await this.#chat(params, stop, { ...tracking, onStatus }, false);
      const plan = planOf("completion", params, call, options);
      tracking.observed?.made(madeOf(call, options, plan));
      const kept = plan && (await this.#kept<ModelResponse>(plan, call, tracking));
      if (kept) return { value: kept, usage: undefined };
      if (options.kept.budgets?.length)
        await reserve(this.#with.book, "completion", params, call, options, tracking);
      tracking.observed?.sending();
      const response = await this.#with.engine().completion(call, options, play);
      if (plan && mayBeKept(response)) await this.#with.cache.put(plan, withoutExtras(response));
      const answer = options.kept.ledger?.keep_texts ? textOf(response) : undefined;
      return { value: response, usage: response.usage, cost_usd: response.edgequake?.cost_usd, answer };
    });
  }

  /** The same, as it comes. */
  stream(params: CompletionParams, sink: ChunkSink, stop: Stop, onStatus?: OnStatus): Promise<StreamTotals> {
    return this.#tracked("stream", params, stop, async (tracking) => {
      const { call, options, play } = await this.#chat(params, stop, { ...tracking, onStatus }, true);
      const include_usage = params.stream_options?.include_usage === true;
      const plan = planOf("completion", params, call, options);
      const { observed } = tracking;
      observed?.made(madeOf(call, options, plan));
      const kept = plan && (await this.#kept<ModelResponse>(plan, call, tracking));
      if (kept?.edgequake) {
        const { chunks, end } = streamOfKept(kept, kept.edgequake, include_usage);
        observed?.chunks(chunks);
        sink.push(chunks);
        return { value: end, usage: undefined, response: kept };
      }
      if (options.kept.budgets?.length)
        await reserve(this.#with.book, "completion", params, call, options, tracking);
      observed?.sending();
      const keep_text = options.kept.ledger?.keep_texts === true;
      const gathered = plan || keep_text || observed ? new Gathered() : undefined;
      tracking.gathered = gathered;
      const told = gathered
        ? gathering(sink, gathered, observed?.wants_chunks ? (chunks) => observed.chunks(chunks) : undefined)
        : sink;
      const end = await this.#with.engine().stream(call, { ...options, include_usage }, told, play);
      const { usage, cost_usd, ms_first_chunk } = end;
      const response = gathered?.answer(usage);
      if (plan && response && mayBeKept(response)) await this.#with.cache.put(plan, response);
      const answer = keep_text && response ? textOf(response) : undefined;
      return { value: end, usage: usage ?? undefined, cost_usd, ms_first_chunk, answer, response };
    });
  }

  /** "either" leaves every vector as the provider sent it. */
  embedding(
    params: EmbeddingParams,
    stop: Stop,
    base64: boolean | "either",
    onStatus?: OnStatus,
  ): Promise<EmbeddingResponse> {
    return this.#tracked("embedding", params, stop, async (tracking) => {
      const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
      const row = providerOf(provider);
      if (!row.embed) {
        throw createError("BadRequestError", {
          message: `${row.label} has no embeddings`,
          llm_provider: provider,
          model: params.model,
        });
      }
      const told = { ...tracking, onStatus, stream: false };
      const options = await callOptions(this.#with.means, row, model, params, stop, told);
      const call = prepareEmbedding(params, identityOf(options, params, this.#with.clock.now()));
      const plan = planOf("embedding", params, call, options);
      tracking.observed?.made(madeOf(call, options, plan));
      const kept = plan && (await this.#kept<EmbeddingResponse>(plan, call, tracking));
      if (!kept && options.kept.budgets?.length)
        await reserve(this.#with.book, "embedding", params, call, options, tracking);
      if (!kept) tracking.observed?.sending();
      const response = kept ?? (await this.#with.engine().embedding(call, options, provider === "mock"));
      if (plan && !kept) await this.#with.cache.put(plan, withoutExtras(response));
      settleEncoding(response, params, base64);
      if (kept) return { value: response, usage: undefined };
      const usage = response.usage && { ...response.usage, completion_tokens: 0 };
      return { value: response, usage, cost_usd: response.edgequake?.cost_usd };
    });
  }

  /** Of a model that takes a text and what stands behind it. */
  text(
    params: TextCompletionParams,
    { row, model, text }: { row: Provider; model: string; text: TextWire },
    stop: Stop,
    onStatus?: OnStatus,
  ): Promise<TextCompletionResponse> {
    // Books and watchers know two kinds of calls, and this is the one.
    const chat = chatSized(params);
    return this.#tracked("completion", chat, stop, async (tracking) => {
      const told = { ...tracking, onStatus, stream: false };
      const options = await callOptions(this.#with.means, row, model, params, stop, told);
      const call = prepareText(params, text, identityOf(options, params, this.#with.clock.now()));
      if (options.kept.budgets?.length)
        await reserve(this.#with.book, "completion", chat, call, options, tracking);
      // Watchers are told of texts as of the messages they stand for.
      const { prompt: _prompt, suffix: _suffix, ...sized } = call.params;
      tracking.observed?.made(madeOf({ ...call, params: sized }, options, undefined));
      tracking.observed?.sending();
      const value = await this.#with.engine().text(call, text, options);
      const { usage, edgequake, choices } = value;
      const answer = options.kept.ledger?.keep_texts ? (choices[0]?.text ?? null) : undefined;
      return { value, usage, cost_usd: edgequake?.cost_usd, answer, response: chatShaped(value) };
    });
  }

  async #chat(params: CompletionParams, stop: Stop, tracking: Tracking, stream: boolean) {
    const { provider, model } = resolveModel(params.model, params.custom_llm_provider);
    const row = providerOf(provider);
    const mocked = provider === "mock" || isMocked(params);
    const told = { ...tracking, stream, mocked };
    const settled = callOptions(this.#with.means, row, model, params, stop, told);
    const options = settled instanceof Promise ? await settled : settled;
    const call = prepareChat(params, identityOf(options, params, this.#with.clock.now()), stream);
    const player = (): Player | undefined => {
      if (mocked) return mockPlayer(mockScript(call), call.requested_model);
      return row.upstream ? hostPlayer(call, this.#with.means.hostModels) : undefined;
    };
    return { call, options, play: player() };
  }

  #kept<T extends ModelResponse | EmbeddingResponse>(
    plan: CachePlan,
    call: Parameters<typeof keptAnswer>[2],
    { call_id }: Tracking,
  ): Promise<T | undefined> {
    return keptAnswer<T>(this.#with.cache, plan, call, call_id, this.#with.clock.monotonic);
  }

  #tracked<T>(
    kind: "completion" | "stream" | "embedding",
    params: CompletionParams | EmbeddingParams,
    stop: Stop,
    run: (tracking: Tracking) => Promise<Tracked<T>>,
  ): Promise<T> {
    return tracked(this.#with.tracking, kind, params, stop, run);
  }
}
