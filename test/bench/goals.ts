// The goals, each with its bound, what was measured, and whether it holds. Ratios only: absolute times belong
// to one machine on one day.

import type { Figure, Key, Results } from "./results.ts";

export interface Check {
  goal: string;
  what: string;
  must: string;
  measured: string;
  /** undefined = not measured in this run. */
  pass: boolean | undefined;
}

type Unit = "×" | "ms" | "µs" | "KB" | "%";

function show(value: number, unit: Unit): string {
  if (unit === "×") return `${value.toFixed(2)}×`;
  return `${value.toFixed(unit === "KB" ? 0 : unit === "µs" ? 0 : 2)} ${unit}`;
}

function check(goal: string, what: string, value: number, limit: number, unit: Unit = "×"): Check {
  const measuredAtAll = Number.isFinite(value);
  return {
    goal,
    what,
    must: `≤ ${unit === "×" ? `${limit}×` : `${limit} ${unit}`}`,
    measured: measuredAtAll ? show(value, unit) : "–",
    pass: measuredAtAll ? value <= limit : undefined,
  };
}

export function checkGoals(results: Results, sizes: Record<string, number>): Check[] {
  const ours = (figure: Figure): Key => `backend:${figure}`;
  const floor = (figure: Figure): Key => `floor:${figure}`;
  const openai = (figure: Figure): Key => `openai:${figure}`;
  const ai = (figure: Figure): Key => `ai:${figure}`;
  const of = (figure: Figure, peer: (figure: Figure) => Key): number =>
    results.ratio(ours(figure), peer(figure));
  const added = (figure: Figure, peer: (figure: Figure) => Key = ours): number =>
    results.difference(peer(figure), floor(figure));
  const host = (own: Figure, total: Figure): number => results.ratio(ours(own), floor(total));
  const within = (figure: Figure, base: Figure): number => results.ratio(ours(figure), ours(base));
  return [
    check("P1", "burst 1 × 10,000, CPU per chunk / floor", of("burst_1.cpu", floor), 1.3),
    check("P1", "… / openai", of("burst_1.cpu", openai), 0.6),
    check("P1", "… / ai", of("burst_1.cpu", ai), 0.2),
    check("P1", "burst 100 × 500, CPU per chunk / floor", of("burst_100.cpu", floor), 1.7),
    check("P2", "paced 100 × 500, CPU per chunk / floor", of("paced.cpu", floor), 1.5),
    check("P2", "… / openai", of("paced.cpu", openai), 0.8),
    check("P2", "… / ai", of("paced.cpu", ai), 0.3),
    check("P3", "paced, delivery lag p50 / floor", of("paced.lag_p50", floor), 2),
    check("P3", "… added", added("paced.lag_p50") / 1000, 0.4, "ms"),
    check("P3", "delivery lag p99 / ai", of("paced.lag_p99", ai), 0.2),
    check("P4", "host's own CPU per chunk, burst / floor", host("burst_1.own_cpu", "burst_1.cpu"), 0.3),
    check("P4", "… paced / floor", host("paced.own_cpu", "paced.cpu"), 0.45),
    check("P4", "… per call at 100 / floor", host("call_c100.own_cpu", "call_c100.cpu"), 0.35),
    check("P5", "CPU per call at 100 / floor", of("call_c100.cpu", floor), 1.4),
    check("P5", "… / openai", of("call_c100.cpu", openai), 0.4),
    check("P5", "… / ai", of("call_c100.cpu", ai), 0.35),
    check("P6", "call at 1, p50 / floor", of("call_c1.p50", floor), 2),
    check("P6", "… / openai", of("call_c1.p50", openai), 0.75),
    check("P7", "provider takes 50 ms, 100 at once: added p50", added("delay_c100.p50") / 1000, 1.5, "ms"),
    check("P7", "… / what openai adds", added("delay_c100.p50") / added("delay_c100.p50", openai), 1),
    check("P7", "… / what ai adds", added("delay_c100.p50") / added("delay_c100.p50", ai), 1),
    check("P8", "first chunk, added p50", added("first.p50"), 200, "µs"),
    check("P8", "first chunk p50 / openai", of("first.p50", openai), 0.75),
    check("P9", "embeddings 1,000 × 1,536, wall / floor (floats)", of("embeddings.ms", floor), 0.8),
    check("P9", "… host's own CPU / floor", host("embeddings.own_cpu", "embeddings.cpu"), 0.2),
    check(
      "P10",
      "our connection / stock: echo",
      results.ratio(ours("connection.echo"), "stock:connection.echo"),
      0.7,
    ),
    check(
      "P10",
      "… CPU of 10,000 notifications",
      results.ratio(ours("connection.notification_cpu"), "stock:connection.notification_cpu"),
      0.15,
    ),
    check("P11", "spawn to initialize / bare node", within("start.initialize", "start.bare"), 2.5),
    check("P11", "spawn to first answer / bare node", within("start.answer", "start.bare"), 3.2),
    check("P12", "memory after the first call / bare node", within("start.rss", "start.bare_rss"), 1.5),
    check("P12", "100 paced streams, both processes / ai", of("paced.rss", ai), 0.75),
    check("P13", "backend with static imports", sizes["backend"] ?? Number.NaN, 700, "KB"),
    check("P13", "extension", sizes["extension"] ?? Number.NaN, 150, "KB"),
    check("P13", "webview, gzipped", sizes["webview_gz"] ?? Number.NaN, 100, "KB"),
    check("P14", "CPU per chunk, 20,000 / 1,000", within("growth.long", "growth.short"), 1.2),
    check("P14", "memory, 20,000 / 1,000", within("growth.long_rss", "growth.short_rss"), 1.1),
    check("P14", "time of a frame, 16 / 8 MB", within("frames.mb16", "frames.mb8"), 2.3),
    check("P15", "router decision, 100 deployments", results.value("library:router.decision"), 20, "µs"),
    check("P15", "… by the slowest strategy", results.value("library:router.slowest"), 20, "µs"),
    check("P15", "heap grown by 100,000 routed calls", results.value("library:router.growth"), 5_120, "KB"),
  ];
}
