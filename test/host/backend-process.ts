// The built backend as a child on stdio, with the project's own typed client attached.

import { join } from "node:path";
import { Client, type ClientOptions } from "../../server/connection/client.ts";
import { PROJECT } from "./build.ts";
import { PlainError, start, stop } from "./processes.ts";

export interface BackendProcess {
  client: Client;
  pid: number;
  stop(): Promise<void>;
}

export async function startBackend(
  options: Omit<ClientOptions, "input" | "output"> = {},
): Promise<BackendProcess> {
  const child = start(process.execPath, [join(PROJECT, "dist", "server.js"), "--stdio"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  if (child.stdin === null || child.stdout === null || child.pid === undefined) {
    throw new PlainError("The backend could not be started.");
  }
  let complaints = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    complaints = (complaints + bytes.toString()).slice(-4000);
  });
  const client = new Client({ ...options, input: child.stdout, output: child.stdin });
  child.once("exit", () => client.dispose("its process ended"));
  try {
    await client.initialize();
  } catch (error) {
    await stop(child);
    throw new PlainError(`The backend did not start: ${(error as Error).message}\n${complaints}`);
  }
  return {
    client,
    pid: child.pid,
    async stop() {
      await client.shutdown().catch(() => {});
      await stop(child);
    },
  };
}
