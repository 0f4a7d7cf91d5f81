// What is known of a provider without asking it: its address, which layer its key comes from, whether a call has
// what it needs. Never the key.

import { parseBase } from "../engine/url.ts";
import type { ProviderStatus } from "../protocol/results.ts";
import type { Provider } from "../providers/types.ts";
import { type Layers, resolveBase, resolveKey } from "./resolve.ts";

export async function providerStatus(row: Provider, layers: Layers): Promise<ProviderStatus> {
  const base = resolveBase(row, undefined, layers);
  const origin = originOf(base.value);
  const key_source = await resolveKey(row, undefined, origin ?? "", layers).then(
    (key) => key.source,
    // A malformed key is no key; the call that needs it says what is wrong with it.
    () => "none" as const,
  );
  // A server of one's own may need no key, and one on this machine nothing at all: whether it runs is found out by
  // asking it.
  const elsewhere = origin !== undefined && origin !== originOf(row.base_url ?? undefined);
  return {
    id: row.id,
    label: row.label,
    api_base: base.value ?? null,
    api_base_source: base.source,
    key_required: row.key_required,
    key_source,
    key_env: [...row.env.key],
    configured: !row.key_required || elsewhere || key_source !== "none",
  };
}

function originOf(base: string | undefined): string | undefined {
  try {
    return base === undefined ? undefined : parseBase(base).origin;
  } catch {
    return undefined;
  }
}
