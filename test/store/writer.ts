// A process that writes rows to a ledger until it is killed, or as many as it was told: it says the id of each row only
// when that row is committed. argv: path, name, count (0: without end).

import { Ledger } from "../../server/store/ledger.ts";
import { Store } from "../../server/store/store.ts";
import { ledgerRow } from "./ledger-row.ts";

const [path = "", name = "", count = "0"] = process.argv.slice(2);
const store = new Store(path, (message) => console.error(message));
const ledger = new Ledger(store, (message) => console.error(message));
const most = Number(count);
for (let index = 0; most === 0 || index < most; index += 1) {
  const id = `${name}-${index}`;
  ledger.record(ledgerRow({ id, call_id: id }));
  // Several rows a commit, as in use.
  if (index % 5 !== 4 && index !== most - 1) continue;
  await ledger.flush();
  for (let told = index - (index % 5); told <= index; told += 1) process.stdout.write(`${name}-${told}\n`);
}
await store.close();
