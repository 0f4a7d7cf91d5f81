// The way of one call: over the deployments of its group, then over the groups that follow, until one answers. The
// number of requests is the number configured, and none goes to a cooled deployment but its probe.

import { decideRetry } from "../engine/retry.ts";
import { Stop } from "../engine/stop.ts";
import type { OpenAIError } from "../protocol/errors.ts";
import type { Admitted } from "./admission.ts";
import { type Asked, contextOf, type Means, nobodyError, requestFor } from "./call-needs.ts";
import { isDeploymentsFault } from "./cooldown.ts";
import type { Deployment } from "./deployment.ts";
import { type FallbackPlan, fallbacksAfter, readFallbacks, retriesOf } from "./fallback.ts";
import type { Group } from "./groups.ts";
import type { RouterHost } from "./host.ts";
import type { Settled } from "./options.ts";
import { abandoned, began, failed, notSent, type Success, succeeded } from "./outcome.ts";
import type { RoutedCall } from "./routed-call.ts";
import { fallbackParams, type Params, requestOf, type Steering } from "./routed-params.ts";
import { budgetNames } from "./spending.ts";

const DEFAULT_RETRIES = 2;
/** Of cooldowns in limits that other processes share. */
export const SHARED = "cooled:";

/** One request of a deployment, which `stop` ends. */
export type Attempt<T> = (
  params: Record<string, unknown>,
  deployment: string,
  stop: Stop,
) => Promise<Answer<T>>;
export interface Answer<T> extends Success {
  value: T;
  cost_usd: number | null;
  /** It came from the cache: nothing was sent. */
  kept: boolean;
}

export class Walk<T> {
  readonly #means: Means;
  readonly #asked: Asked;
  readonly #steering: Steering;
  readonly #call: RoutedCall;
  readonly #attempt: Attempt<T>;

  constructor(means: Means, asked: Asked, steering: Steering, call: RoutedCall, attempt: Attempt<T>) {
    this.#means = means;
    this.#asked = asked;
    this.#steering = steering;
    this.#call = call;
    this.#attempt = attempt;
  }

  /** The group `params.model` names, and those after it. @throws the error of the first. */
  async go(params: Params, asked = new Set<string>()): Promise<T> {
    const { settled } = this.#means;
    const model = String(params["model"]);
    const group = this.#find(model);
    // A name and its alias are one group; patterns stand for what was asked.
    const key = group.by === "group" ? group.name : model;
    asked.add(key).add(model);
    try {
      return await this.#group(params, group);
    } catch (thrown) {
      const error = known(this.#means.host, thrown);
      if (this.#isOver() || this.#steering.disable_fallbacks) throw error;
      const own = asked.size <= 2 && this.#call.fallbacks.length === 0 ? this.#steering.fallbacks : undefined;
      this.#call.fallbacks.push({ group: key, failed: error.name });
      for (const next of fallbacksAfter(planOf(settled, this.#steering), error, { group: key, asked, own })) {
        if (this.#call.fallbacks.length > settled.max_fallbacks) break;
        const name = typeof next === "string" ? next : next.model;
        if (asked.has(name) || !this.#means.groups.find(name)) continue;
        this.#call.goesOn(error, { kind: "fallback", wait_ms: 0, deployment: null, model: name });
        try {
          return await this.go(fallbackParams(params, next), asked);
        } catch (failed) {
          if (this.#isOver()) throw failed;
        }
      }
      // The first one is what the caller asked about.
      throw error;
    }
  }

  /** Nobody else can answer: it was stopped, its time is over, or part of an answer is with the caller for good. */
  #isOver(): boolean {
    const { stop, continuation, delivered } = this.#asked;
    if (stop.reason !== undefined || this.#means.deadline.left() <= 0) return true;
    return delivered() && continuation?.can !== true;
  }

  #find(model: string): Group {
    const { groups, settled, host } = this.#means;
    const found = groups.find(model);
    if (found) return found;
    const [first] = settled.default_fallbacks;
    const instead =
      first === undefined ? undefined : groups.find(typeof first === "string" ? first : first.model);
    if (instead) return instead;
    throw host.error("BadRequestError", {
      message: `You passed in model=${model}. There is no \`model_name\` with this string. There are: ${groups.names().slice(0, 20).join(", ")}`,
      model,
      param: "model",
    });
  }

  /** The loop: at most 1 + num_retries requests, over all deployments of the group. */
  async #group(given: Params, group: Group): Promise<T> {
    const { stop, continuation, delivered } = this.#asked;
    const { host, admission, budgets, deadline } = this.#means;
    const call = this.#call;
    const tried = new Set<string>();
    const context = contextOf(this.#means, this.#asked, this.#steering, given, tried);
    const request = requestFor(this.#means, this.#asked, this.#steering, given, group, (ms) =>
      call.waits(ms),
    );
    let last: OpenAIError | undefined;
    let told = true;
    for (let attempt = 1; ; attempt++) {
      if (stop.reason) throw stop.reason;
      const admitted = await admission.admit(request, context);
      if (!("slot" in admitted)) {
        call.decided(admitted.decision);
        throw last ?? nobodyError(host, given, group, admitted);
      }
      const { slot } = admitted;
      call.decided(admitted.decision);
      const { id } = slot.deployment;
      if (last && !told) call.goesOn(last, { kind: "retry", wait_ms: 0, deployment: id, model: null });
      const params = delivered() && continuation ? continuation.resume(given) : given;
      const answer = await this.#ask(params, group, admitted);
      if ("value" in answer) {
        budgets.of(slot.deployment).success();
        call.answered(group.name, id);
        return answer.value;
      }
      last = answer.error;
      tried.add(id);
      if (stop.reason) throw stop.reason;
      const looked = admission.look(request, context);
      const next = looked.slot;
      const elsewhere = next !== undefined && !tried.has(next.deployment.id);
      const fault = isDeploymentsFault(last);
      const decision = decideRetry({
        attempt,
        max_retries: this.#retries(last, group, slot.deployment),
        retryable: last.retryable || (fault && elsewhere),
        delivered: delivered() && continuation?.can !== true,
        retry_after_ms: elsewhere ? undefined : last.retry_after_ms,
        once: last.code === "no_answer" && !elsewhere,
        budget: budgets.of((next ?? slot).deployment),
        // Nobody waits to go elsewhere.
        random: elsewhere ? 0 : host.clock.random(),
        left_ms: deadline.left(),
        nobody_ms: admission.nobodyFor(request, looked),
      });
      if (!decision.retry) {
        call.stopped(decision.because);
        throw last;
      }
      const { wait_ms } = decision;
      told = !elsewhere && wait_ms > 0;
      if (told) {
        call.waited(wait_ms);
        call.goesOn(last, { kind: "retry", wait_ms, deployment: next?.deployment.id ?? null, model: null });
        await stop.sleep(wait_ms);
      }
    }
  }

  async #ask(
    params: Params,
    group: Group,
    admitted: Admitted,
  ): Promise<{ value: T } | { error: OpenAIError }> {
    const { host, admission, spending, settled } = this.#means;
    const { clock, limits } = host;
    const { deployment, state } = admitted.slot;
    const { stop } = this.#asked;
    const steering = this.#steering;
    const timeouts = {
      timeout: steering.timeout ?? deployment.timeout ?? settled.timeout,
      stream_timeout: steering.stream_timeout ?? deployment.stream_timeout ?? settled.stream_timeout,
    };
    // A deployment's own time is over: that ends its attempt, and not the call.
    const own = new Stop();
    const release = stop.onStop((reason) => own.stop(reason));
    const at = clock.monotonic();
    began(admitted, at);
    try {
      const request = requestOf(deployment, group, params, timeouts);
      const answer = await this.#attempt(request, deployment.id, own);
      const now = clock.monotonic();
      if (answer.kept) notSent(admitted);
      else if (succeeded(admitted, answer, now)) limits.coolDown(SHARED + deployment.id, 0, "");
      if (answer.cost_usd !== null)
        for (const name of budgetNames(deployment)) spending.add(name, answer.cost_usd, now);
      const { cost_usd } = answer;
      this.#call.attempted({
        group: group.name,
        deployment: deployment.id,
        outcome: "ok",
        ms: now - at,
        cost_usd,
      });
      return { value: answer.value };
    } catch (thrown) {
      const error = known(host, thrown);
      const now = clock.monotonic();
      const { name, status_code, message } = error;
      // Whatever else ended it, as a middleware that refuses, ends the call.
      if (own.reason && own.reason.code !== "timeout_total") stop.stop(own.reason);
      else if (own.reason && !stop.reason) error.retryable = true;
      this.#call.attempted({
        group: group.name,
        deployment: deployment.id,
        outcome: name,
        ms: now - at,
        ...(status_code === undefined ? {} : { status_code }),
        error: message,
      });
      if (stop.reason || name === "Cancelled") abandoned(admitted, undefined);
      else {
        const alone = group.slots.length < 2;
        const cooling = failed(admitted, error, settled.cooldown, { now, wall: clock.now(), alone });
        if (cooling) {
          limits.coolDown(SHARED + deployment.id, cooling.ms, state.cooled_because);
          this.#call.cooled(deployment.id, cooling);
        } else if (admitted.probe && !isDeploymentsFault(error))
          // It answered, and was cooled no more by that.
          limits.coolDown(SHARED + deployment.id, 0, "");
      }
      return { error };
    } finally {
      release();
      admission.freed();
    }
  }

  #retries(error: OpenAIError, group: Group, deployment: Deployment): number {
    const { settled } = this.#means;
    return (
      retriesOf(settled.model_group_retry_policy[group.name] ?? settled.retry_policy, error.name) ??
      this.#steering.num_retries ??
      deployment.num_retries ??
      settled.num_retries ??
      DEFAULT_RETRIES
    );
  }
}

/** What was thrown as one of the errors callers know. */
export function known(host: RouterHost, thrown: unknown): OpenAIError {
  if (thrown instanceof Error && typeof (thrown as OpenAIError).retryable === "boolean")
    return thrown as OpenAIError;
  return host.error("APIConnectionError", {
    message: thrown instanceof Error ? thrown.message : String(thrown),
    cause: thrown,
  });
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
