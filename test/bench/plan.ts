// Which peer does what work in one round, and for which goals. What is measured was done once before in the same
// process: a host and a backend live for hours, and their first seconds are a goal of their own (P11).

import type { PeerName } from "./peers/peer.ts";
import type { CallPlan } from "./scenarios/calls.ts";
import type { StreamPlan } from "./scenarios/streams.ts";

export type Work =
  | ({ kind: "calls" } & CallPlan)
  | ({ kind: "streams" } & StreamPlan)
  | { kind: "first-chunk"; count: number }
  | { kind: "embeddings"; warm: number; count: number }
  | { kind: "growth" }
  | { kind: "frames" }
  | { kind: "start"; count: number }
  | { kind: "connection" }
  | { kind: "router" };

export interface Measurement {
  /** The figure's family, as in the results. */
  name: string;
  peer: PeerName;
  /** How the provider answers. */
  mode: "burst" | "paced" | "delay" | "big";
  work: Work;
}

interface Row {
  name: string;
  peers: readonly PeerName[];
  mode: Measurement["mode"];
  goals: readonly string[];
  work: Work;
}

const ALL = ["floor", "lean", "library", "backend", "openai", "ai"] as const;
const WITH_STOCK = ["floor", "lean", "library", "backend", "stock", "openai", "ai"] as const;

const ROWS: readonly Row[] = [
  {
    name: "call_c1",
    peers: ALL,
    mode: "burst",
    goals: ["P6"],
    work: { kind: "calls", concurrency: 1, count: 4_000 },
  },
  {
    name: "call_c10",
    peers: ALL,
    mode: "burst",
    goals: [],
    work: { kind: "calls", concurrency: 10, count: 1_500 },
  },
  {
    name: "call_c100",
    peers: ALL,
    mode: "burst",
    goals: ["P4", "P5"],
    work: { kind: "calls", concurrency: 100, count: 3_000 },
  },
  {
    name: "delay_c100",
    peers: ALL,
    mode: "delay",
    goals: ["P7"],
    work: { kind: "calls", concurrency: 100, count: 1_000, spread_ms: 50 },
  },
  {
    name: "burst_1",
    peers: WITH_STOCK,
    mode: "burst",
    goals: ["P1", "P4"],
    work: { kind: "streams", streams: 1, chunks: 10_000, times: 3, warm: 10_000, lag: false },
  },
  {
    name: "burst_100",
    peers: WITH_STOCK,
    mode: "burst",
    goals: ["P1"],
    work: { kind: "streams", streams: 100, chunks: 500, times: 1, warm: 500, lag: false },
  },
  {
    name: "first",
    peers: ALL,
    mode: "burst",
    goals: ["P8"],
    work: { kind: "first-chunk", count: 1_500 },
  },
  {
    name: "embeddings",
    peers: ALL,
    mode: "burst",
    goals: ["P9"],
    work: { kind: "embeddings", warm: 1, count: 4 },
  },
  {
    name: "connection",
    peers: ["backend", "stock"],
    mode: "burst",
    goals: ["P10"],
    work: { kind: "connection" },
  },
  {
    name: "start",
    peers: ["backend"],
    mode: "burst",
    goals: ["P11", "P12"],
    work: { kind: "start", count: 8 },
  },
  { name: "router", peers: ["library"], mode: "burst", goals: ["P15"], work: { kind: "router" } },
  { name: "growth", peers: ["backend"], mode: "burst", goals: ["P14"], work: { kind: "growth" } },
  {
    name: "frames",
    peers: ["floor", "library", "backend"],
    mode: "big",
    goals: ["P14"],
    work: { kind: "frames" },
  },
  {
    name: "paced",
    peers: ALL,
    mode: "paced",
    goals: ["P2", "P3", "P4", "P12"],
    work: { kind: "streams", streams: 100, chunks: 500, times: 1, warm: 100, lag: true },
  },
];

/** One round: the peers of a row stand next to each other, so that they meet the same weather. */
export function planRound(only: readonly string[]): Measurement[] {
  return ROWS.filter((row) => only.length === 0 || row.goals.some((goal) => only.includes(goal))).flatMap(
    ({ name, peers, mode, work }) => peers.map((peer) => ({ name, peer, mode, work })),
  );
}
