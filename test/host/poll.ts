// Waits for a condition, never for a time: asks again until it holds, and says what was waited for if it does not.

import { setTimeout as pause } from "node:timers/promises";

/** For what is no figure of its own: on a machine that is busy with other things all takes its time. */
export const PATIENCE_MS = 60_000;

export async function poll<T>(
  what: string,
  deadlineMs: number,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  everyMs = 50,
): Promise<T> {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > until) throw new Error(`waited ${deadlineMs} ms for ${what}`);
    await pause(everyMs);
  }
}
