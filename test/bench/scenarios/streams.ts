// Streamed answers: CPU per chunk, delivery lag (each chunk tells when it was sent), time to the first chunk,
// and the memory while the streams run.

import { nowMicros } from "../clock.ts";
import type { Peer } from "../peers/peer.ts";
import { median, percentile } from "../statistics.ts";
import { cpuNow, cpuSince, rssOfAll } from "../usage-of.ts";

export interface StreamPlan {
  streams: number;
  chunks: number;
  /** One after the other. */
  times: number;
  /** Chunks of each stream in a first turn that is not measured. */
  warm: number;
  /** Every chunk tells when it was sent. */
  lag: boolean;
}

const MEMORY_EVERY_MS = 500;

async function read(peer: Peer, chunks: number, onText: (text: string) => void): Promise<void> {
  let seen = 0;
  await peer.stream(chunks, (text) => {
    seen += 1;
    onText(text);
  });
  if (seen !== chunks) throw new Error(`a stream of ${seen} text chunks instead of ${chunks}`);
}

export async function measureStreams(peer: Peer, plan: StreamPlan): Promise<Record<string, number>> {
  let characters = 0;
  const touch = (text: string): void => {
    characters += text.length;
  };
  const readAll = async (chunks: number, take: (text: string) => void): Promise<void> => {
    await Promise.all(Array.from({ length: plan.streams }, () => read(peer, chunks, take)));
  };
  await readAll(plan.warm, touch);
  await peer.settled?.();
  const lags: number[] = [];
  const onText = plan.lag
    ? (text: string): void => {
        touch(text);
        lags.push(nowMicros() - Number(text.slice(0, 16)));
      }
    : touch;
  const memory: number[] = [];
  const sampler = plan.lag ? setInterval(() => memory.push(rssOfAll(peer.pids)), MEMORY_EVERY_MS) : undefined;
  const before = cpuNow(peer.pids);
  const began = performance.now();
  for (let time = 0; time < plan.times; time += 1) await readAll(plan.chunks, onText);
  const ms = performance.now() - began;
  const cpu = cpuSince(before, peer.pids);
  clearInterval(sampler);
  const chunks = plan.times * plan.streams * plan.chunks;
  return {
    cpu: cpu.total / chunks,
    own_cpu: cpu.own / chunks,
    ms,
    characters,
    ...(plan.lag
      ? {
          lag_p50: percentile(lags, 0.5),
          lag_p99: percentile(lags, 0.99),
          // The later half: all streams run, all buffers have grown.
          rss: median(memory.slice(memory.length >> 1)),
        }
      : {}),
  };
}

export async function measureFirstChunk(
  peer: Peer,
  plan: { count: number },
): Promise<Record<string, number>> {
  const latencies: number[] = [];
  for (let call = 0; call < 2 * plan.count; call += 1) {
    if (call === plan.count) await peer.settled?.();
    let first = 0;
    const began = performance.now();
    await read(peer, 5, () => {
      first ||= performance.now();
    });
    if (call >= plan.count) latencies.push((first - began) * 1000);
  }
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
}
