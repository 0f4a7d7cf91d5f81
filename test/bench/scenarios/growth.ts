// What grows with the length of an answer and should not: CPU per chunk, memory, and time per byte of a frame.

import type { Peer } from "../peers/peer.ts";
import { median } from "../statistics.ts";
import { cpuNow, cpuSince, rssOfAll } from "../usage-of.ts";

const SHORT = 1_000;
const LONG = 20_000;
const MEGABYTE = 1024 * 1024;

async function cpuPerChunk(peer: Peer, chunks: number, times: number): Promise<number> {
  const before = cpuNow(peer.pids);
  for (let time = 0; time < times; time += 1) await peer.stream(chunks, () => {});
  return cpuSince(before, peer.pids).total / (chunks * times);
}

export async function measureGrowth(peer: Peer): Promise<Record<string, number>> {
  await cpuPerChunk(peer, SHORT, 3);
  const short = await cpuPerChunk(peer, SHORT, LONG / SHORT);
  const short_rss = rssOfAll(peer.pids);
  const long = await cpuPerChunk(peer, LONG, 1);
  return { short, long, short_rss, long_rss: rssOfAll(peer.pids) };
}

/** Milliseconds for an answer of 8 and of 16 MB, which travels as one frame. */
export async function measureFrames(peer: Peer): Promise<Record<string, number>> {
  const timed = async (megabytes: number): Promise<number> => {
    const began = performance.now();
    const text = await peer.call(megabytes * MEGABYTE);
    if (text.length !== megabytes * MEGABYTE) throw new Error("the answer is not whole");
    return performance.now() - began;
  };
  const small: number[] = [];
  const large: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    const [eight, sixteen] = [await timed(8), await timed(16)];
    // The first pair makes the provider build its bodies.
    if (time === 0) continue;
    small.push(eight);
    large.push(sixteen);
  }
  return { mb8: median(small), mb16: median(large) };
}
