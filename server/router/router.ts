// LiteLLM's Router: one loop over all deployments of a group, fallbacks to other groups around it, one deadline over
// everything. The number of requests is the number configured, and no request goes to a cooled deployment but its probe.

import { decideRetry, LONGEST_WAIT_MS, RetryBudget } from "../engine/retry.ts";
import type { Stop } from "../engine/stop.ts";
import type { OnStatus } from "../protocol/call-status.ts";
import type { CompactChunk } from "../protocol/compact.ts";
import type { OpenAIError } from "../protocol/errors.ts";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
  Usage,
} from "../protocol/messages.ts";
import type { RouterStatus } from "../protocol/route-trace.ts";
import { Admission, type Admitted, type Request } from "./admission.ts";
import { cool, isDeploymentsFault } from "./cooldown.ts";
import type { DecideContext } from "./decide.ts";
import type { Deployment } from "./deployment.ts";
import { type FallbackPlan, fallbacksAfter, readFallbacks, retriesOf } from "./fallback.ts";
import { type Group, Groups } from "./groups.ts";
import type { RouterHost, StreamTotals } from "./host.ts";
import { Limiter } from "./limiter.ts";
import { type Settled, settleOptions } from "./options.ts";
import { abandoned, began, failed, nobody, type Success, succeeded } from "./outcome.ts";
import { RoutedCall } from "./routed-call.ts";
import {
  addressWarnings,
  fallbackParams,
  type Params,
  requestOf,
  type Steering,
  steeringOf,
} from "./routed-params.ts";
import { Spending } from "./spending.ts";
import { RouterState } from "./state.ts";
import { statusOf } from "./status.ts";

const DEFAULT_RETRIES = 2;
/** Of cooldowns in limits that other processes share. */
const SHARED = "cooled:";

type Attempt<T> = (params: Record<string, unknown>, deployment: string) => Promise<Answer<T>>;
interface Answer<T> extends Success {
  value: T;
  cost_usd: number | null;
}

export class Router {
  readonly id: string;
  readonly #host: RouterHost;
  readonly #limiter: Limiter;
  readonly #admission: Admission;
  readonly #spending = new Spending();
  readonly #budgets = new Map<string, RetryBudget>();
  readonly #unlisten: () => void;
  readonly #live = new Set<Stop>();
  #state: RouterState;
  #settled: Settled;
  #groups: Groups;
  #disposed = false;
  #retired = false;

  /** @throws BadRequestError naming the option that cannot be read. */
  constructor(id: string, options: unknown, host: RouterHost) {
    this.id = id;
    this.#host = host;
    this.#limiter = new Limiter(host.limits);
    this.#admission = new Admission(this.#limiter, host.clock.monotonic);
    this.#settled = settleOptions(options, host.env);
    this.#state = new RouterState(this.#settled.latencies);
    this.#groups = this.#take(this.#settled);
    this.#unlisten = host.limits.onChange(() => this.#shared());
  }

  /** New options. Counters and cooldowns of the ids that stay are kept; calls in flight end on what they began with. */
  update(options: unknown): void {
    this.#settled = settleOptions(options, this.#host.env);
    this.#groups = this.#take(this.#settled);
    this.#admission.changed();
  }

  #take(settled: Settled): Groups {
    this.#state.replace(settled.deployments);
    this.#limiter.replace(settled.deployments);
    this.#spending.replace(settled.provider_budgets);
    const origins = new Set(settled.deployments.map(originOf));
    for (const origin of this.#budgets.keys()) if (!origins.has(origin)) this.#budgets.delete(origin);
    return new Groups(this.#state.slots(), settled.aliases);
  }

  get deployments(): readonly Deployment[] {
    return this.#settled.deployments;
  }
  /** Whether prices, abilities and context windows of the models matter to it. */
  get wantsFacts(): boolean {
    return this.#settled.pre_call_checks || this.#settled.strategy === "cost-based-routing";
  }

  status(): RouterStatus {
    return {
      router_id: this.id,
      strategy: this.#settled.strategy,
      model_names: this.#groups.names(),
      deployments: statusOf(this.#state.slots(), this.#limiter, this.#host.clock.monotonic()),
      waiting: this.#admission.waiting(),
      warnings: this.#settled.warnings,
    };
  }

  /** Whether deployments stand behind the name. */
  knows(model: string): boolean {
    return this.#groups.find(model) !== undefined;
  }

  /** Names to call it by that are no patterns, each with one of its deployments. */
  get named(): { name: string; deployment: Deployment }[] {
    return this.#groups.names().flatMap((name) => {
      const slot = name.includes("*") ? undefined : this.#groups.find(name)?.slots[0];
      return slot ? [{ name, deployment: slot.deployment }] : [];
    });
  }

  /** Takes no more calls; what is in flight ends as it would have. */
  retire(): void {
    this.#retired = true;
    if (this.#live.size === 0) this.dispose();
  }

  /** Ends what is in flight; nothing of it stays. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#unlisten();
    const fields = { message: "the router was disposed", code: "ABORT_ERR" };
    for (const stop of this.#live) stop.stop(this.#host.error("Cancelled", fields));
    this.#admission.changed();
  }

  async completion(params: CompletionParams, stop: Stop, onStatus?: OnStatus): Promise<ModelResponse> {
    const { run, clock } = this.#host;
    return this.#call(
      params,
      { stop, stream: false, delivered: () => false, onStatus },
      async (request, deployment) => {
        const at = clock.monotonic();
        const value = await run.completion(request as CompletionParams, stop, deployment);
        const { usage, edgequake } = value;
        return answerOf(value, usage, { ms_total: clock.monotonic() - at, cost_usd: edgequake?.cost_usd });
      },
    );
  }

  /** Tried again and elsewhere only while nothing of the answer was delivered. */
  async stream(
    params: CompletionParams,
    sink: Parameters<RouterHost["run"]["stream"]>[1],
    stop: Stop,
    onStatus?: OnStatus,
  ): Promise<StreamTotals> {
    const { run, clock } = this.#host;
    let chunks = 0;
    const delivered = (): boolean => chunks > 0;
    const counted = {
      ...sink,
      push: (more: CompactChunk[]) => {
        chunks += more.length;
        sink.push(more);
      },
    };
    return this.#call(params, { stop, stream: true, delivered, onStatus }, async (request, deployment) => {
      const at = clock.monotonic();
      const value = await run.stream(request as CompletionParams, counted, stop, deployment);
      const { usage, cost_usd, ms_first_chunk } = value;
      const ms_total = clock.monotonic() - at;
      return { ...answerOf(value, usage ?? undefined, { ms_total, cost_usd }), ms_first_chunk };
    });
  }

  async embedding(params: EmbeddingParams, stop: Stop, onStatus?: OnStatus): Promise<EmbeddingResponse> {
    const { run, clock } = this.#host;
    return this.#call(
      params as unknown as Params,
      { stop, stream: false, delivered: () => false, onStatus },
      async (request, deployment) => {
        const at = clock.monotonic();
        const value = await run.embedding(request as unknown as EmbeddingParams, stop, deployment);
        const ms_total = clock.monotonic() - at;
        return answerOf(value, value.usage, { ms_total, cost_usd: value.edgequake?.cost_usd });
      },
    );
  }

  /** The deadline over everything, and what every answer says of its way. */
  async #call<T extends ModelResponse | EmbeddingResponse | StreamTotals>(
    params: Params,
    asked: Asked,
    attempt: Attempt<T>,
  ): Promise<T> {
    if (this.#disposed || this.#retired)
      throw this.#host.error("BadRequestError", { message: "the router was disposed" });
    const steering = steeringOf(params);
    const settled = this.#settled;
    const { stop } = asked;
    const { monotonic } = this.#host.clock;
    const call = new RoutedCall(this.id, String(params["model"]), monotonic, asked.onStatus);
    const deadline = this.#deadline(steering, settled, asked);
    this.#live.add(stop);
    try {
      const value = await this.#withFallbacks(params, { ...asked, call, steering, settled, attempt });
      return call.tell(value, addressWarnings(params));
    } catch (thrown) {
      throw call.finish(this.#known(thrown));
    } finally {
      this.#live.delete(stop);
      clearTimeout(deadline);
      if (this.#retired && this.#live.size === 0) this.dispose();
    }
  }

  /** Of a stream a number bounds the wait for the first chunk, over all attempts; of anything else the whole. */
  #deadline(
    steering: Steering,
    settled: Settled,
    { stream, stop, delivered }: Asked,
  ): NodeJS.Timeout | undefined {
    const given = (stream ? steering.stream_timeout : undefined) ?? steering.timeout;
    const own = (stream ? settled.stream_timeout : undefined) ?? settled.timeout;
    const timeout = given ?? own;
    const total = typeof timeout === "number" ? timeout : (timeout as { total?: number } | undefined)?.total;
    if (total === undefined || total === null) return undefined;
    const first = stream && typeof timeout === "number";
    return setTimeout(() => {
      if (first && delivered()) return;
      const kind = first ? "first_token" : "total";
      const message = `no ${first ? "first token" : "whole answer"} within ${total} s over all attempts (timeout.${kind})`;
      stop.stop(this.#host.error("Timeout", { message, code: `timeout_${kind}` }));
    }, total * 1000);
  }

  async #withFallbacks<T>(params: Params, way: Way<T>, asked = new Set<string>()): Promise<T> {
    const { settled, steering, call } = way;
    const model = String(params["model"]);
    const group = this.#find(model);
    // A name and its alias are one group; patterns stand for what was asked.
    const key = group.by === "group" ? group.name : model;
    asked.add(key).add(model);
    try {
      return await this.#group(params, group, way);
    } catch (thrown) {
      const error = this.#known(thrown);
      if (way.stop.reason || way.delivered() || steering.disable_fallbacks) throw error;
      const own = asked.size <= 2 && call.fallbacks.length === 0 ? steering.fallbacks : undefined;
      call.fallbacks.push({ group: key, failed: error.name });
      for (const next of fallbacksAfter(planOf(settled, steering), error, { group: key, asked, own })) {
        if (call.fallbacks.length > settled.max_fallbacks) break;
        const name = typeof next === "string" ? next : next.model;
        if (asked.has(name) || !this.#groups.find(name)) continue;
        call.goesOn(error, { kind: "fallback", wait_ms: 0, deployment: null, model: name });
        try {
          return await this.#withFallbacks(fallbackParams(params, next), way, asked);
        } catch (failed) {
          if (way.stop.reason || way.delivered()) throw failed;
        }
      }
      // The first one is what the caller asked about.
      throw error;
    }
  }

  #find(model: string): Group {
    const found = this.#groups.find(model);
    if (found) return found;
    const [first] = this.#settled.default_fallbacks;
    const instead =
      first === undefined ? undefined : this.#groups.find(typeof first === "string" ? first : first.model);
    if (instead) return instead;
    const names = this.#groups.names();
    throw this.#host.error("BadRequestError", {
      message: `You passed in model=${model}. There is no \`model_name\` with this string. There are: ${names.slice(0, 20).join(", ")}`,
      model,
      param: "model",
    });
  }

  /** The loop: at most 1 + num_retries requests, over all deployments of the group. */
  async #group<T>(params: Params, group: Group, way: Way<T>): Promise<T> {
    const { call, stop } = way;
    const { clock } = this.#host;
    const tried = new Set<string>();
    const context = this.#context(params, way, tried);
    const request = this.#request(params, group, way);
    let last: OpenAIError | undefined;
    let told = true;
    for (let attempt = 1; ; attempt++) {
      if (stop.reason) throw stop.reason;
      const admitted = await this.#admission.admit(request, context);
      if (!("slot" in admitted)) {
        call.decided(admitted.decision);
        throw last ?? this.#nobody(params, group, admitted);
      }
      const { slot } = admitted;
      call.decided(admitted.decision);
      const { id } = slot.deployment;
      if (last && !told) call.goesOn(last, { kind: "retry", wait_ms: 0, deployment: id, model: null });
      const answer = await this.#attempt(params, group, admitted, way);
      if ("value" in answer) {
        this.#budget(slot.deployment).success();
        call.answered(group.name, id);
        return answer.value;
      }
      last = answer.error;
      tried.add(id);
      if (stop.reason) throw stop.reason;
      const next = this.#admission.look(request, context).slot;
      const elsewhere = next !== undefined && !tried.has(next.deployment.id);
      const fault = isDeploymentsFault(last);
      const decision = decideRetry({
        attempt,
        max_retries: this.#retries(last, group, slot.deployment, way),
        retryable: last.retryable || (fault && elsewhere),
        delivered: way.delivered(),
        retry_after_ms: elsewhere ? undefined : last.retry_after_ms,
        once: last.code === "no_answer" && !elsewhere,
        budget: this.#budget((next ?? slot).deployment),
        random: clock.random(),
      });
      if (!decision.retry) throw last;
      const { wait_ms } = decision;
      told = !elsewhere && wait_ms > 0;
      if (told) {
        call.waited(wait_ms);
        call.goesOn(last, { kind: "retry", wait_ms, deployment: next?.deployment.id ?? null, model: null });
        await stop.sleep(wait_ms);
      }
    }
  }

  async #attempt<T>(
    params: Params,
    group: Group,
    admitted: Admitted,
    way: Way<T>,
  ): Promise<{ value: T } | { error: OpenAIError }> {
    const { call, settled, steering, stop } = way;
    const { clock, limits } = this.#host;
    const { deployment, state } = admitted.slot;
    const timeouts = {
      timeout: steering.timeout ?? deployment.timeout ?? settled.timeout,
      stream_timeout: steering.stream_timeout ?? deployment.stream_timeout ?? settled.stream_timeout,
    };
    const at = clock.monotonic();
    began(admitted, at);
    try {
      const answer = await way.attempt(requestOf(deployment, group, params, timeouts), deployment.id);
      const now = clock.monotonic();
      if (succeeded(admitted, answer, now)) limits.coolDown(SHARED + deployment.id, 0, "");
      if (answer.cost_usd !== null) this.#spending.add(deployment.provider, answer.cost_usd, now);
      call.attempted(group.name, deployment.id, "ok", undefined, now - at);
      return { value: answer.value };
    } catch (thrown) {
      const error = this.#known(thrown);
      const now = clock.monotonic();
      call.attempted(group.name, deployment.id, error.name, error.status_code, now - at);
      if (stop.reason || error.name === "Cancelled") abandoned(admitted, undefined);
      else {
        const alone = group.slots.length < 2;
        const cooling = failed(admitted, error, settled.cooldown, { now, wall: clock.now(), alone });
        if (cooling) {
          limits.coolDown(SHARED + deployment.id, cooling.ms, state.cooled_because);
          call.cooled(deployment.id, cooling);
        }
      }
      return { error };
    } finally {
      this.#admission.freed();
    }
  }

  #retries<T>(
    error: OpenAIError,
    group: Group,
    deployment: Deployment,
    { steering, settled }: Way<T>,
  ): number {
    return (
      retriesOf(settled.model_group_retry_policy[group.name] ?? settled.retry_policy, error.name) ??
      steering.num_retries ??
      deployment.num_retries ??
      settled.num_retries ??
      DEFAULT_RETRIES
    );
  }

  #context<T>(
    params: Params,
    { settled, steering, stream }: Way<T>,
    tried: ReadonlySet<string>,
  ): Omit<DecideContext, "now" | "limited"> {
    const { clock, price, unfit } = this.#host;
    const tokens = settled.pre_call_checks && unfit ? this.#tokens(params) : 0;
    const spending = this.#spending.any ? this.#spending : undefined;
    return {
      strategy: settled.strategy,
      random: clock.random,
      stream,
      lowest_latency_buffer: settled.lowest_latency_buffer,
      price: (deployment) => {
        const { input_cost, output_cost } = deployment;
        if (input_cost !== undefined || output_cost !== undefined)
          return (input_cost ?? 0) + (output_cost ?? 0);
        return price?.(deployment) ?? null;
      },
      tried,
      tags: settled.tag_filtering ? steering.tags : undefined,
      match_any: settled.match_any,
      region: steering.region,
      unfit:
        settled.pre_call_checks || spending
          ? (deployment) =>
              spending?.over(deployment.provider, clock.monotonic()) ??
              (settled.pre_call_checks ? unfit?.(deployment, params, tokens) : undefined)
          : undefined,
    };
  }

  #request<T>(params: Params, group: Group, { settled, steering, stop }: Way<T>): Request {
    const limited = group.slots.some(({ deployment }) => deployment.tpm !== undefined);
    return {
      group: group.name,
      slots: group.slots,
      tokens: limited ? this.#tokens(params) : 0,
      priority: steering.priority ?? settled.default_priority,
      queue_ms: settled.queue_ms,
      wait_for_recovery: settled.wait_for_recovery,
      longest_recovery_ms: LONGEST_WAIT_MS,
      stop,
    };
  }

  #tokens(params: Params): number {
    return Math.max(1, Math.ceil(this.#host.estimate?.(params) ?? 1));
  }

  #nobody(params: Params, group: Group, found: Parameters<typeof nobody>[2]): OpenAIError {
    const unfit = group.slots.length > 0 && found.decision.filtered.every((why) => why?.startsWith("cannot"));
    return this.#host.error(unfit ? "BadRequestError" : "RateLimitError", {
      message: nobody(String(params["model"]), group.slots, found),
      model: String(params["model"]),
      code: found.because === "too large" ? "limit_too_small" : "no_deployment",
      ...(found.recovery_ms === undefined ? {} : { retry_after_ms: Math.ceil(found.recovery_ms) }),
    });
  }

  /** Cooldowns that another process met. */
  #shared(): void {
    const now = this.#host.clock.monotonic();
    for (const { key, ms, why } of this.#host.limits.cooldowns()) {
      const slot = key.startsWith(SHARED) ? this.#state.get(key.slice(SHARED.length)) : undefined;
      if (slot) cool(slot.state, { ms, because: why }, now);
    }
    this.#admission.freed();
  }

  #budget(deployment: Deployment): RetryBudget {
    const origin = originOf(deployment);
    const budget = this.#budgets.get(origin) ?? new RetryBudget();
    this.#budgets.set(origin, budget);
    return budget;
  }

  #known(thrown: unknown): OpenAIError {
    if (thrown instanceof Error && typeof (thrown as OpenAIError).retryable === "boolean")
      return thrown as OpenAIError;
    return this.#host.error("APIConnectionError", {
      message: thrown instanceof Error ? thrown.message : String(thrown),
      cause: thrown,
    });
  }
}

interface Asked {
  stop: Stop;
  stream: boolean;
  /** Whether something of the answer reached the caller. */
  delivered: () => boolean;
  onStatus: OnStatus | undefined;
}

interface Way<T> extends Asked {
  call: RoutedCall;
  steering: Steering;
  settled: Settled;
  attempt: Attempt<T>;
}

/** Where a retry would go: what a retry budget is bound to. */
function originOf({ provider, params }: Deployment): string {
  const base = params["api_base"] ?? params["base_url"];
  return typeof base === "string" ? (URL.parse(base)?.origin ?? base) : provider;
}

/** The call's own lists, else the router's. */
function planOf(settled: Settled, steering: Steering): FallbackPlan {
  const { context_window_fallbacks: larger, content_policy_fallbacks: milder } = steering;
  if (larger === undefined && milder === undefined) return settled;
  return {
    ...settled,
    ...(larger === undefined
      ? {}
      : { context_window_fallbacks: readFallbacks(larger, "context_window_fallbacks") }),
    ...(milder === undefined
      ? {}
      : { content_policy_fallbacks: readFallbacks(milder, "content_policy_fallbacks") }),
  };
}

function answerOf<T>(
  value: T,
  usage: Partial<Usage> | undefined,
  { ms_total, cost_usd }: { ms_total: number; cost_usd: number | null | undefined },
): Answer<T> {
  const { prompt_tokens, completion_tokens } = usage ?? {};
  const known = prompt_tokens !== undefined || completion_tokens !== undefined;
  return {
    value,
    tokens: known ? (prompt_tokens ?? 0) + (completion_tokens ?? 0) : undefined,
    completion_tokens,
    ms_total,
    ms_first_chunk: null,
    cost_usd: cost_usd ?? null,
  };
}
