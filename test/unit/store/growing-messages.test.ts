// Which messages somebody is still writing, on a clock of the test's own: those of the living, and not for ever those of
// the dead.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { DatabaseSync } from "node:sqlite";
import type { SessionEntry } from "../../../server/protocol/session-types.ts";
import { openInMemory } from "../../../server/store/database.ts";
import { type Operations, operationsOn } from "../../../server/store/operations.ts";

describe("messages that grow", () => {
  let now = 0;
  let sqlite: DatabaseSync;
  let operations: Operations;
  beforeEach(() => {
    now = 1_000_000;
    sqlite = openInMemory();
    operations = operationsOn(sqlite, () => now);
  });
  afterEach(() => sqlite.close());

  const begun = (id: string, growing?: boolean): SessionEntry => ({
    type: "message",
    ...(growing === undefined ? {} : { growing }),
    message: { id, role: "assistant" },
  });
  const append = (...entries: SessionEntry[]) =>
    operations["sessions.append"]({ session_id: "s", entries }, now);
  const growing = () =>
    operations["sessions.read"]("s", 50, null, true)
      ?.messages.filter((message) => message.growing)
      .map(({ id }) => id);
  /** As another process would have it. */
  const writtenBy = (pid: number) => {
    sqlite.exec("UPDATE slots SET owner = 'other'; DELETE FROM owners");
    sqlite.prepare("INSERT INTO owners (id, pid, beat) VALUES ('other', ?, ?)").run(pid, now);
  };

  it("are told until an update ends them; what changes meanwhile ends nothing", () => {
    append(begun("a", true), begun("b", true), begun("c"));
    assert.deepEqual(growing(), ["a", "b"]);
    append({ type: "delta", id: "a", text: "x" }, { type: "update", id: "a", fields: { picked: true } });
    assert.deepEqual(growing(), ["a", "b"]);
    append({ type: "update", id: "a", growing: false, fields: {} });
    assert.deepEqual(growing(), ["b"]);
    append({ type: "update", id: "a", growing: true, fields: { text: "" } });
    assert.deepEqual(growing(), ["a", "b"]);
    append({ type: "cut", id: "a" });
    assert.deepEqual(growing(), []);
    assert.equal(operations["owners.beat"](), false, "nothing is left that this process must live for");
  });

  it("are no longer told when the chat is deleted, nor of a copy of it", () => {
    append(begun("a", true));
    operations["sessions.branch"]("s", null, "copy", now);
    const copy = operations["sessions.read"]("copy", 50, null, true)?.messages;
    assert.deepEqual(
      copy?.map((message) => message.growing),
      [undefined],
    );
    operations["sessions.delete"]("s");
    assert.equal(operations["owners.beat"](), false);
  });

  it("keep their process saying that it lives, and end with it", () => {
    append(begun("a", true));
    assert.equal(operations["owners.beat"](), true);
    operations["owners.leave"]();
    assert.deepEqual(growing(), []);
  });

  it("of a process that is gone are over after three seconds", () => {
    append(begun("a", true));
    writtenBy(spawnSync(process.execPath, ["--version"]).pid);
    now += 3_000;
    assert.deepEqual(growing(), ["a"]);
    now += 1;
    assert.deepEqual(growing(), []);
  });

  it("of a process that is there and says nothing are over after half a minute", () => {
    append(begun("a", true));
    writtenBy(process.ppid);
    now += 30_000;
    assert.deepEqual(growing(), ["a"]);
    now += 1;
    assert.deepEqual(growing(), []);
  });

  it("can be ended by the process that its writer came back as", () => {
    append(begun("a", true));
    writtenBy(process.ppid);
    append({ type: "update", id: "a", growing: false, fields: { state: "error" } });
    assert.deepEqual(growing(), []);
  });
});
