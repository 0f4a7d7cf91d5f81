// What the usage page says, checked field by field. Pure.

import type { FromUsage } from "../../server/protocol/usage-view.ts";

export const PERIODS = [1, 7, 30, 90, 365];

export function readFromUsage(message: unknown): FromUsage | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, days, format } = message as Record<string, unknown>;
  if (type === "ready" || type === "refresh") return { type };
  if (type === "period") return PERIODS.includes(days as number) ? { type, days: days as number } : undefined;
  if (type === "export" && (format === "csv" || format === "json")) return { type, format };
  return undefined;
}
