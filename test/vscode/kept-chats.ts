// The store of a VS Code under test, from outside: another backend over the same folder, as a second window has one.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { Client } from "../../server/connection/client.ts";
import { PROJECT } from "../host/build.ts";

export async function withStore<T>(folder: string, work: (client: Client) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [join(PROJECT, "dist", "server.js"), "--stdio"], {
    env: { ...process.env, EDGEQUAKE_DATA_DIR: folder },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const client = new Client({ input: child.stdout, output: child.stdin });
  try {
    await client.initialize();
    return await work(client);
  } finally {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    await client.shutdown();
    await gone;
    client.dispose();
  }
}

/** A chat of so many messages, questions and answers in turn; each says its number, and then this. */
export async function keepChat(folder: string, id: string, messages: number, more = ""): Promise<void> {
  await withStore(folder, async (client) => {
    const entries = Array.from({ length: messages }, (_, index) => ({
      type: "message" as const,
      message: {
        id: `${id}-${index}`,
        role: index % 2 === 0 ? "user" : "assistant",
        text: `${id} message ${index}${index % 2 === 0 ? "" : more}`,
      },
    }));
    await client.request("edgequake/sessions/append", { session_id: id, entries });
  });
}
