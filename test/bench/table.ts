// The printed report: every peer's figures with their ratio to the floor, then the goals.

import type { Check } from "./goals.ts";
import type { PeerName } from "./peers/peer.ts";
import type { Figure, Results } from "./results.ts";

const LABELS: Record<PeerName, string> = {
  floor: "floor: undici + eventsource-parser",
  lean: "the floor with callbacks",
  library: "edgequake, in process",
  backend: "edgequake, backend over stdio",
  stock: "edgequake, stock vscode-jsonrpc client",
  openai: "openai",
  ai: "ai + @ai-sdk/openai",
};
const PEERS: readonly PeerName[] = ["floor", "lean", "library", "backend", "stock", "openai", "ai"];

interface Column {
  figure: Figure;
  head: string;
}
const TABLES: readonly { title: string; columns: readonly Column[] }[] = [
  {
    title: "Whole answers (µs; CPU of every process a peer needs)",
    columns: [
      { figure: "call_c1.p50", head: "p50 c1" },
      { figure: "call_c10.p50", head: "p50 c10" },
      { figure: "call_c100.p50", head: "p50 c100" },
      { figure: "call_c1.cpu", head: "CPU c1" },
      { figure: "call_c100.cpu", head: "CPU c100" },
      { figure: "call_c100.own_cpu", head: "caller c100" },
      { figure: "call_c100.per_second", head: "calls/s c100" },
      { figure: "delay_c100.p50", head: "p50, 50 ms up" },
    ],
  },
  {
    title: "Streams (µs; CPU per chunk)",
    columns: [
      { figure: "burst_1.cpu", head: "1 × 10,000" },
      { figure: "burst_1.own_cpu", head: "caller" },
      { figure: "burst_100.cpu", head: "100 × 500" },
      { figure: "burst_100.own_cpu", head: "caller" },
      { figure: "paced.cpu", head: "paced" },
      { figure: "paced.own_cpu", head: "caller" },
      { figure: "paced.lag_p50", head: "lag p50" },
      { figure: "paced.lag_p99", head: "lag p99" },
      { figure: "first.p50", head: "first chunk" },
    ],
  },
  {
    title: "Embeddings 1,000 × 1,536 (ms) and memory at 100 paced streams (MB)",
    columns: [
      { figure: "embeddings.ms", head: "wall" },
      { figure: "embeddings.cpu", head: "CPU" },
      { figure: "embeddings.own_cpu", head: "caller" },
      { figure: "paced.rss", head: "memory" },
    ],
  },
];

function number(value: number): string {
  if (value >= 1_000) return value.toFixed(0);
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

function cell(results: Results, peer: PeerName, figure: Figure): string {
  const value = results.value(`${peer}:${figure}`);
  if (!Number.isFinite(value)) return "–";
  const ratio = results.ratio(`${peer}:${figure}`, `floor:${figure}`);
  return `${number(value)} (${Number.isFinite(ratio) ? `${ratio.toFixed(2)}×` : "–"})`;
}

const ADDED: readonly Column[] = [
  { figure: "call_c1.p50", head: "call c1" },
  { figure: "call_c10.p50", head: "call c10" },
  { figure: "call_c100.p50", head: "call c100" },
  { figure: "delay_c100.p50", head: "call c100, 50 ms up" },
  { figure: "first.p50", head: "first chunk" },
];

/** A Markdown table with its columns aligned. */
function grid(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...body.map(line)].join(
    "\n",
  );
}

function peerTable(results: Results, columns: readonly Column[]): string | undefined {
  const measured = columns.filter(({ figure }) =>
    PEERS.some((peer) => Number.isFinite(results.value(`${peer}:${figure}`))),
  );
  if (measured.length === 0) return undefined;
  const rows = PEERS.map((peer) => [
    LABELS[peer],
    ...measured.map(({ figure }) => cell(results, peer, figure)),
  ]).filter((row) => row.slice(1).some((text) => text !== "–"));
  return grid([["peer", ...measured.map(({ head }) => head)], ...rows]);
}

/** What a call costs on top of the floor. */
function addedTable(results: Results): string | undefined {
  const measured = ADDED.filter(({ figure }) => Number.isFinite(results.value(`floor:${figure}`)));
  if (measured.length === 0) return undefined;
  const rows = PEERS.slice(1).map((peer) => [
    LABELS[peer],
    ...measured.map(({ figure }) => {
      const added = results.difference(`${peer}:${figure}`, `floor:${figure}`);
      return Number.isFinite(added) ? added.toFixed(0) : "–";
    }),
  ]);
  const told = rows.filter((row) => row.slice(1).some((text) => text !== "–"));
  return grid([["peer", ...measured.map(({ head }) => head)], ...told]);
}

/** Figures of one process against a bare Node, and of our connection against the stock one. */
function startLine(results: Results): string | undefined {
  const value = (figure: string): string => number(results.value(`backend:start.${figure}`));
  if (!Number.isFinite(results.value("backend:start.bare"))) return undefined;
  return `Start (ms): bare node ${value("bare")}, initialize reply ${value("initialize")}, first answer ${value("answer")}. Memory (MB): bare node ${value("bare_rss")}, backend after its first call ${value("rss")}.`;
}

function goalTable(checks: readonly Check[]): string {
  const verdict = (pass: boolean | undefined): string =>
    pass === undefined ? "not measured" : pass ? "pass" : "FAIL";
  const rows = checks.map(({ goal, what, must, measured, pass }) => [
    goal,
    what,
    must,
    measured,
    verdict(pass),
  ]);
  return grid([["goal", "figure", "must", "measured", ""], ...rows]);
}

export function report(results: Results, sizes: Record<string, number>, checks: readonly Check[]): string {
  const parts: string[] = [];
  for (const { title, columns } of TABLES) {
    const table = peerTable(results, columns);
    if (table !== undefined) parts.push(`## ${title}; in brackets: × the floor`, table);
  }
  const added = addedTable(results);
  if (added !== undefined) parts.push("## Added to the floor (µs, p50)", added);
  const start = startLine(results);
  if (start !== undefined) parts.push(start);
  const bundles = Object.entries(sizes).map(([name, kilobytes]) => `${name} ${kilobytes.toFixed(0)} KB`);
  parts.push(`Bundles: ${bundles.join(", ")}`);
  parts.push("## Goals (medians of the rounds' ratios)", goalTable(checks));
  parts.push("Not measured: P5 against Portkey's gateway, which is no dependency.");
  return parts.join("\n\n");
}
