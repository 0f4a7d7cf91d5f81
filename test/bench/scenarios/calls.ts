// Whole answers: latency, throughput and CPU at a given concurrency.

import { setTimeout as sleep } from "node:timers/promises";
import type { Peer } from "../peers/peer.ts";
import { percentile } from "../statistics.ts";
import { cpuNow, cpuSince } from "../usage-of.ts";

export interface CallPlan {
  concurrency: number;
  /** Measured; as many are made before. */
  count: number;
  /** Callers begin spread over this many milliseconds; else all their calls stay in step for ever. */
  spread_ms?: number;
}

/** Microseconds each call took. */
async function run(peer: Peer, { count, concurrency, spread_ms }: CallPlan): Promise<number[]> {
  const latencies: number[] = [];
  let started = 0;
  const worker = async (_: unknown, index: number): Promise<void> => {
    if (spread_ms !== undefined) await sleep((index * spread_ms) / concurrency);
    while (started < count) {
      started += 1;
      const began = performance.now();
      const text = await peer.call();
      latencies.push((performance.now() - began) * 1000);
      if (text.length !== 1_200) throw new Error(`an answer of ${text.length} characters instead of 1200`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return latencies;
}

export async function measureCalls(peer: Peer, plan: CallPlan): Promise<Record<string, number>> {
  await run(peer, plan);
  await peer.settled?.();
  const before = cpuNow(peer.pids);
  const began = performance.now();
  const latencies = await run(peer, plan);
  const seconds = (performance.now() - began) / 1000;
  const cpu = cpuSince(before, peer.pids);
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    per_second: plan.count / seconds,
    cpu: cpu.total / plan.count,
    own_cpu: cpu.own / plan.count,
  };
}
