// Budgets over sockets and processes: a call that would pass one is never sent, however many ask at once, and what a
// killed process had set aside stays counted as unknown.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type OpenAIError, toErrorData } from "../../server/protocol/errors.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import type { BudgetConfig, Config } from "../../server/protocol/results.ts";
import { Service } from "../../server/service.ts";
import { Ledger } from "../../server/store/ledger.ts";
import { openStore } from "../../server/store/open-store.ts";
import { answerBody, silence, status } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { StoreFolder } from "./folder.ts";

const RESERVER = new URL("./reserver.ts", import.meta.url).pathname;

describe("a budget", function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let provider: ScriptedProvider;
  const services: Service[] = [];
  const warnings: string[] = [];
  let now = Date.UTC(2026, 5, 15, 23, 0);
  beforeEach(async () => {
    folder = new StoreFolder();
    warnings.length = 0;
    now = Date.UTC(2026, 5, 15, 23, 0);
    // 7 + 11 tokens: $0.018 at a thousandth of a dollar each.
    provider = await ScriptedProvider.start((exchange) => exchange.reply(200, answerBody("hello")));
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.dispose()));
    await provider.stop();
    await folder.remove();
  });

  function service(config: Config, stored = true): Service {
    const env = { EDGEQUAKE_DATA_DIR: `${folder.path}/data` };
    const clock = { now: () => now, monotonic: () => performance.now(), random: () => 0 };
    const onWarning = (message: string): void => void warnings.push(message);
    const store = stored ? openStore(env, assert.fail) : undefined;
    const made = new Service({ env, clock, store, onWarning });
    made.configure(config);
    services.push(made);
    return made;
  }
  const limits = (...budgets: BudgetConfig[]): Config => ({ budgets });
  /** About $0.03 projected: some ten tokens in, twenty out. */
  const call = (more: Partial<CompletionParams> = {}): CompletionParams => ({
    model: "openai/m",
    messages: [{ role: "user", content: "hi" }],
    api_base: provider.v1,
    api_key: "sk-fake-key",
    input_cost_per_token: 0.001,
    output_cost_per_token: 0.001,
    max_tokens: 20,
    num_retries: 0,
    ...more,
  });
  async function refused(promise: Promise<unknown>): Promise<OpenAIError> {
    try {
      await promise;
    } catch (error) {
      assert.equal((error as Error).name, "BudgetExceededError");
      return error as OpenAIError;
    }
    assert.fail("it was not refused");
  }

  for (const stored of [true, false]) {
    it(`stops before the call, and says what was spent${stored ? "" : "; in a library too"}`, async () => {
      const one = service(limits({ scope: "day", max_budget: 0.08 }), stored);
      await one.completion(call());
      await one.completion(call());
      const error = await refused(one.completion(call({ max_tokens: 100 })));
      assert.match(
        error.message,
        /^litellm\.BudgetExceededError: Budget has been exceeded! Current cost: 0\.036, Max budget: 0\.08/,
      );
      const { current_cost, max_budget, call_id, retryable } = toErrorData(error);
      assert.deepEqual([current_cost, max_budget, retryable], [0.036, 0.08, false]);
      assert.ok(call_id);
      assert.equal(provider.requests.length, 2);
      await one.completion(call({ max_tokens: 12 }));
      assert.equal(provider.requests.length, 3);
      await refused(one.stream(call(), { push() {} }));
      await refused(one.embedding({ ...call(), input: "x".repeat(600) } as never));
    });
  }

  it("of each session, provider and caller is its own; of a named one only that one's", async () => {
    const one = service(
      limits(
        { scope: "session", max_budget: 0.04 },
        { scope: "caller", name: "greedy", max_budget: 0.001 },
        { scope: "provider", name: "groq", max_budget: 0.001 },
      ),
    );
    await one.completion(call({ attribution: { session: "a" } }));
    await refused(one.completion(call({ attribution: { session: "a" } })));
    await one.completion(call({ attribution: { session: "b" } }));
    await one.completion(call({ attribution: { caller: "modest" } }));
    await refused(one.completion(call({ attribution: { caller: "greedy" } })));
    await refused(one.completion(call({ model: "groq/m" })));
    await one.completion(call());
    now += 40 * 86_400_000;
    // A session's is its whole life.
    await refused(one.completion(call({ attribution: { session: "a" } })));
  });

  it("begins anew with its day, and once only, however the clock is set", async () => {
    const one = service(
      limits(
        { scope: "day", max_budget: 0.04 },
        { scope: "provider", max_budget: 0.06, budget_duration: "2d" },
      ),
    );
    await one.completion(call());
    await refused(one.completion(call()));
    now += 3_600_000;
    await one.completion(call());
    const { message } = await refused(one.completion(call()));
    assert.match(message, /all calls since 2026-06-16/);
    now -= 3_600_000;
    await refused(one.completion(call()));
    now += 3_600_000;
    await refused(one.completion(call()));
    now += 86_400_000;
    await one.completion(call());
  });

  it("warns from 80 % on, on the answer and once in the log", async () => {
    const one = service(limits({ scope: "day", max_budget: 0.1 }));
    const first = await one.completion(call());
    assert.deepEqual(first.edgequake?.warnings, []);
    await one.completion(call());
    await one.completion(call());
    const fourth = await one.completion(call({ max_tokens: 15 }));
    assert.match(
      fourth.edgequake?.warnings[0]?.message ?? "",
      /^The budget of all calls since .* is used up to 8\d %/,
    );
    assert.equal(warnings.length, 1, warnings.join("\n"));
    await refused(one.completion(call({ max_tokens: 20 })));
  });

  it("refuses a model without a price, unless that is allowed", async () => {
    const { input_cost_per_token: _in, output_cost_per_token: _out, ...unpriced } = call();
    const strict = service(limits({ scope: "day", max_budget: 1 }));
    const { message } = await refused(strict.completion(unpriced as CompletionParams));
    assert.match(message, /no price of openai\/m is known.*allow_unpriced/);
    assert.equal(provider.requests.length, 0);
    const lax = service({ budgets: [{ scope: "day", max_budget: 1 }], allow_unpriced: true });
    await lax.completion(unpriced as CompletionParams);
    // What buys nothing needs no price.
    await strict.completion({ model: "mock/echo", messages: [{ role: "user", content: "x" }] });
  });

  it("gets back what a call did not use, and all of one that failed", async () => {
    const one = service(limits({ scope: "day", max_budget: 0.05 }));
    provider.next(status(400), status(500));
    await assert.rejects(one.completion(call()), { name: "BadRequestError" });
    await assert.rejects(one.completion(call()), { name: "InternalServerError" });
    await one.completion(call());
    await one.completion(call({ max_tokens: 12 }));
    assert.equal(provider.requests.length, 4);
  });

  it("is not passed by calls at the same time, in two windows", async () => {
    const windows = [
      service(limits({ scope: "day", max_budget: 0.2 })),
      service(limits({ scope: "day", max_budget: 0.2 })),
    ];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, index) => (windows[index % 2] as Service).completion(call())),
    );
    const ok = outcomes.filter(({ status: one }) => one === "fulfilled").length;
    assert.ok(ok >= 5 && ok * 0.018 <= 0.2, `${ok}`);
    assert.equal(provider.requests.length, ok);
  });

  it("is not passed by 4 processes with 50 calls each in flight", async () => {
    const sums = await Promise.all(
      ["a", "b", "c", "d"].map(async () => {
        const child = spawn(process.execPath, ["--no-warnings", RESERVER, folder.file, "50"], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        let text = "";
        child.stdout.setEncoding("utf8").on("data", (more: string) => {
          text += more;
        });
        await once(child, "close");
        return Number(text);
      }),
    );
    // 200 calls of 1,000 nano-dollars ask, and there are 77,700.
    assert.equal(
      sums.reduce((total, one) => total + one, 0),
      77,
    );
  });

  it("counts what a killed process had set aside, and the usage says it is unknown", async () => {
    const child = spawn(process.execPath, ["--no-warnings", RESERVER, folder.file, "3", "stay"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const store = folder.open();
    const day = { scope: "day" as const, name: "", since: "2000-01-01", max_nano_usd: 10_000 };
    const ask = (id: string, nano_usd: number) =>
      store.do("budgets.reserve", {
        id,
        call_id: id,
        at: Date.now(),
        kind: "completion",
        provider: "openai",
        model: "m",
        caller: null,
        session: null,
        nano_usd,
        budgets: [day],
      });
    assert.deepEqual(await ask("too much", 8_000), { spent_nano_usd: [3_000], exceeded: 0 });
    child.kill("SIGKILL");
    await once(child, "close");
    const began = performance.now();
    const ledger = new Ledger(store, assert.fail);
    let unknown = 0;
    while (unknown < 3) {
      assert.ok(performance.now() - began < 30_000, "never found unknown");
      await new Promise((resolve) => setTimeout(resolve, 250));
      await ask("still too much", 8_000);
      unknown = (await ledger.totals(0, []))[0]?.unknown ?? 0;
    }
    assert.deepEqual(await ask("too much yet", 8_000), { spent_nano_usd: [3_000], exceeded: 0 });
    assert.equal((await ask("fits", 7_000)).exceeded, null);
  });

  it("costs a call that falls under none nothing", async () => {
    const one = service(limits({ scope: "caller", name: "somebody", max_budget: 0 }));
    await one.completion(call({ attribution: { caller: "other" } }));
    await one.completion(call());
    await refused(one.completion(call({ attribution: { caller: "somebody" } })));
    provider.always(silence);
  });
});
