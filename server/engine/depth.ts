// JSON.parse follows any nesting, JSON.stringify and whoever walks the result do not: what is nested deeper than any
// answer has a reason to be is refused before somebody tries. Pure.

import { WireFailure } from "../providers/types.ts";

const MAX_DEPTH = 500;

export function refuseEndless(value: unknown): void {
  if (isDeeper(value, MAX_DEPTH))
    throw new WireFailure({
      message: `the answer is nested deeper than ${MAX_DEPTH} levels`,
      code: "no_answer",
    });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
