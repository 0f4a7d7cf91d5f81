// Settings as a person wrote them, right or wrong -> the configuration pushed to the backend. Never throws: what
// is not even an object is left out here, and the backend names each wrong value with its path. Pure.

import type { Config, ProviderConfig } from "../server/protocol/results.ts";

/** One setting by its full name, unchecked. */
export type ReadSetting = (name: string) => unknown;

export function configOfSettings(read: ReadSetting): Config {
  const timeout = read("edgequake.timeout");
  // VS Code gives 0 where nothing was said.
  const unlimited = timeout === 0 || timeout === undefined;
  const proxy = read("http.proxySupport") === "off" ? "" : read("http.proxy");
  return given({
    num_retries: read("edgequake.numRetries"),
    drop_params: read("edgequake.dropParams"),
    timeout: unlimited ? undefined : timeout,
    providers: providersOf(read("edgequake.providers")),
    http: given({
      proxy: proxy === "" ? undefined : proxy,
      no_proxy: read("http.noProxy"),
      proxy_strict_ssl: read("http.proxyStrictSSL"),
      system_certificates: read("http.systemCertificates"),
    }),
  }) as Config;
}

function providersOf(settings: unknown): Record<string, ProviderConfig> {
  return Object.fromEntries(
    Object.entries(isObject(settings) ? settings : {})
      .filter((entry): entry is [string, Record<string, unknown>] => isObject(entry[1]))
      .map(([id, { apiBase, organization, extraHeaders }]) => [
        id,
        given({
          api_base: apiBase === "" ? undefined : apiBase,
          organization: organization === "" ? undefined : organization,
          extra_headers: extraHeaders,
        }) as ProviderConfig,
      ]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
