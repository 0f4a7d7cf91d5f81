// The connection alone, against stock vscode-jsonrpc: the same echo and the same flood of notifications, with a
// child of the same kind at the other end.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { METHOD } from "../../../server/protocol/names.ts";
import { loadClient } from "../peers/backend.ts";
import type { PeerOptions } from "../peers/peer.ts";
import { percentile } from "../statistics.ts";
import { cpuNow, cpuSince } from "../usage-of.ts";
import { type ChunkParams, ECHO, FLOOD } from "./connection-load.ts";

interface Wire {
  echo(): Promise<unknown>;
  /** Resolves with the number of notifications that came. */
  flood(): Promise<number>;
  close(): Promise<void>;
}

interface OpenWire {
  wire: Wire;
  pid: number;
}

const ECHOES = 2_000;
const WARM_FLOODS = 3;

/**
 * Both ends on one CPU, where the machine lets us: else most of an echo is the time an idle CPU takes to wake,
 * which says nothing of the connection. Without taskset both kinds are measured unpinned alike.
 */
function stayOnOneCpu(): void {
  spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", "0", String(process.pid)], { stdio: "ignore" });
}

async function openOurs({ dist }: PeerOptions): Promise<OpenWire> {
  const { Client } = await loadClient(dist);
  const child = spawn(process.execPath, [fileURLToPath(new URL("./echo-ours.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const client = new Client({ input: child.stdout, output: child.stdin });
  return {
    pid: child.pid ?? 0,
    wire: {
      echo: () => client.request(METHOD.countTokens, ECHO),
      async flood() {
        // Whole, as the stock handler counts: what an async iteration costs is no part of a connection.
        const { choices } = await client.stream({ model: "mock/echo", messages: [] }).response();
        return (choices[0]?.message.content ?? "").split("word ").length - 1;
      },
      async close() {
        client.dispose();
        child.stdin.end();
        await once(child, "exit");
      },
    },
  };
}

async function openStock(): Promise<OpenWire> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("./echo-stock.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  let seen = 0;
  connection.onNotification(METHOD.chunk, ({ chunks }: ChunkParams) => {
    for (const chunk of chunks) if (typeof chunk === "string") seen += 1;
  });
  connection.listen();
  return {
    pid: child.pid ?? 0,
    wire: {
      echo: () => connection.sendRequest(METHOD.countTokens, ECHO),
      async flood() {
        seen = 0;
        await connection.sendRequest(METHOD.completionStream, { stream_id: "stock" });
        return seen;
      },
      async close() {
        connection.dispose();
        child.stdin.end();
        await once(child, "exit");
      },
    },
  };
}

export async function measureConnection(
  options: PeerOptions,
  stock: boolean,
): Promise<Record<string, number>> {
  stayOnOneCpu();
  const { wire, pid } = await (stock ? openStock() : openOurs(options));
  for (let echo = 0; echo < ECHOES; echo += 1) await wire.echo();
  const latencies: number[] = [];
  const beforeEchoes = cpuNow([pid]);
  for (let echo = 0; echo < ECHOES; echo += 1) {
    const began = performance.now();
    await wire.echo();
    latencies.push((performance.now() - began) * 1000);
  }
  const echoCpu = cpuSince(beforeEchoes, [pid]).total / ECHOES;
  for (let flood = 0; flood < WARM_FLOODS; flood += 1) await wire.flood();
  const beforeFlood = cpuNow([pid]);
  const seen = await wire.flood();
  const floodCpu = cpuSince(beforeFlood, [pid]).total / FLOOD;
  if (seen !== FLOOD) throw new Error(`${seen} notifications came instead of ${FLOOD}`);
  await wire.close();
  return { echo: percentile(latencies, 0.5), echo_cpu: echoCpu, notification_cpu: floodCpu };
}
