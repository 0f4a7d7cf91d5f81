// A router by itself, without a provider: microseconds of a decision among 100 deployments, and what 100,000 calls leave
// behind.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Stop } from "../../../server/engine/stop.ts";
import { createError } from "../../../server/protocol/errors.ts";
import type { ModelResponse } from "../../../server/protocol/messages.ts";
import { decide } from "../../../server/router/decide.ts";
import { readModelList } from "../../../server/router/deployment.ts";
import type { RouterHost } from "../../../server/router/host.ts";
import { Limiter } from "../../../server/router/limiter.ts";
import { Router } from "../../../server/router/router.ts";
import { RouterState } from "../../../server/router/state.ts";
import { STRATEGIES } from "../../../server/router/strategies.ts";
import { MemoryLimits } from "../../../server/store/memory-limits.ts";
import { median } from "../statistics.ts";

const DEPLOYMENTS = 100;
const DECISIONS = 2_000;
const SAMPLES = 15;
const CALLS = 100_000;
const AT_ONCE = 50;

const now = (): number => performance.now();

/** Half of them with limits, in two tiers. */
function modelList(): { model_name: string; litellm_params: Record<string, unknown> }[] {
  return Array.from({ length: DEPLOYMENTS }, (_, index) => ({
    model_name: "g",
    litellm_params: {
      model: `openai/m${index}`,
      order: 1 + (index % 2),
      ...(index % 4 < 2 ? { rpm: 1e9, tpm: 1e12, max_parallel_requests: 1e6 } : {}),
    },
  }));
}

/** The median of the samples, of the default strategy and of the slowest. */
export function measureDecision(): Record<string, number> {
  const { deployments } = readModelList(modelList(), { env: () => undefined });
  const state = new RouterState();
  state.replace(deployments);
  const slots = [...state.slots()];
  const limiter = new Limiter(new MemoryLimits(now), now);
  limiter.replace(deployments);
  for (const [index, slot] of slots.entries()) {
    slot.state.ttft.add(100 + index);
    slot.state.ms_per_token.add(10 + index);
    slot.state.tokens.add(index, now());
  }
  const price = (): number => 1e-6;
  const timed = (strategy: string): number => {
    const tried = new Set<string>();
    const samples: number[] = [];
    for (let sample = 0; sample <= SAMPLES; sample += 1) {
      const began = now();
      for (let decision = 0; decision < DECISIONS; decision += 1) {
        const { slot } = decide(slots, {
          strategy,
          now: now(),
          random: Math.random,
          stream: false,
          lowest_latency_buffer: 0,
          match_any: true,
          tried,
          price,
          limited: ({ deployment }) => limiter.reached(deployment.id, 100),
        });
        if (!slot) throw new Error("nobody was chosen");
      }
      // The first one compiles.
      if (sample > 0) samples.push(((now() - began) * 1000) / DECISIONS);
    }
    return median(samples);
  };
  const all = new Map(STRATEGIES.map((strategy) => [strategy, timed(strategy)]));
  return { decision: all.get("simple-shuffle") ?? Number.NaN, slowest: Math.max(...all.values()) };
}

/** Kilobytes of heap after the calls, above those before. */
export async function measureRouterGrowth(): Promise<Record<string, number>> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const answer = (): ModelResponse => ({
    id: "x",
    object: "chat.completion",
    created: 0,
    model: "m",
    choices: [],
    usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
    edgequake: { warnings: [], call_id: "c", attempts: 1, ms_first_chunk: null, ms_total: 1, cost_usd: 1e-6 },
  });
  let calls = 0;
  const host: RouterHost = {
    clock: { now: Date.now, monotonic: now, random: Math.random },
    limits: new MemoryLimits(now),
    env: () => undefined,
    error: createError,
    run: {
      // One in a hundred fails.
      completion: async () => {
        calls += 1;
        if (calls % 100 === 0)
          throw createError("BadRequestError", { message: "scripted", status_code: 400 });
        return answer();
      },
      stream: () => Promise.reject(new Error("not measured")),
      embedding: () => Promise.reject(new Error("not measured")),
    },
  };
  const router = new Router("bench", { model_list: modelList() }, host);
  const params = { model: "g", messages: [{ role: "user" as const, content: "x" }] };
  const run = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done += AT_ONCE)
      await Promise.allSettled(Array.from({ length: AT_ONCE }, () => router.completion(params, new Stop())));
  };
  const heap = (): number => {
    gc();
    gc();
    return process.memoryUsage().heapUsed / 1024;
  };
  await run(CALLS / 20);
  const before = heap();
  await run(CALLS);
  const growth = Math.max(0, heap() - before);
  router.dispose();
  return { growth };
}
