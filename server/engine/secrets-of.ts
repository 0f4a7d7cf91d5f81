// The secrets a call carries to its provider, by their values: its key, its secret settings, and what its headers hold
// of the kind. Whatever a provider says of a call is redacted by them.

import type { Target } from "./target.ts";

const SECRET_HEADER = /authorization|cookie|credential|key|password|secret|token/i;

export function secretsOf({ api_key, provider, settings, headers }: Target): (string | undefined)[] {
  const secrets = [api_key];
  if (provider.settings)
    for (const { name, secret } of provider.settings) if (secret) secrets.push(settings[name]);
  for (const name in headers) {
    if (!SECRET_HEADER.test(name)) continue;
    const value = headers[name] ?? "";
    // "Bearer …", and what stands after it alone.
    secrets.push(value, value.slice(value.indexOf(" ") + 1));
  }
  return secrets;
}
