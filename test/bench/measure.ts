// One measurement in a process of its own: opens the peer, runs the scenario, reports, ends.

import type { Peer, PeerName, PeerOptions } from "./peers/peer.ts";
import type { Measurement } from "./plan.ts";
import { measureCalls } from "./scenarios/calls.ts";
import { measureEmbeddings } from "./scenarios/embeddings.ts";
import { measureFrames, measureGrowth } from "./scenarios/growth.ts";
import { measureFirstChunk, measureStreams } from "./scenarios/streams.ts";

export interface Order {
  measurement: Measurement;
  options: PeerOptions;
}
/** What a measuring process says: a child it started, then its figures or why there are none. */
export type Report =
  | { started: readonly number[] }
  | { figures: Record<string, number> }
  | { failed: string };

const OPEN: Record<PeerName, () => Promise<{ open(options: PeerOptions): Promise<Peer> }>> = {
  floor: () => import("./peers/floor.ts"),
  lean: () => import("./peers/lean.ts"),
  library: () => import("./peers/library.ts"),
  backend: () => import("./peers/backend.ts"),
  stock: () => import("./peers/stock.ts"),
  openai: () => import("./peers/openai.ts"),
  ai: () => import("./peers/ai.ts"),
};

async function withPeer(
  { measurement, options }: Order,
  run: (peer: Peer) => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const peer = await (await OPEN[measurement.peer]()).open(options);
  tell({ started: peer.pids });
  const figures = await run(peer);
  await peer.close();
  return figures;
}

async function measure(order: Order): Promise<Record<string, number>> {
  const { work, peer: name } = order.measurement;
  switch (work.kind) {
    case "calls":
      return withPeer(order, (peer) => measureCalls(peer, work));
    case "streams":
      return withPeer(order, (peer) => measureStreams(peer, work));
    case "first-chunk":
      return withPeer(order, (peer) => measureFirstChunk(peer, work));
    case "embeddings":
      return withPeer(order, (peer) => measureEmbeddings(peer, work));
    case "growth":
      return withPeer(order, measureGrowth);
    case "frames":
      return withPeer(order, measureFrames);
    case "start":
      return (await import("./scenarios/start.ts")).measureStart(order.options, work);
    case "router": {
      const { measureDecision, measureRouterGrowth } = await import("./scenarios/router.ts");
      return { ...measureDecision(), ...(await measureRouterGrowth()) };
    }
    case "connection":
      return (await import("./scenarios/connection.ts")).measureConnection(order.options, name === "stock");
  }
}

function tell(report: Report): void {
  process.send?.(report);
}

process.on("disconnect", () => process.exit(1));
process.once("message", (order) => {
  measure(order as Order)
    .then((figures): Report => ({ figures }))
    .catch(
      (error: unknown): Report => ({ failed: error instanceof Error ? String(error.stack) : String(error) }),
    )
    .then((report) => process.send?.(report, () => process.exit(0)));
});
