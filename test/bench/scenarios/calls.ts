// Whole answers: latency, throughput and CPU at a given concurrency.

import type { Peer } from "../peers/peer.ts";
import { percentile } from "../statistics.ts";
import { cpuNow, cpuSince } from "../usage-of.ts";

export interface CallPlan {
  concurrency: number;
  warm: number;
  count: number;
}

/** Microseconds each call took. */
async function run(peer: Peer, count: number, concurrency: number): Promise<number[]> {
  const latencies: number[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
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
  await run(peer, plan.warm, plan.concurrency);
  const before = cpuNow(peer.pids);
  const began = performance.now();
  const latencies = await run(peer, plan.count, plan.concurrency);
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
