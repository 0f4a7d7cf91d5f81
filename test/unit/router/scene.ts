// A router on a virtual clock: deployments by a few words, and decisions, limits and failures to ask it for.

import { createError, type ErrorFields, type OpenAIError } from "../../../server/protocol/errors.ts";
import type { DecideContext } from "../../../server/router/decide.ts";
import { type Deployment, readModelList } from "../../../server/router/deployment.ts";
import { RouterState, type Slot } from "../../../server/router/state.ts";

export interface VirtualClock {
  now(): number;
  monotonic(): number;
  random(): number;
  ms: number;
}

/** Starts well after zero, so that "never" and "now" differ. */
export function virtualClock(seed = 1): VirtualClock {
  let state = seed;
  const clock: VirtualClock = {
    ms: 1_000_000,
    now: () => 1_700_000_000_000 + clock.ms,
    monotonic: () => clock.ms,
    random: () => {
      // A linear congruence: the same sequence in every run.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    },
  };
  return clock;
}

export type Entry = Record<string, unknown> & { model?: string };

/** Ids a, b, c … of group "g". */
export function deploymentsOf(...entries: Entry[]): Deployment[] {
  return readModelList(
    entries.map((entry, index) => ({
      model_name: "g",
      litellm_params: { model: `openai/m${index}`, ...entry },
      model_info: { id: String.fromCharCode(97 + index) },
    })),
    { env: () => undefined },
  ).deployments;
}

export function slotsOf(...entries: Entry[]): Slot[] {
  const state = new RouterState();
  state.replace(deploymentsOf(...entries));
  return [...state.slots()];
}

export function contextOf(clock: VirtualClock, more: Partial<DecideContext> = {}): DecideContext {
  return {
    now: clock.ms,
    random: clock.random,
    stream: false,
    lowest_latency_buffer: 0,
    price: ({ input_cost }) => input_cost ?? null,
    strategy: "simple-shuffle",
    tried: new Set(),
    match_any: true,
    ...more,
  };
}

export function errorOf(name: string, fields: Partial<ErrorFields> = {}): OpenAIError {
  return createError(name, { message: `scripted ${name}`, ...fields });
}
