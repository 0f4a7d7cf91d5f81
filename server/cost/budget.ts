// Budgets: which of them a call falls under, the most it may cost, and what is said of it. Decisions are pure; the sums
// they go by, and the reservation, are the store's. Days are UTC, so that no change of the clock opens a budget twice.

import { capabilitiesOf } from "../models/capabilities.ts";
import type { Catalogue } from "../models/catalogue.ts";
import { registeredModel } from "../models/register-model.ts";
import type { Attribution } from "../protocol/attribution.ts";
import { createError, type OpenAIError } from "../protocol/errors.ts";
import type { Warning } from "../protocol/messages.ts";
import type { BudgetConfig } from "../protocol/results.ts";
import type { BudgetLimit } from "../store/budget-table.ts";
import { type CallToPrice, costOfCall } from "./cost-of-call.ts";

const DAY_MS = 86_400_000;
const NANO = 1e9;
/** A warning comes from this share of a budget on. */
const WARN_AT = 0.8;
/** A longest answer that nobody knows: what current models write at most. */
const LONG_ANSWER = 32_768;
/** Bytes of UTF-8 a token is at least, near enough: English has four, other scripts and code three. */
const BYTES_PER_TOKEN = 3;
/** A picture or another file that is sent with a message. */
const FILE_TOKENS = 1_600;

/** The budgets a call falls under. `now` in Unix milliseconds. Pure. */
export function budgetsOf(
  budgets: readonly BudgetConfig[],
  call: Attribution & { provider: string },
  now: number,
): BudgetLimit[] {
  return budgets.flatMap((budget): BudgetLimit[] => {
    const { scope, name, max_budget, budget_duration } = budget;
    const own = scope === "day" ? "" : call[scope];
    if (own === undefined || (name !== undefined && scope !== "day" && name !== own)) return [];
    const since = scope === "session" ? "" : firstDay(budget_duration, now);
    return [{ scope, name: own, since, max_nano_usd: Math.round(max_budget * NANO) }];
  });
}

/** "1d" is today, "7d" today and the six days before. Pure. */
function firstDay(duration = "1d", now: number): string {
  const days = Math.max(1, Number.parseInt(duration, 10));
  return new Date(now - (days - 1) * DAY_MS).toISOString().slice(0, 10);
}

/** What a call asks for, as far as its price goes. */
export interface Demand {
  call: Omit<CallToPrice, "usage">;
  /** Everything that is sent: messages and tools, or an embedding's input. */
  sent: unknown;
  kind: "completion" | "embedding";
  max_tokens?: number | null | undefined;
  n?: number | null | undefined;
}

/** Nano-dollars: the input as estimated, and the longest answer, at their prices; null = no price is known. Pure. */
export function projectedCost(demand: Demand, catalogue: Catalogue | undefined, now: Date): number | null {
  const prompt_tokens = tokensSent(demand.sent);
  const completion_tokens =
    demand.kind === "embedding" ? 0 : longestAnswer(demand) * Math.max(1, demand.n ?? 1);
  const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  return costOfCall({ ...demand.call, usage }, catalogue, now).nano_usd;
}

function longestAnswer({ call, max_tokens }: Demand): number {
  if (typeof max_tokens === "number") return max_tokens;
  const own = registeredModel(call.provider, call.model);
  const known =
    own?.max_output_tokens ??
    capabilitiesOf(call.base_model ?? call.model)?.max_output_tokens ??
    own?.max_tokens;
  return known ?? LONG_ANSWER;
}

function tokensSent(sent: unknown): number {
  let files = 0;
  const text = JSON.stringify(sent, (_key, value: unknown) => {
    if (typeof value !== "string" || !isFile(value)) return value;
    files += 1;
    return "";
  });
  return Math.ceil(Buffer.byteLength(text ?? "") / BYTES_PER_TOKEN) + files * FILE_TOKENS;
}

/** A data URL, or bare base64 of some length: no text that is read as such. */
function isFile(value: string): boolean {
  return value.startsWith("data:") || (value.length > 1024 && /^[A-Za-z0-9+/]{1024}/.test(value));
}

/** For budgets of which this call leaves less than a fifth. Pure. */
export function warningsOf(
  budgets: readonly BudgetLimit[],
  spent: readonly number[],
  projected: number,
): Warning[] {
  return budgets.flatMap((budget, index) => {
    const used = (spent[index] ?? 0) + projected;
    if (used < budget.max_nano_usd * WARN_AT) return [];
    const message = `${nameOf(budget)} is used up to ${Math.floor((used / budget.max_nano_usd) * 100)} % with this call: $${usd(used)} of $${usd(budget.max_nano_usd)}`;
    return [{ param: "budgets", message }];
  });
}

/** BudgetExceededError. */
export function exceeded(budget: BudgetLimit, spent: number, projected: number, model: string): OpenAIError {
  return createError("BudgetExceededError", {
    message: `Budget has been exceeded! Current cost: ${spent / NANO}, Max budget: ${budget.max_nano_usd / NANO}. ${nameOf(budget)} would be passed: this call may cost $${usd(projected)} more. Nothing was sent. Give a smaller max_tokens, or raise the budget`,
    model,
    current_cost: spent / NANO,
    max_budget: budget.max_nano_usd / NANO,
  });
}

/** BudgetExceededError for a model without a price. */
export function unpriced(budget: BudgetLimit, model: string): OpenAIError {
  return createError("BudgetExceededError", {
    message: `${nameOf(budget)} holds, and no price of ${model} is known. Nothing was sent. Tell its price with register_model() or input_cost_per_token, or set allow_unpriced`,
    model,
    max_budget: budget.max_nano_usd / NANO,
  });
}

function nameOf({ scope, name, since }: BudgetLimit): string {
  const of = scope === "day" ? "all calls" : `${scope} ${name}`;
  return `The budget of ${of}${since === "" ? "" : ` since ${since}`}`;
}

function usd(nano: number): string {
  return (nano / NANO).toFixed(6).replace(/\.?0+$/, "") || "0";
}
