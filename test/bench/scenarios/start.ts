// From spawn to the initialize reply and to the first answer, beside a bare Node's whole run; and what the
// backend weighs after its first call, beside a Node that does nothing.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { loadClient } from "../peers/backend.ts";
import { KEY, MESSAGES, MODEL, type PeerOptions } from "../peers/peer.ts";
import { exited, spawnBackend } from "../peers/spawn-backend.ts";
import { median } from "../statistics.ts";
import { rssOf } from "../usage-of.ts";

/** Milliseconds of a Node that does nothing. */
async function bareRun(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return performance.now() - began;
}

/** Megabytes of a Node that does nothing, once it has started. */
async function bareMemory(): Promise<number> {
  const script = "process.stdout.write('up');process.stdin.resume()";
  const child = spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const rss = rssOf(child.pid ?? 0);
  child.stdin.end();
  await once(child, "exit");
  return rss;
}

async function backendRun(
  { Client }: Awaited<ReturnType<typeof loadClient>>,
  { base, dist }: PeerOptions,
): Promise<{ initialize: number; answer: number; rss: number }> {
  const began = performance.now();
  const child = spawnBackend(dist);
  const client = new Client({
    input: child.stdout,
    output: child.stdin,
    config: { providers: { openai: { api_base: base, api_key: KEY } } },
  });
  await client.initialize();
  const initialize = performance.now() - began;
  await client.completion({ model: `openai/${MODEL}`, messages: MESSAGES });
  const answer = performance.now() - began;
  const rss = rssOf(child.pid ?? 0);
  await client.shutdown();
  await exited(child);
  return { initialize, answer, rss };
}

export async function measureStart(
  options: PeerOptions,
  { count }: { count: number },
): Promise<Record<string, number>> {
  const client = await loadClient(options.dist);
  // The first run fills the compile cache; every later start of an installed version finds it full.
  await backendRun(client, options);
  await bareRun();
  const bare: number[] = [];
  const bareRss: number[] = [];
  const runs: Awaited<ReturnType<typeof backendRun>>[] = [];
  for (let run = 0; run < count; run += 1) {
    bare.push(await bareRun());
    runs.push(await backendRun(client, options));
    bareRss.push(await bareMemory());
  }
  return {
    bare: median(bare),
    initialize: median(runs.map((run) => run.initialize)),
    answer: median(runs.map((run) => run.answer)),
    rss: median(runs.map((run) => run.rss)),
    bare_rss: median(bareRss),
  };
}
