// A provider that fails everybody at the same moment: what comes back to it, how much of it, and how far apart. A first
// retry is made within half a second whatever happens, so it is the origin's retry budget that keeps a thousand callers
// from returning at once, and the random wait that keeps those it lets through apart.

import assert from "node:assert/strict";
import { acompletion, dispose, errors } from "../server/index.ts";
import { poll } from "./host/poll.ts";
import { errorBody } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const CALLERS = 1_000;
/** Retries an origin may be sent without a success. */
const BUDGET = 50;

describe("1,000 callers that fail together", function () {
  this.timeout(120_000);
  let provider: ScriptedProvider;
  beforeEach(async () => {
    provider = await ScriptedProvider.start();
  });
  afterEach(async () => {
    await dispose();
    await provider.stop();
    assert.deepEqual(provider.errors, []);
  });

  for (const [what, headers] of [
    ["without a word of when", {}],
    ["all told the same second", { "retry-after": "1" }],
  ] as const) {
    it(`${what}: no tenth of a second sees more than 5 % of them again`, async () => {
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      let released = 0;
      provider.always(async (exchange) => {
        await gate;
        await exchange.reply(500, errorBody("down"), headers);
      });
      const calls = Array.from({ length: CALLERS }, () =>
        acompletion({
          model: "openai/m",
          api_base: provider.v1,
          messages: [{ role: "user", content: "x" }],
          num_retries: 1,
        }).then(
          () => assert.fail("it succeeded"),
          (error: unknown) => error,
        ),
      );
      await poll("all of them to be there", 60_000, () => provider.requests.length === CALLERS, 10);
      released = performance.now();
      release();
      const failures = await Promise.all(calls);
      assert.ok(failures.every((error) => error instanceof errors.InternalServerError));
      const retries = provider.requests.slice(CALLERS).map(({ at }) => at - released);
      assert.equal(retries.length, BUDGET, "the rest of them gives up");
      const told = failures.filter((error) =>
        /budget/.test((error as errors.OpenAIError).attempts?.at(-1)?.stopped_because ?? ""),
      );
      assert.equal(told.length, CALLERS - BUDGET, "and each says why");
      // As each was told to wait: provider and callers share one event loop here, which bunches what it sends.
      const waits = failures.flatMap((error) => (error as errors.OpenAIError).attempts?.[0]?.waited_ms ?? []);
      assert.equal(waits.length, BUDGET);
      const buckets = new Map<number, number>();
      for (const ms of waits) buckets.set(Math.floor(ms / 100), (buckets.get(Math.floor(ms / 100)) ?? 0) + 1);
      console.log(`        retries by tenth of a second: ${[...buckets.values()].join(", ")}`);
      assert.ok(Math.max(...buckets.values()) <= CALLERS * 0.05);
      assert.ok(buckets.size >= ("retry-after" in headers ? 2 : 4), "they do not come back in one moment");
      if ("retry-after" in headers) assert.ok(Math.min(...retries) >= 995, "none before its time");
    });
  }
});
