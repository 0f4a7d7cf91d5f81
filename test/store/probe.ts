// A process that writes to a store wherever its disk is in trouble, and says as JSON what it sees of it. argv: path.

import { Ledger } from "../../server/store/ledger.ts";
import { Sessions } from "../../server/store/sessions.ts";
import { Store } from "../../server/store/store.ts";
import { ledgerRow } from "./ledger-row.ts";

const warnings: string[] = [];
const warn = (message: string): void => void warnings.push(message);
const store = new Store(process.argv[2] ?? "", warn);
const ledger = new Ledger(store, warn);
for (let index = 0; index < 500; index += 1) {
  const id = `new ${index}`;
  ledger.record(ledgerRow({ id, call_id: id, tags: JSON.stringify(["x".repeat(400)]) }));
  if (index % 50 === 49) await ledger.flush();
}
const sessions = new Sessions(store, Date.now);
const message = { id: "q", role: "user", text: "chat new" };
await sessions.append({ session_id: "new", entries: [{ type: "message", message }] });
const titles = (await sessions.list()).sessions.map(({ title }) => title).sort();
process.stdout.write(JSON.stringify({ warnings, rows: (await ledger.rows(0)).length, titles }));
await store.close();
