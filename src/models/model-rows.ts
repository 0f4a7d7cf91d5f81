// The order of every list of models: favourites first, then the one in use, then all by provider. Pure.

import type { ModelEntry } from "../../server/protocol/results.ts";

export interface ModelGroup {
  /** "favourites", "current", or a provider's id. */
  kind: "favourites" | "current" | "provider";
  provider: string;
  models: ModelRow[];
}
export interface ModelRow {
  model: string;
  /** undefined: a favourite, or the one in use, that nobody lists just now. */
  entry: ModelEntry | undefined;
}

export function modelGroups(
  models: readonly ModelEntry[],
  favourites: readonly string[],
  current: string | undefined,
): ModelGroup[] {
  const byName = new Map(models.map((entry) => [entry.model, entry]));
  const row = (model: string): ModelRow => ({ model, entry: byName.get(model) });
  const groups: ModelGroup[] = [];
  if (favourites.length > 0) groups.push({ kind: "favourites", provider: "", models: favourites.map(row) });
  if (current !== undefined && !favourites.includes(current))
    groups.push({ kind: "current", provider: "", models: [row(current)] });
  const shown = new Set([...favourites, ...(current === undefined ? [] : [current])]);
  const providers = [...new Set(models.map(({ provider }) => provider))];
  // A router's groups are what somebody set up on purpose; the built-in models are for trying out.
  const rank = (provider: string): number => (provider === "router" ? 0 : provider === "mock" ? 2 : 1);
  providers.sort((a, b) => rank(a) - rank(b));
  for (const provider of providers) {
    const own = models.filter((entry) => entry.provider === provider && !shown.has(entry.model));
    const unique = [...new Set(own.map(({ model }) => model))];
    if (unique.length > 0) groups.push({ kind: "provider", provider, models: unique.map(row) });
  }
  return groups;
}
