// What the service records of calls over sockets: totals equal what the provider reported, to the nano-dollar, with
// retries, failures, streams and cancels; texts only where they are wanted; several windows are one sum.

import assert from "node:assert/strict";
import { Stop } from "../../server/engine/stop.ts";
import { Cancelled } from "../../server/protocol/errors.ts";
import type { CompletionParams, Usage } from "../../server/protocol/messages.ts";
import { Service } from "../../server/service.ts";
import { Ledger } from "../../server/store/ledger.ts";
import type { LedgerRow } from "../../server/store/ledger-row.ts";
import { openStore } from "../../server/store/open-store.ts";
import { jsonOf } from "../server/http-request.ts";
import { answerBody, sendEvents, streamEvents } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { StoreFolder } from "./folder.ts";

const CALLS = 10_000;
const AT_ONCE = 50;
const INPUT_NANO = 1_500;
const OUTPUT_NANO = 6_000;

describe("recorded calls", function () {
  this.timeout(180_000);
  let folder: StoreFolder;
  let provider: ScriptedProvider;
  const services: Service[] = [];
  beforeEach(async () => {
    folder = new StoreFolder();
    provider = await ScriptedProvider.start((exchange) => exchange.reply(200, answerBody("hello")));
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.dispose()));
    await provider.stop();
    await folder.remove();
  });

  function service(config: Record<string, unknown> = {}): Service {
    const env = { EDGEQUAKE_DATA_DIR: `${folder.path}/data` };
    // Retries come at once.
    const clock = { now: Date.now, monotonic: () => performance.now(), random: () => 0 };
    const made = new Service({ env, clock, store: openStore(env, assert.fail), onWarning: assert.fail });
    made.configure(config);
    services.push(made);
    return made;
  }
  const call = (more: Partial<CompletionParams> = {}): CompletionParams => ({
    model: "openai/m",
    messages: [{ role: "user", content: "a secret question" }],
    api_base: provider.v1,
    api_key: "sk-fake-key",
    input_cost_per_token: INPUT_NANO / 1e9,
    output_cost_per_token: OUTPUT_NANO / 1e9,
    ...more,
  });
  async function rows(): Promise<LedgerRow[]> {
    const store = folder.open();
    const found = await new Ledger(store, assert.fail).rows(0);
    await store.close();
    return found;
  }

  it("hold who asked whom, what it took, and no word of it", async () => {
    const one = service();
    const attribution = { caller: "publisher.extension", session: "s1", tags: ["a", "b"] };
    await one.completion(call({ attribution }));
    await one.stream(call({ tags: ["c"], model: "groq/m" }), { push() {} }).catch(() => undefined);
    await one.usage();
    const [first] = await rows();
    assert.equal(first?.caller, "publisher.extension");
    assert.equal(first?.session, "s1");
    assert.equal(first?.tags, '["a","b"]');
    assert.equal(first?.outcome, "ok");
    assert.equal(first?.cost_nano_usd, 7 * INPUT_NANO + 11 * OUTPUT_NANO);
    assert.ok((first?.ms_total ?? -1) >= 0);
    assert.equal(first?.prompt, null);
    const text = JSON.stringify(await rows());
    assert.doesNotMatch(text, /secret question|hello|sk-fake/);
    assert.doesNotMatch(JSON.stringify(provider.requests.map((request) => jsonOf(request))), /publisher|s1/);
  });

  it("hold the texts where the user wants them, streamed or not", async () => {
    const one = service({ ledger: { keep_texts: true } });
    await one.completion(call());
    provider.always((exchange) => sendEvents(exchange, streamEvents(["he", "llo"])));
    await one.stream(call(), { push() {} });
    await one.usage();
    const kept = await rows();
    assert.deepEqual(
      kept.map(({ prompt, answer }) => [prompt, answer]),
      Array(2).fill(['[{"role":"user","content":"a secret question"}]', "hello"]),
    );
  });

  it("of several windows are one sum, told apart as asked", async () => {
    const [a, b] = [service(), service()];
    await a.completion(call({ attribution: { caller: "x" } }));
    await b.completion(call({ attribution: { caller: "y" } }));
    await b.completion(call({ attribution: { caller: "y" } }));
    await a.usage();
    const { rows: whole } = await b.usage();
    assert.equal(whole.length, 1);
    assert.equal(whole[0]?.calls, 3);
    assert.deepEqual([whole[0]?.provider, whole[0]?.model], ["openai", "openai/m"]);
    const { rows: byCaller } = await b.usage({ by: ["caller"], days: 1 });
    assert.deepEqual(
      byCaller.map(({ caller, calls, cost_usd }) => [caller, calls, cost_usd]),
      [
        ["x", 1, 0.0000765],
        ["y", 2, 0.000153],
      ],
    );
    assert.deepEqual(
      (await b.usage({ by: [] })).rows.map(({ calls }) => calls),
      [3],
    );
    const csv = await a.exportUsage({ format: "csv" });
    assert.equal(csv.trimEnd().split("\r\n").length, 4);
    assert.equal((JSON.parse(await a.exportUsage({ format: "json" })) as unknown[]).length, 3);
  });

  it("are forgotten after the days the user wants them kept", async () => {
    const one = service();
    await one.completion(call());
    await one.usage();
    await one.dispose();
    services.splice(0);
    const env = { EDGEQUAKE_DATA_DIR: `${folder.path}/data` };
    const now = Date.now() + 3 * 86_400_000;
    const clock = { now: () => now, monotonic: () => performance.now(), random: () => 0 };
    for (const [days, kept] of [
      [30, 2],
      [2, 2],
    ] as const) {
      const later = new Service({ env, clock, store: openStore(env, assert.fail) });
      later.configure({ ledger: { retention_days: days } });
      await later.completion(call());
      await later.usage();
      await later.dispose();
      assert.equal((await rows()).length, kept);
    }
  });

  it(`${CALLS} mixed calls: the ledger says what the provider said, to the nano-dollar`, async () => {
    const reported = { prompt: 0, completion: 0, cached: 0, nano: 0, answers: 0 };
    let turn = 0;
    const stops = new Map<string, Stop>();
    provider.always((exchange) => {
      turn += 1;
      const kind = turn % 20;
      if (kind === 3) return exchange.reply(500, "{}");
      if (kind === 7) return exchange.reply(400, "{}");
      const body = jsonOf(exchange.request) as { stream?: boolean; messages: { content: string }[] };
      // Its caller goes away before anything comes, or after the first words.
      const gone = stops.get(body.messages[0]?.content ?? "");
      if (gone && body.stream)
        return exchange.begin().then(() => exchange.part(streamEvents(["a"])[0] ?? ""));
      if (gone) return gone.stop(new Cancelled("enough"));
      const prompt_tokens = 100 + (turn % 37);
      const completion_tokens = turn % 91;
      const usage: Usage = {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens + completion_tokens,
        prompt_tokens_details: { cached_tokens: turn % 50 },
      };
      reported.prompt += prompt_tokens;
      reported.completion += completion_tokens;
      reported.cached += turn % 50;
      // Without a price of their own cached tokens cost what the others do.
      reported.nano += prompt_tokens * INPUT_NANO + completion_tokens * OUTPUT_NANO;
      reported.answers += 1;
      if (body.stream) return sendEvents(exchange, streamEvents(["a", "b"], { usage }));
      return exchange.reply(200, answerBody("ab", { usage }));
    });
    const windows = [service(), service()];
    let next = 0;
    let [ok, failed, cancelled] = [0, 0, 0];
    const worker = async (): Promise<void> => {
      while (next < CALLS) {
        const index = next;
        next += 1;
        const one = windows[index % 2] as Service;
        const stop = new Stop();
        const cancel = index % 25 === 11;
        const content = cancel ? `cancel ${index}` : "x";
        if (cancel) stops.set(content, stop);
        const params = call({ messages: [{ role: "user", content }], model: `openai/m${index % 3}` });
        try {
          const push = (): void => {
            if (cancel) stop.stop(new Cancelled("enough"));
          };
          if (index % 3 === 0) await one.stream(params, { push }, stop);
          else await one.completion(params, stop);
          ok += 1;
        } catch {
          if (stop.reason) cancelled += 1;
          else failed += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await (windows[0] as Service).usage();
    const { rows: totals } = await (windows[1] as Service).usage({ by: ["provider"] });
    const [total] = totals;
    console.log(
      `      ${ok} answered, ${failed} failed, ${cancelled} cancelled; ${total?.attempts} attempts; $${total?.cost_usd}`,
    );
    assert.deepEqual(provider.errors, []);
    assert.ok(failed > 100 && cancelled > 100 && ok > 8_000);
    assert.equal(reported.answers, ok);
    assert.equal(total?.calls, CALLS);
    assert.equal(total?.failures, failed + cancelled);
    assert.equal(total?.attempts, provider.requests.length);
    assert.equal(total?.prompt_tokens, reported.prompt);
    assert.equal(total?.completion_tokens, reported.completion);
    assert.equal(total?.cached_tokens, reported.cached);
    assert.equal(Math.round((total?.cost_usd ?? 0) * 1e9), reported.nano);
    assert.equal(total?.unpriced, 0);
  });

  it("cost the call itself nothing: it waits neither for the thread nor for the disk", async () => {
    const one = service();
    await one.completion(call({ model: "mock/echo" }));
    const { DatabaseSync } = await import("node:sqlite");
    await one.usage();
    const raw = new DatabaseSync(folder.file);
    raw.exec("BEGIN IMMEDIATE");
    const began = performance.now();
    for (let index = 0; index < 200; index += 1) await one.completion(call({ model: "mock/echo" }));
    const took = performance.now() - began;
    raw.exec("ROLLBACK");
    raw.close();
    assert.ok(took < 1_000, `${took} ms`);
    assert.equal((await one.usage()).rows[0]?.calls, 201);
  });
});
