// What is known of a provider without asking it: its address, which layer its key comes from, whether a call has
// what it needs. Never the key.

import type { ProviderStatus } from "../protocol/results.ts";
import type { Provider } from "../providers/types.ts";
import { type Layers, originOf, resolveBase, resolveKey, resolveSettings } from "./resolve.ts";

export async function providerStatus(row: Provider, layers: Layers): Promise<ProviderStatus> {
  const settings = resolveSettings(row, undefined, layers);
  const base = resolveBase(row, undefined, layers, settings);
  const origin = originOf(base.value);
  const key_source = await resolveKey(row, undefined, origin ?? "", layers, settings).then(
    (key) => key.source,
    // A malformed key is no key; the call that needs it says what is wrong with it.
    () => "none" as const,
  );
  // A server of one's own may need no key, and one on this machine nothing at all: whether it runs is found out by
  // asking it.
  const given = base.source !== "default" && base.source !== "none";
  const keyless = base.value !== undefined && !row.key_required && (given || !row.needs_address);
  const elsewhere = origin !== undefined && origin !== originOf(row.base_url ?? row.baseUrl?.(settings));
  return {
    id: row.id,
    label: row.label,
    api_base: base.value ?? null,
    api_base_source: base.source,
    key_required: row.key_required,
    key_source,
    key_env: [...row.env.key],
    configured: keyless || elsewhere || key_source !== "none",
  };
}
