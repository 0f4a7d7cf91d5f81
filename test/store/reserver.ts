// A process that asks a budget of 77,700 nano-dollars for so many calls of 1,000 at once, and says how many it got. argv:
// path, calls, and "stay": keeps what it got until it is killed.

import { Store } from "../../server/store/store.ts";

const [path = "", calls = "", stay] = process.argv.slice(2);
const store = new Store(path, (message) => console.error(message));
const budgets = [{ scope: "day" as const, name: "", since: "2000-01-01", max_nano_usd: 77_700 }];
const asked = Array.from({ length: Number(calls) }, async (_, index) => {
  const id = `${process.pid}-${index}`;
  const more = { kind: "completion" as const, provider: "openai", model: "m", caller: null, session: null };
  const order = { id, call_id: id, at: Date.now(), ...more, nano_usd: 1_000, budgets };
  const { exceeded } = await store.do("budgets.reserve", order);
  return exceeded === null ? 1 : 0;
});
const got = await Promise.all(asked);
process.stdout.write(String(got.reduce((sum: number, one) => sum + one, 0)));
if (stay === undefined) {
  // The others still have to find it alive.
  setTimeout(() => process.exit(0), 1_500);
} else setInterval(() => {}, 1_000);
