// What is known of a provider without asking it: its address, which layer its key comes from, whether a call has
// what it needs. Never the key.

import type { Config, ProviderStatus, ResolvedValue, Source } from "../protocol/results.ts";
import type { Provider } from "../providers/types.ts";
import {
  type Layers,
  originOf,
  resolveBase,
  resolveKey,
  resolveSetting,
  resolveSettings,
  resolveValue,
} from "./resolve.ts";

/** A malformed key is no key; the call that needs it says what is wrong with it. */
async function keySource(
  row: Provider,
  origin: string,
  layers: Layers,
  settings: ReturnType<typeof resolveSettings>,
): Promise<Source> {
  try {
    return (await resolveKey(row, undefined, origin, layers, settings)).source;
  } catch {
    return "none";
  }
}

export async function providerStatus(row: Provider, layers: Layers): Promise<ProviderStatus> {
  const settings = resolveSettings(row, undefined, layers);
  const base = resolveBase(row, undefined, layers, settings);
  const origin = originOf(base.value);
  const key_source = await keySource(row, origin ?? "", layers, settings);
  // A server of one's own may need no key, and one on this machine nothing at all: whether it runs is found out by
  // asking it.
  const given = base.source !== "default" && base.source !== "none";
  // A mock has no address to give.
  const addressed = base.value !== undefined || row.env.base.length === 0;
  const keyless = addressed && !row.key_required && (given || !row.needs_address);
  const elsewhere = origin !== undefined && origin !== originOf(row.base_url ?? row.baseUrl?.(settings));
  return {
    id: row.id,
    label: row.label,
    api_base: base.value ?? null,
    api_base_source: base.source,
    key_required: row.key_required,
    key_source,
    key_env: [...row.env.key],
    settings: (row.settings ?? []).flatMap((setting) => {
      const { value, source } = resolveSetting(row, setting, undefined, layers);
      if (value === undefined) return [];
      return [{ name: setting.name, source, value: setting.secret ? null : value }];
    }),
    configured: keyless || elsewhere || key_source !== "none",
  };
}

/** Who decides of what holds for every call. */
export function resolvedValues(layers: Layers, defaults: Partial<Config>): ResolvedValue[] {
  const names = ["default_model", "num_retries", "timeout", "drop_params"] as const;
  return names.map((name): ResolvedValue => {
    const { value, source } = resolveValue(name, layers);
    if (value !== undefined) return { name, source, value };
    const otherwise = defaults[name];
    return { name, source: otherwise === undefined ? "none" : "default", value: otherwise ?? null };
  });
}
