// The backend killed in the middle of a stream, seen by another extension: what came is kept, the call fails
// at once, and the next call is answered by a new backend.

import assert from "node:assert/strict";
import { backendsOf } from "../../host/backends-of.ts";
import { activateConsumer } from "./consumer.ts";
import { say } from "./say.ts";

const REJECTED_MS = 250;
const ANSWERED_MS = 1500;

suite("backend killed mid-stream", () => {
  if (process.platform === "win32") {
    test.skip("left out on Windows, which has no SIGKILL", () => {});
    return;
  }

  test("the call is rejected at once with what came, the next one is answered", async () => {
    const consumer = await activateConsumer();
    const messages = [{ role: "user" as const, content: "still there" }];
    const seen: string[] = [];
    let killedAt = 0;
    let rejectedAt = 0;
    let failure:
      | (Error & { status_code?: number; partial?: { choices: { message: { content: string } }[] } })
      | undefined;
    try {
      await consumer.listen({ model: "mock/slow", messages }, (pieces) => {
        seen.splice(0, seen.length, ...pieces);
        if (pieces.length === 3) {
          const pids = backendsOf(process.pid);
          assert.equal(pids.length, 1, "one backend runs");
          killedAt = performance.now();
          process.kill(pids[0] as number, "SIGKILL");
        }
        return false;
      });
    } catch (error) {
      rejectedAt = performance.now();
      failure = error as Error;
    }
    assert.ok(failure !== undefined, "the stream did not end as a success");
    assert.equal(failure.name, "APIConnectionError");
    assert.ok(seen.length >= 3);
    assert.equal(failure.partial?.choices[0]?.message.content, seen.join(""));
    const rejected = rejectedAt - killedAt;
    say(`    pending call rejected after ${rejected.toFixed(0)} ms (goal ${REJECTED_MS})`);
    assert.ok(rejected <= 3 * REJECTED_MS, `${rejected} ms`);

    const asked = performance.now();
    const answer = await consumer.ask({ model: "mock/echo", messages });
    const answered = performance.now() - asked;
    say(`    next call answered after ${answered.toFixed(0)} ms (goal ${ANSWERED_MS})`);
    assert.equal(answer.choices[0]?.message.content, "still there");
    assert.ok(answered <= 3 * ANSWERED_MS, `${answered} ms`);
    assert.equal(backendsOf(process.pid).length, 1, "one backend runs again");
  });
});
