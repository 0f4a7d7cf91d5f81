// What EdgeQuake costs the extension host that all extensions share: 50 answers that stream at once delay nobody's
// timers noticeably. Measured beside an idle host; the goal is printed, three times of it asserted.

import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { activateConsumer, type Consumer } from "./consumer.ts";
import { say } from "./say.ts";

const STREAMS = 50;
const GOAL_MS = 50;
const RESOLUTION_MS = 5;
const TAKEN = 400;

/** The 99th percentile of how late a timer is, in milliseconds, until `over` or enough was seen. */
async function lateness(over: () => boolean): Promise<number> {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  monitor.enable();
  await poll("the measurement to end", 60_000, () => over() || monitor.count >= TAKEN, 200);
  monitor.disable();
  return monitor.percentile(99) / 1e6 - RESOLUTION_MS;
}

suite("the host's event loop", () => {
  let consumer: Consumer;

  suiteSetup(async () => {
    consumer = await activateConsumer();
    await consumer.ask({ model: "mock/echo", messages: [{ role: "user", content: "warm" }] });
  });

  test(`${STREAMS} streams at once`, async function () {
    this.timeout(300_000);
    const idle = await lateness(() => false);
    let streaming = 0;
    let open = STREAMS;
    let stop = false;
    const messages = [{ role: "user" as const, content: "Take your time" }];
    const streams = Array.from({ length: STREAMS }, async () => {
      let begun = false;
      const enough = (): boolean => {
        if (!begun) streaming += 1;
        begun = true;
        return stop;
      };
      try {
        return await consumer.listen({ model: "mock/slow", messages }, enough);
      } finally {
        open -= 1;
      }
    });
    await poll("all to stream", PATIENCE_MS, () => streaming === STREAMS);
    const loaded = await lateness(() => open < STREAMS);
    const went = open;
    stop = true;
    const pieces = await Promise.all(streams);
    const added = loaded - idle;
    say(
      `      p99 ${idle.toFixed(1)} ms idle, ${loaded.toFixed(1)} ms with ${went} streams: ${added.toFixed(1)} ms more (goal ${GOAL_MS})`,
    );
    assert.ok(pieces.every((text) => text.length > 0));
    assert.ok(went >= STREAMS - 1, `only ${went} streamed to the end of the measurement`);
    assert.ok(added <= 3 * GOAL_MS, `${added} ms`);
  });
});
