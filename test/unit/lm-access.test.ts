// Who may spend the user's keys: asked once, remembered, refused in words that say what to do; calls count as their
// caller's, whatever they say of themselves.

import assert from "node:assert/strict";
import { configOfSettings } from "../../src/config-of-settings.ts";
import { createExports } from "../../src/create-exports.ts";
import { type Access, AccessList, isExtensionId } from "../../src/lm/access.ts";
import { accessRows, amountOf } from "../../src/lm/access-rows.ts";
import { attributed } from "../../src/lm/attributed.ts";
import { poll } from "../host/poll.ts";

interface Scene {
  list: AccessList;
  asked: string[];
  kept(): unknown;
  pass(ms: number): void;
}

/** `answers` in the order of the questions; a promise is a person who takes her time. */
function scene(answers: (Access | undefined | Promise<Access | undefined>)[], wait_ms = 1000): Scene {
  let kept: Record<string, Access> | undefined;
  let now = 0;
  const asked: string[] = [];
  const memory = {
    get: () => kept,
    update: async (_key: string, value: Record<string, Access>) => {
      kept = value;
    },
  };
  const ask = async (caller: string): Promise<Access | undefined> => {
    asked.push(caller);
    return answers.shift();
  };
  return {
    list: new AccessList(memory, ask, { now: () => now, wait_ms }),
    asked,
    kept: () => kept,
    pass: (ms) => {
      now += ms;
    },
  };
}

const never = (): Promise<Access | undefined> => new Promise(() => {});

describe("access of other extensions", () => {
  it("is asked for once, remembered, and forgotten when told so", async () => {
    const { list, asked } = scene(["allowed", "denied"]);
    assert.deepEqual(await Promise.all([list.allows("A.b"), list.allows("a.B")]), [true, true]);
    assert.equal(await list.allows("a.b"), true);
    assert.deepEqual(asked, ["a.b"]);
    await list.set("A.b", undefined);
    assert.equal(await list.allows("a.b"), false);
    assert.deepEqual(list.all(), { "a.b": "denied" });
  });

  it("is not given, nor remembered, without an answer, and a busy caller does not ask again at once", async () => {
    const { list, kept, asked, pass } = scene([undefined, "allowed"]);
    assert.equal(await list.allows("a.b"), false);
    assert.equal(await list.allows("a.b"), false);
    assert.deepEqual([kept(), asked.length], [undefined, 1]);
    pass(5 * 60_000);
    assert.equal(await list.allows("a.b"), true);
    assert.equal(asked.length, 2);
  });

  it("needs no question for the editor itself; one without a name is asked for", async () => {
    const { list, asked } = scene(["denied"]);
    for (const one of ["core", "edgequake.edgequake", "edgequake.chat"])
      assert.equal(await list.allows(one), true, one);
    assert.equal(await list.allows(undefined), false);
    assert.deepEqual(asked, ["an unnamed extension"]);
  });

  it("refuses in words that say what to do", async () => {
    const { list } = scene(["denied"]);
    await assert.rejects(list.leave("a.b"), {
      name: "PermissionDeniedError",
      status_code: 403,
      code: "consent_denied",
      message: /a\.b may not use .*Manage Access/,
    });
  });

  it("keeps no call waiting for ever, and the answer that comes later holds", async () => {
    let answer!: (access: Access) => void;
    const { list, asked } = scene(
      [
        new Promise((resolve) => {
          answer = resolve;
        }),
      ],
      20,
    );
    await assert.rejects(list.leave("a.b"), { name: "PermissionDeniedError", code: "consent_pending" });
    answer("allowed");
    await list.leave("a.b");
    assert.equal(asked.length, 1);
  });

  it("lets go a call that is stopped while it waits", async () => {
    const { list } = scene([never()]);
    const stop = new AbortController();
    const waiting = list.leave("a.b", stop.signal);
    stop.abort();
    await assert.rejects(waiting, { name: "Cancelled" });
    await assert.rejects(list.leave("a.b", AbortSignal.abort()), { name: "Cancelled" });
  });

  it("can be given in the command while the question is open", async () => {
    let answer!: (access: Access | undefined) => void;
    const { list } = scene([
      new Promise((resolve) => {
        answer = resolve;
      }),
    ]);
    const waiting = list.leave("a.b");
    await list.set("a.b", "allowed");
    answer(undefined);
    await waiting;
  });

  it("that is asked about or was closed is told of, and what is chosen in the command holds at once", async () => {
    const { list, asked } = scene([undefined, never(), never(), "allowed"]);
    assert.equal(await list.allows("put.off"), false);
    const waiting = list.leave("open.yet");
    const refused = list.leave("open.too");
    assert.deepEqual(list.unanswered().sort(), ["open.too", "open.yet", "put.off"]);
    await list.set("Put.Off", "allowed");
    await list.leave("put.off");
    await list.set("open.yet", "allowed");
    await waiting;
    await list.set("open.too", "denied");
    await assert.rejects(refused, { code: "consent_denied" });
    assert.deepEqual([list.unanswered(), asked.length], [[], 3]);
    await list.set("open.too", undefined);
    assert.equal(await list.allows("open.too"), true, "it is asked anew");
  });

  it("that was answered in the command while the question stands may still be answered there", async () => {
    let answer!: (access: Access) => void;
    const question = new Promise<Access>((resolve) => {
      answer = resolve;
    });
    const { list } = scene([question]);
    const waiting = list.leave("a.b");
    await list.set("a.b", "allowed");
    await waiting;
    answer("denied");
    await poll("the later answer to hold", 5_000, async () => list.all()["a.b"] === "denied");
  });

  it("is nobody's who borrows the editor's or this extension's name", () => {
    const borrowed = ["core", "Core", "edgequake.edgequake", "EdgeQuake.Chat", "vscode.language-model-tools"];
    for (const one of [...borrowed, "", " ", "x", 5, null])
      assert.equal(isExtensionId(one), false, String(one));
    for (const one of ["pub.ext", "Pub-1.my-ext", "a.b.c", "edgequake-samples.sample"])
      assert.equal(isExtensionId(one), true, one);
    const { getAPI } = createExports({
      client: () => assert.fail("nothing is asked of the backend"),
      leave: () => assert.fail("nobody is asked"),
      log: () => {},
      newStream: () => assert.fail("nothing is streamed"),
    });
    assert.throws(() => getAPI(1, "core"), { name: "BadRequestError" });
    assert.throws(() => getAPI(1, "edgequake.edgequake"), { name: "BadRequestError" });
  });
});

describe("a call of another program", () => {
  it("counts as its own, whatever it says", () => {
    const said = {
      model: "m",
      attribution: { caller: "somebody.else", router: "r", deployment: "d", session: "s", tags: ["t"] },
    };
    assert.deepEqual(attributed(said, "a.b"), {
      model: "m",
      attribution: { caller: "a.b", session: "s", tags: ["t"] },
    });
    assert.deepEqual(attributed({ model: "m" }, "a.b").attribution, { caller: "a.b" });
  });

  it("sets no price for what the user's key pays", () => {
    const prices = { input_cost_per_token: 0, output_cost_per_token: 0 };
    assert.deepEqual(attributed({ model: "m", ...prices }, "a.b"), {
      model: "m",
      attribution: { caller: "a.b" },
    });
    const own = attributed({ model: "m", api_key: "sk-fake-own", ...prices }, "a.b");
    assert.equal(own.input_cost_per_token, 0);
  });
});

describe("what another extension gets", () => {
  it("is frozen, with nothing of ours behind it", () => {
    const exports = createExports({
      client: () => assert.fail(),
      leave: () => assert.fail(),
      log: () => {},
      newStream: () => assert.fail(),
    });
    const api = exports.getAPI(1, "a.b");
    for (const one of [exports, api, api.errors]) {
      assert.ok(Object.isFrozen(one));
      assert.equal(Object.getPrototypeOf(one), null);
      for (const [name, value] of Object.entries<unknown>(one as Record<string, unknown>)) {
        assert.ok(Object.isFrozen(value), name);
        const { prototype } = value as { prototype?: object };
        if (prototype) assert.ok(Object.isFrozen(prototype), `${name}.prototype`);
      }
    }
    const error = new api.errors.RateLimitError({ message: "slow down", status_code: 429 });
    assert.deepEqual([error.name, error.status_code], ["RateLimitError", 429]);
    error.retry_after_ms = 5;
    assert.equal(error.retry_after_ms, 5);
  });
});

describe("what Manage Access shows", () => {
  it("is every caller with its spending and its budget", () => {
    const rows = accessRows(
      { "a.b": "allowed", "c.d": "denied" },
      [
        { day: "2026-01-01", caller: "a.b", calls: 2, cost_usd: 0.25, unpriced: 0 },
        { day: "2026-01-02", caller: "a.b", calls: 1, cost_usd: 0.5, unpriced: 1 },
        { day: "2026-01-02", caller: "core", calls: 3, cost_usd: null },
        { day: "2026-01-02", caller: null, calls: 9, cost_usd: 9 },
      ],
      { "a.b": 1, "e.f": 2 },
      "2026-01-02",
      ["g.h"],
    );
    const nothing = {
      unanswered: false,
      calls: 0,
      cost_usd: 0,
      today_usd: 0,
      unpriced: false,
      budget_usd: undefined,
    };
    assert.deepEqual(rows, [
      {
        caller: "a.b",
        access: "allowed",
        unanswered: false,
        calls: 3,
        cost_usd: 0.75,
        today_usd: 0.5,
        unpriced: true,
        budget_usd: 1,
      },
      { ...nothing, caller: "c.d", access: "denied" },
      { ...nothing, caller: "core", access: undefined, calls: 3, cost_usd: null },
      { ...nothing, caller: "e.f", access: undefined, budget_usd: 2 },
      { ...nothing, caller: "g.h", access: undefined, unanswered: true },
    ]);
  });

  it("reads an amount as people write it", () => {
    assert.deepEqual(["0.5", " 0,50 ", "$2", "3 USD", "0"].map(amountOf), [0.5, 0.5, 2, 3, 0]);
    for (const one of ["", "-1", "much", "1e9", "1.2.3"]) assert.equal(amountOf(one), undefined, one);
  });

  it("becomes the backend's budgets; a limit nobody can read allows nothing", () => {
    const config = configOfSettings((name) =>
      name === "edgequake.callerBudgets" ? { " Pub.Ext": 0.5, "a.b": "much", "": 1 } : undefined,
    );
    assert.deepEqual(config.budgets, [
      { scope: "caller", name: "pub.ext", max_budget: 0.5, budget_duration: "1d" },
      { scope: "caller", name: "a.b", max_budget: 0, budget_duration: "1d" },
    ]);
  });
});
