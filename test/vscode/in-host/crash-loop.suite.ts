// A backend that keeps crashing is given up, said so, and comes back when a person asks. Runs last: it uses up the
// crashes that are forgiven.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { backendsOf } from "../../host/backends-of.ts";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { activateConsumer } from "./consumer.ts";

const CRASHES = 5;

suite("backend that keeps crashing", () => {
  if (process.platform === "win32") {
    test.skip("left out on Windows, which has no SIGKILL", () => {});
    return;
  }

  test("is given up at the fifth crash in three minutes, and restarted by the command", async function () {
    this.timeout(300_000);
    const consumer = await activateConsumer();
    const call = { model: "mock/echo", messages: [{ role: "user" as const, content: "again" }] };
    // Whatever crashed before is forgiven, so that exactly five count.
    await vscode.commands.executeCommand("edgequake.restartBackend");
    for (let crash = 1; crash <= CRASHES; crash += 1) {
      const pid = await poll(
        `the backend before crash ${crash}`,
        PATIENCE_MS,
        async () => backendsOf(process.pid)[0],
      );
      await consumer.ask(call);
      process.kill(pid, "SIGKILL");
      await poll(`crash ${crash} to be over`, PATIENCE_MS, () => !backendsOf(process.pid).includes(pid));
    }
    // The host may hear of the last crash a moment after the system does: that call fails too, in other words.
    const given = await poll("the backend to be given up", PATIENCE_MS, async () => {
      const error: Error = await consumer.ask(call).then(
        () => assert.fail("a call was answered after the fifth crash"),
        (thrown: Error) => thrown,
      );
      assert.equal(error.name, "APIConnectionError");
      return /crashed five times/.test(error.message) ? error : undefined;
    });
    assert.match(given.message, /in three minutes.*Restart Backend/);
    assert.deepEqual(backendsOf(process.pid), [], "no backend runs any more");

    await vscode.commands.executeCommand("edgequake.restartBackend");
    const answer = await consumer.ask(call);
    assert.equal(answer.choices[0]?.message.content, "again");
  });
});
