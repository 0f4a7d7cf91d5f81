// A fake key that must not be seen anywhere but where it was sent.

import assert from "node:assert/strict";
import type { Backend } from "./backend-process.ts";

export const CANARY = "sk-fake-canary-4f8a";

/** Nothing that came back, on any channel, holds the canary. */
export function assertSilent(backend: Backend, canary = CANARY): void {
  const frames = JSON.stringify(backend.client.received.map((one) => one.message));
  const at = frames.indexOf(canary);
  assert.equal(at, -1, `a key is in a frame: ${frames.slice(Math.max(0, at - 300), at + 100)}`);
  assert.ok(!backend.stderr.includes(canary), "a key is on stderr");
}
