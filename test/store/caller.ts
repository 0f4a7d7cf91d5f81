// A process that calls a provider until it is killed, and keeps its ledger. It says of each answer what its caller got,
// when, and
// how long at most this process had to wait for the machine. argv: data folder, address, "budget": under one, which every call falls under.

import { Service } from "../../server/service.ts";
import { openStore } from "../../server/store/open-store.ts";

const [data = "", api_base = "", budget] = process.argv.slice(2);
const env = { EDGEQUAKE_DATA_DIR: data };
const warn = (message: string): void => console.error(message);
const service = new Service({ env, store: openStore(env, warn), onWarning: warn });
service.configure(budget === undefined ? {} : { budgets: [{ scope: "day", max_budget: 1_000 }] });

const BEAT_MS = 10;
let [beat, lag] = [performance.now(), 0];
setInterval(() => {
  const now = performance.now();
  lag = Math.max(lag, now - beat - BEAT_MS);
  beat = now;
}, BEAT_MS);

async function callOn(): Promise<void> {
  for (;;) {
    const { usage } = await service.completion({
      model: "openai/m",
      messages: [{ role: "user", content: "x" }],
      api_base,
      api_key: "sk-fake-key",
      input_cost_per_token: 0.000001,
      output_cost_per_token: 0.000002,
      max_tokens: 20,
    });
    process.stdout.write(`${usage?.prompt_tokens} ${Date.now()} ${Math.ceil(lag)}\n`);
  }
}

for (let worker = 0; worker < 4; worker += 1) void callOn();
