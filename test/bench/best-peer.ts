// The second question of every run: is the backend, hop included, worse in anything than the best of the other
// packages? Time and CPU only: two processes weigh more than one, and how much is a goal of its own (P12).

import type { Check } from "./goals.ts";
import type { Figure, Results } from "./results.ts";

const FIGURES: readonly [figure: Figure, what: string][] = [
  ["call_c1.p50", "call at 1, p50"],
  ["call_c10.p50", "call at 10, p50"],
  ["call_c100.p50", "call at 100, p50"],
  ["call_c1.cpu", "CPU per call at 1"],
  ["call_c100.cpu", "CPU per call at 100"],
  ["delay_c100.p50", "provider takes 50 ms, p50"],
  ["burst_1.cpu", "burst 1 × 10,000, CPU per chunk"],
  ["burst_100.cpu", "burst 100 × 500, CPU per chunk"],
  ["paced.cpu", "paced, CPU per chunk"],
  ["paced.lag_p50", "paced, lag p50"],
  ["paced.lag_p99", "paced, lag p99"],
  ["first.p50", "first chunk, p50"],
  ["embeddings.ms", "embeddings, wall"],
  ["embeddings.cpu", "embeddings, CPU"],
];
const OTHERS = ["openai", "ai"] as const;

export function checkAgainstBestPeer(results: Results): Check[] {
  return FIGURES.flatMap(([figure, what]) => {
    const ratios = OTHERS.map((peer) => ({
      peer,
      ratio: results.ratio(`backend:${figure}`, `${peer}:${figure}`),
    })).filter(({ ratio }) => Number.isFinite(ratio));
    if (ratios.length === 0) return [];
    const worst = ratios.reduce((a, b) => (b.ratio > a.ratio ? b : a));
    const measured = `${worst.ratio.toFixed(2)}×`;
    return [
      { goal: "peer", what: `${what} / ${worst.peer}`, must: "≤ 1×", measured, pass: worst.ratio <= 1 },
    ];
  });
}
