// A router whose limits are leased from the file that all windows share: for a limit that is free and has only to be
// fetched no other deployment is asked, and for one that another window has used up it is.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { Stop } from "../../server/engine/stop.ts";
import { createError } from "../../server/protocol/errors.ts";
import type { CompletionParams, ModelResponse } from "../../server/protocol/messages.ts";
import { Router } from "../../server/router/router.ts";
import { LeasedLimits } from "../../server/store/leased-limits.ts";
import { StoreFolder } from "./folder.ts";

/** A slice of a limit is good for a second. */
const LAPSED_MS = 1_100;

describe("a router with limits of all windows", function () {
  this.timeout(20_000);
  let folder: StoreFolder;
  const open: LeasedLimits[] = [];
  const routers: Router[] = [];
  beforeEach(() => {
    folder = new StoreFolder();
  });
  afterEach(async () => {
    for (const router of routers.splice(0)) router.dispose();
    await Promise.all(open.splice(0).map((limits) => limits.dispose()));
    await folder.remove();
  });

  /** Another window: `first` is asked before `second`, which has no limits. */
  function window(first: object): { router: Router; asked: string[] } {
    const limits = new LeasedLimits(folder.open());
    open.push(limits);
    const asked: string[] = [];
    const completion = (params: CompletionParams, _: unknown, deployment: string): Promise<ModelResponse> => {
      asked.push(deployment);
      return Promise.resolve({
        id: "x",
        object: "chat.completion",
        created: 1,
        model: params.model,
        choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "ok" } }],
        usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
      });
    };
    const deployment = (id: string, order: number, more: object) => ({
      model_name: "g",
      litellm_params: { model: `openai/${id}`, order, ...more },
      model_info: { id },
    });
    const router = new Router(
      "leased",
      { model_list: [deployment("first", 1, first), deployment("second", 2, {})] },
      {
        clock: { now: Date.now, monotonic: () => performance.now(), random: Math.random },
        limits,
        env: () => undefined,
        error: createError,
        run: {
          completion,
          stream: () => Promise.reject(new Error("not here")),
          embedding: () => Promise.reject(new Error("not here")),
        },
        estimate: () => 10,
      },
    );
    routers.push(router);
    return { router, asked };
  }

  const ask = ({ router }: { router: Router }) =>
    router.completion({ model: "g", messages: [{ role: "user", content: "x" }] }, new Stop());

  for (const limits of [
    { rpm: 60 },
    { tpm: 1_000 },
    { max_parallel_requests: 2 },
    { rpm: 60, tpm: 1_000 },
    { rpm: 60, tpm: 1_000, max_parallel_requests: 2 },
  ]) {
    it(`the very first call goes where it should, with ${Object.keys(limits).join(", ")}`, async () => {
      const one = window(limits);
      await ask(one);
      await ask(one);
      assert.deepEqual(one.asked, ["first", "first"]);
    });
  }

  it("so does one after a pause in which what was leased has lapsed", async () => {
    const one = window({ rpm: 60, tpm: 1_000 });
    await ask(one);
    await pause(LAPSED_MS);
    await ask(one);
    assert.deepEqual(one.asked, ["first", "first"]);
  });

  it("what another window used up sends the call on, soon", async () => {
    const one = window({ rpm: 2, tpm: 1_000 });
    await ask(one);
    await ask(one);
    const other = window({ rpm: 2, tpm: 1_000 });
    await ask(other);
    assert.deepEqual([...one.asked, ...other.asked], ["first", "first", "second"]);
  });
});
