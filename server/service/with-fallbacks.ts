// A call with LiteLLM's `fallbacks`: the models named there one after the other, until one answers. Once something was
// delivered no other model takes over.

import { callsAfter, fallbackWarning, fallingBack, withoutPlan } from "../call-fallbacks.ts";
import type { OnStatus } from "../protocol/call-status.ts";
import { asOpenAIError } from "../protocol/errors.ts";
import type { CompletionParams, Warning } from "../protocol/messages.ts";

export function withFallbacks<T>(
  params: CompletionParams,
  onStatus: OnStatus | undefined,
  call: (params: CompletionParams) => Promise<T>,
  warn: (value: T, warning: Warning) => void,
): Promise<T> {
  const first = withoutPlan(params);
  return first === params ? call(params) : oneAfterTheOther(params, first, onStatus, call, warn);
}

async function oneAfterTheOther<T>(
  params: CompletionParams,
  first: CompletionParams,
  onStatus: OnStatus | undefined,
  call: (params: CompletionParams) => Promise<T>,
  warn: (value: T, warning: Warning) => void,
): Promise<T> {
  try {
    return await call(first);
  } catch (thrown) {
    const error = asOpenAIError(thrown);
    if (error.chunks_sent !== undefined) throw error;
    for (const next of callsAfter(params, error)) {
      onStatus?.(fallingBack(error, next.model));
      try {
        const value = await call(next);
        warn(value, fallbackWarning(params.model, error, next.model));
        return value;
      } catch (failed) {
        const after = asOpenAIError(failed);
        if (after.name === "Cancelled" || after.chunks_sent !== undefined) throw after;
      }
    }
    // The first one is what the caller asked about.
    throw error;
  }
}
