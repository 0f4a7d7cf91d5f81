// Plays a mock's script in time. It ends like a real attempt: whole, failed or stopped.

import type { CompactChunk } from "../protocol/compact.ts";
import { createError } from "../protocol/errors.ts";
import type { Usage } from "../protocol/messages.ts";
import type { MockStep } from "../providers/mock.ts";
import type { AttemptContext } from "./attempt.ts";
import type { Played, Player } from "./player.ts";

/** `model` as the caller named it. */
export function mockPlayer(steps: readonly MockStep[], model: string): Player {
  return (context, onChunks) => play(steps, model, context, onChunks);
}

async function play(
  steps: readonly MockStep[],
  model: string,
  { failures, stop, limits }: AttemptContext,
  onChunks: (chunks: CompactChunk[]) => void,
): Promise<Played> {
  let usage: Usage | undefined;
  const finish_reasons: string[] = [];
  for (const step of steps) {
    if (stop.reason) throw stop.reason;
    if ("wait_ms" in step) await stop.sleep(step.wait_ms);
    else if ("usage" in step) usage = step.usage;
    else if ("failure" in step) throw failures.fromFailure(step.failure);
    else if ("error_name" in step) {
      throw createError(step.error_name, {
        message: `MockException - ${step.message}`,
        model,
        llm_provider: "mock",
      });
    } else if ("hang" in step) {
      const ms = limits.total ?? limits.first_token ?? 60_000;
      await stop.sleep(ms);
      throw failures.timeout("total", ms);
    } else {
      const { chunk } = step;
      if (typeof chunk !== "string") {
        for (const { index, finish_reason } of chunk.choices) {
          if (finish_reason !== null) finish_reasons[index] = finish_reason;
        }
      }
      onChunks([chunk]);
    }
  }
  return { usage, finish_reasons };
}
