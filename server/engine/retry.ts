// Whether and when to try again: pure decisions, chance and budget handed in. The loop that obeys them is in
// run.ts, and there is no other.

/** A Retry-After beyond this is not slept through; it is told to the caller instead. */
export const LONGEST_WAIT_MS = 60_000;
const BASE_MS = 500;
const CAP_MS = 8_000;
/** Spreads the callers that were all told the same time. */
const AFTER_JITTER_MS = 200;

export interface RetryQuestion {
  /** 1-based number of the attempt that failed. */
  attempt: number;
  max_retries: number;
  retryable: boolean;
  /** Something of the answer reached the caller: trying again would repeat it. */
  delivered: boolean;
  retry_after_ms: number | undefined;
  /** Until a deadline of the whole call; a wait that passes it is not begun. */
  left_ms?: number;
  /** Until there is anybody to ask; a wait that is over before is not begun. */
  nobody_ms?: number;
  /** The answer was no answer at all (HTML, empty): worth one more try, not two. */
  once: boolean;
  budget: RetryBudget;
  /** 0 ≤ random < 1. */
  random: number;
}

export type RetryDecision = { retry: true; wait_ms: number } | { retry: false; because: string };

export function decideRetry(question: RetryQuestion): RetryDecision {
  const { attempt, retry_after_ms } = question;
  if (!question.retryable) return { retry: false, because: "not retryable" };
  if (question.delivered) return { retry: false, because: "part of the answer was already delivered" };
  if (attempt > question.max_retries) return { retry: false, because: "num_retries used up" };
  if (question.once && attempt > 1) return { retry: false, because: "the answer was no answer twice" };
  if (retry_after_ms !== undefined && retry_after_ms > LONGEST_WAIT_MS) {
    return { retry: false, because: `the provider asks to wait ${Math.ceil(retry_after_ms / 1000)} s` };
  }
  const wait_ms = waitOf(question);
  if (question.left_ms !== undefined && wait_ms >= question.left_ms) {
    return { retry: false, because: "the wait would pass the timeout" };
  }
  if (question.nobody_ms !== undefined && wait_ms < question.nobody_ms) {
    return { retry: false, because: "nobody is left to ask" };
  }
  if (!question.budget.take()) return { retry: false, because: "retry budget of this origin used up" };
  return { retry: true, wait_ms };
}

function waitOf({ attempt, retry_after_ms, random }: RetryQuestion): number {
  if (retry_after_ms === 0) return 0;
  if (retry_after_ms !== undefined) return retry_after_ms + random * AFTER_JITTER_MS;
  return random * Math.min(CAP_MS, BASE_MS * 2 ** (attempt - 1));
}

const BUDGET = 50;
const REFILL = 0.1;

/** Keeps retries from multiplying the load on an origin that is down: 50 tokens, refilled by successes. */
export class RetryBudget {
  #tokens = BUDGET;
  take(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
  success(): void {
    this.#tokens = Math.min(BUDGET, this.#tokens + REFILL);
  }
}
