// Writes what became of a request into the state: counts, latencies, cooldown, recovery. The one place that does, so
// that what was begun is ended exactly once.

import type { Admitted, NotAdmitted } from "./admission.ts";
import {
  type CooldownPolicy,
  type Cooling,
  cool,
  coolingFor,
  type DeploymentFailure,
  isDeploymentsFault,
  recover,
} from "./cooldown.ts";
import type { Slot } from "./state.ts";

export interface Success {
  /** Prompt and completion together; undefined = the answer says nothing. */
  tokens: number | undefined;
  completion_tokens: number | undefined;
  ms_total: number;
  /** Only of a stream. */
  ms_first_chunk: number | null;
}

/** LiteLLM counts a timeout as this slow, so that latency-based routing turns away. */
const TIMEOUT_MS_PER_TOKEN = 1_000_000;

export function began({ slot: { state } }: Admitted, now: number): void {
  state.in_flight += 1;
  state.requests.add(1, now);
}

/** Stopped by the caller or the deadline of the whole call: nothing is learnt of the deployment. */
export function abandoned({ slot: { state }, lease, probe }: Admitted, used: number | undefined): void {
  state.in_flight -= 1;
  if (probe) state.probing = false;
  lease.settle(used);
}

/** A kept answer stood in: it took nothing of a limit, and says nothing of the deployment. */
export function notSent({ slot: { state }, lease, probe }: Admitted): void {
  state.in_flight -= 1;
  if (probe) state.probing = false;
  lease.refund();
}

/** Returns whether it ended a cooldown. */
export function succeeded(
  { slot: { state }, lease, probe }: Admitted,
  success: Success,
  now: number,
): boolean {
  const { tokens, completion_tokens = 0, ms_total, ms_first_chunk } = success;
  state.in_flight -= 1;
  state.successes.add(1, now);
  if (tokens !== undefined) state.tokens.add(tokens, now);
  if (ms_first_chunk !== null) state.ttft.add(ms_first_chunk);
  if (completion_tokens > 0) state.ms_per_token.add((ms_total - (ms_first_chunk ?? 0)) / completion_tokens);
  lease.settle(tokens);
  // A request that began before the cooldown says nothing about now.
  if (!probe) return false;
  state.probing = false;
  recover(state);
  return true;
}

/** Returns the cooling it caused. */
export function failed(
  { slot, lease, probe }: Admitted,
  failure: DeploymentFailure & { message: string },
  policy: CooldownPolicy,
  { now, wall, alone }: { now: number; wall: number; alone: boolean },
): Cooling | undefined {
  const { state } = slot;
  const { name, status_code, message } = failure;
  state.in_flight -= 1;
  if (probe) state.probing = false;
  const fault = isDeploymentsFault(failure);
  // What was refused used no tokens; a timeout may have.
  lease.settle(name === "Timeout" ? undefined : 0);
  if (!fault) {
    // It answered: that the request was wrong is no sign of illness.
    if (probe) recover(state);
    return undefined;
  }
  state.failures.add(1, now);
  if (name === "Timeout") state.ms_per_token.add(TIMEOUT_MS_PER_TOKEN);
  if (name === "Timeout") state.ttft.add(TIMEOUT_MS_PER_TOKEN);
  state.last_error = { name, ...(status_code === undefined ? {} : { status_code }), message, at: wall };
  const cooling = coolingFor(slot, failure, policy, { now, alone });
  if (cooling) cool(state, cooling, now);
  return cooling;
}

/** Says who was there and why none could take it, with the last thing that went wrong. */
export function nobody(model: string, slots: readonly Slot[], found: NotAdmitted): string {
  const { decision, because, recovery_ms } = found;
  if (because === "too large")
    return `the request for "${model}" needs more than the limit of any deployment allows. Shorten it, or raise tpm`;
  const reasons = new Map<string, number>();
  for (const why of decision.filtered) if (why !== undefined) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  const told = [...reasons].slice(0, 5).map(([why, count]) => (count > 1 ? `${count} × ${why}` : why));
  const last = slots
    .map(({ state }) => state.last_error)
    .filter((one) => one !== undefined)
    .toSorted((a, b) => b.at - a.at)[0];
  const again = recovery_ms === undefined ? "" : `. Try again in ${Math.ceil(recovery_ms / 1000)} s`;
  const error = last === undefined ? "" : `. The last error: ${last.message}`;
  return `no deployment of "${model}" is available (${told.join("; ") || "there is none"})${again}${error}`;
}
