// A batch of 1,000 embeddings of 1,536 dimensions, every vector read.

import type { Peer } from "../peers/peer.ts";
import { median } from "../statistics.ts";
import { cpuNow, cpuSince } from "../usage-of.ts";

const INPUTS = Array.from({ length: 1_000 }, (_, index) => `text number ${index}`);

export async function measureEmbeddings(
  peer: Peer,
  plan: { warm: number; count: number },
): Promise<Record<string, number>> {
  const wall: number[] = [];
  const total: number[] = [];
  const own: number[] = [];
  for (let call = 0; call < plan.warm + plan.count; call += 1) {
    const before = cpuNow(peer.pids);
    const began = performance.now();
    const sum = await peer.embed(INPUTS);
    const ms = performance.now() - began;
    const cpu = cpuSince(before, peer.pids);
    if (!Number.isFinite(sum)) throw new Error("a vector is missing");
    if (call < plan.warm) continue;
    wall.push(ms);
    total.push(cpu.total / 1000);
    own.push(cpu.own / 1000);
  }
  return { ms: median(wall), cpu: median(total), own_cpu: median(own) };
}
