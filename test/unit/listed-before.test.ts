// The models that VS Code lists: announced to it once a window, only where it has asked for them in an earlier one.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { ListedBefore } from "../../src/lm/listed-before.ts";
import { poll } from "../host/poll.ts";

function scene(kept: Record<string, unknown> = {}): { list: ListedBefore; kept: unknown; told(): number } {
  let told = 0;
  const memory = {
    get: (key: string) => kept[key],
    update: async (key: string, value: boolean) => {
      kept[key] = value;
    },
  };
  return { list: new ListedBefore(memory, () => (told += 1), 1), kept, told: () => told };
}

describe("models that VS Code has listed before", () => {
  it("are announced once, after the start", async () => {
    const first = scene();
    first.list.running();
    first.list.asked();
    assert.deepEqual(first.kept, { "edgequake.listed": true });
    const next = scene({ "edgequake.listed": true });
    next.list.running();
    next.list.running();
    assert.equal(next.told(), 0);
    await poll("the announcement", 1000, () => next.told() === 1);
    next.list.running();
    await pause(5);
    assert.equal(next.told(), 1);
    assert.equal(first.told(), 0, "nobody had asked before");
  });

  it("are not where VS Code asks by itself, nor after the end", async () => {
    for (const end of ["asked", "dispose"] as const) {
      const { list, told } = scene({ "edgequake.listed": true });
      list.running();
      list[end]();
      list.running();
      await pause(5);
      assert.equal(told(), 0, end);
    }
  });
});
