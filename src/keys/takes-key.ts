// Whether a provider takes a key at all: the built-in mock and VS Code's own models do not, nor does a router's group.

import type { ProviderStatus } from "../../server/protocol/results.ts";

export function takesKey(provider: ProviderStatus | undefined): provider is ProviderStatus {
  return provider !== undefined && provider.key_env.length > 0;
}
