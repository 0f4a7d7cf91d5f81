// Another backend over the same store, as a second window has one: what it tells of the ledger is what is on disk.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { Client } from "../../../server/connection/client.ts";
import { backendsOf } from "../../host/backends-of.ts";

export interface SecondBackend {
  client: Client;
  stop(): Promise<void>;
}

type Options = Partial<ConstructorParameters<typeof Client>[0]>;

export async function startSecondBackend(options: Options = {}): Promise<SecondBackend> {
  const [first] = backendsOf(process.pid);
  if (first === undefined) throw new Error("no backend runs in this window");
  const environment = readFileSync(`/proc/${first}/environ`, "utf8").split("\0");
  const env = Object.fromEntries(environment.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  const path = vscode.extensions.getExtension("edgequake.edgequake")?.extensionPath;
  if (path === undefined) throw new Error("EdgeQuake is not installed");
  const child = spawn(process.execPath, [join(path, "dist", "server.js"), "--stdio"], {
    env,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const client = new Client({ input: child.stdout, output: child.stdin, ...options });
  await client.initialize();
  return {
    client,
    stop: async () => {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      await client.shutdown();
      await gone;
      client.dispose();
    },
  };
}
