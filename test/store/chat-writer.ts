// A process that lets one answer grow until it is killed: says how long it is whenever that is committed. argv: path,
// session, and "paused": it grows once and then only lives.

import { Sessions } from "../../server/store/sessions.ts";
import { Store } from "../../server/store/store.ts";

const [path = "", session_id = "", paused] = process.argv.slice(2);
const sessions = new Sessions(new Store(path, (message) => console.error(message)), Date.now);
const entries = ["user", "assistant"].map((role) => ({
  type: "message" as const,
  growing: role === "assistant",
  message: { id: role, role, text: role === "user" ? "Count." : "" },
}));
await sessions.append({ session_id, entries });
for (let n = 0; ; n += 1) {
  await sessions.append({ session_id, entries: [{ type: "delta", id: "assistant", n, text: "0123456789" }] });
  process.stdout.write(`${session_id} ${(n + 1) * 10}\n`);
  if (paused !== undefined) await new Promise((resolve) => setTimeout(resolve, 60_000));
}
