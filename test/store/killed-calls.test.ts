// Processes that are killed in the middle of their calls: every row that was committed is one answer the provider gave,
// at its price; what is missing is younger than the ledger's delay; and under a budget what was in flight is unknown.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Ledger } from "../../server/store/ledger.ts";
import { answerBody } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { StoreFolder } from "./folder.ts";

const CALLER = new URL("./caller.ts", import.meta.url).pathname;
const KILLS = 6;
/** Rows are written within 100 ms; deadlines are asserted at three times their figure. */
const LATE_MS = 300;
const COMPLETION = 5;

describe("calls of killed processes", function () {
  this.timeout(120_000);
  let folder: StoreFolder;
  let provider: ScriptedProvider;
  /** Tokens tell the answers apart. */
  let answers = 0;
  beforeEach(async () => {
    folder = new StoreFolder();
    answers = 0;
    provider = await ScriptedProvider.start(async (exchange) => {
      answers += 1;
      const usage = {
        prompt_tokens: answers,
        completion_tokens: COMPLETION,
        total_tokens: answers + COMPLETION,
      };
      await exchange.wait(5);
      await exchange.reply(200, answerBody("x", { usage }));
    });
  });
  afterEach(async () => {
    await provider.stop();
    await folder.remove();
  });

  /** Runs until some answers came, and kills: what the process had got, and how late each was for its own ledger. */
  async function killed(kill: number, budget: boolean): Promise<Map<number, number>> {
    const args = ["--no-warnings", CALLER, `${folder.path}/data`, provider.v1, ...(budget ? ["budget"] : [])];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const got = new Map<number, number>();
    let [at, waited] = [0, 0];
    for await (const line of createInterface({ input: child.stdout })) {
      const [tokens, when, lag] = line.split(" ").map(Number);
      got.set(tokens as number, when as number);
      waited = Math.max(waited, lag as number);
      // Each a little later in its work than the one before.
      if (got.size !== 150 + 13 * kill) continue;
      at = Date.now();
      child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    // A busy machine keeps the process and its thread waiting; that is not the ledger's time.
    return new Map([...got].map(([tokens, when]) => [tokens, Math.max(0, at - when - 2 * waited)]));
  }

  for (const budget of [false, true]) {
    it(`agree with the ledger in every committed row${budget ? ", and under a budget what was in flight is unknown" : ""}`, async () => {
      const got = new Map<number, number>();
      for (let kill = 0; kill < KILLS; kill += 1)
        for (const [tokens, age] of await killed(kill, budget)) got.set(tokens, age);
      const store = folder.open();
      const ledger = new Ledger(store, assert.fail);
      const rows = (await ledger.rows(0)).filter(({ outcome }) => outcome === "ok");
      const kept = new Set(rows.map(({ prompt_tokens }) => prompt_tokens as number));
      assert.equal(kept.size, rows.length, "no answer has two rows");
      for (const { prompt_tokens, completion_tokens, cost_nano_usd } of rows) {
        assert.ok(prompt_tokens !== null && prompt_tokens >= 1 && prompt_tokens <= answers);
        assert.equal(completion_tokens, COMPLETION);
        assert.equal(cost_nano_usd, prompt_tokens * 1_000 + COMPLETION * 2_000);
      }
      const lost = [...got].filter(([tokens]) => !kept.has(tokens));
      const oldest = Math.max(0, ...lost.map(([, age]) => age));
      assert.ok(oldest <= LATE_MS, `an answer of ${oldest} ms before the kill is lost`);
      let unknown = 0;
      if (budget) {
        const began = performance.now();
        // The dead are believed dead after some seconds of silence.
        while (unknown === 0) {
          assert.ok(performance.now() - began < 40_000, "nothing was found unknown");
          await new Promise((resolve) => setTimeout(resolve, 250));
          await store.do("budgets.reserve", {
            ...{ id: "look", call_id: "look", at: Date.now(), kind: "completion", provider: "x", model: "m" },
            ...{
              caller: null,
              session: null,
              nano_usd: 1,
              budgets: [{ scope: "day", name: "", since: "", max_nano_usd: 0 }],
            },
          });
          const counted = (await ledger.totals(0, []))[0]?.unknown ?? 0;
          const reserved = (await ledger.rows(0)).filter(({ outcome }) => outcome === "reserved").length;
          if (reserved === 0) unknown = counted;
        }
        // Whatever the provider answered is in a row or was in flight: nothing is forgotten, nothing made up.
        assert.ok(
          answers - kept.size <= unknown,
          `${answers - kept.size} answers without a row, ${unknown} unknown`,
        );
        assert.ok(unknown <= 4 * KILLS, `${unknown} unknown of ${KILLS} kills with 4 calls each`);
      }
      console.log(
        `      ${KILLS} kills: ${answers} answers, ${rows.length} rows, ${lost.length} that callers had and are lost, the oldest ${oldest} ms before its kill${budget ? `; ${unknown} unknown` : ""}`,
      );
      // What four callers get in one delay of the ledger, at 5 ms a call, is less than what is not counted here.
      assert.ok(rows.length >= KILLS * 50, `${rows.length} rows`);
    });
  }
});
