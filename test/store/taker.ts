// A process that takes of a shared limit. argv: path, then `rate CAPACITY CALLS MS`: asks for so many calls for so long
// and says how many it got; or `slots CAPACITY`: takes one, says so, and keeps it until it is killed.

import { setTimeout } from "node:timers/promises";
import { LeasedLimits } from "../../server/store/leased-limits.ts";
import { Store } from "../../server/store/store.ts";

const [path = "", kind = "", capacity = "", calls = "", ms = ""] = process.argv.slice(2);
const limits = new LeasedLimits(new Store(path, (message) => console.error(message)));
if (kind === "rate") {
  limits.limit("k", { kind: "rate", capacity: Number(capacity), window_ms: 60_000 });
  const until = performance.now() + Number(ms);
  let taken = 0;
  while (taken < Number(calls) && performance.now() < until) {
    if (limits.take("k", 1) === 0) taken += 1;
    else await setTimeout(2);
  }
  process.stdout.write(`${taken}\n`);
  process.exit(0);
}
limits.limit("k", { kind: "slots", capacity: Number(capacity) });
while (limits.take("k", 1) !== 0) await setTimeout(5);
process.stdout.write("taken\n");
await setTimeout(600_000);
