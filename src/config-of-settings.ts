// Settings as a person wrote them, right or wrong -> the configuration pushed to the backend. Never throws: what
// is not even an object is left out here, and the backend names each wrong value with its path. Pure.

import type { BudgetConfig, Config, ProviderConfig, RouterConfig } from "../server/protocol/results.ts";
import { withoutKeys } from "../server/protocol/router-keys.ts";

/** One setting by its full name, unchecked. */
export type ReadSetting = (name: string) => unknown;

export function configOfSettings(read: ReadSetting): Config {
  const timeout = read("edgequake.timeout");
  // VS Code gives 0 where nothing was said.
  const unlimited = timeout === 0 || timeout === undefined;
  const proxy = read("http.proxy");
  // "off" is no proxy at all, also not one of the environment; nothing written leaves it to the environment.
  const off = read("http.proxySupport") === "off";
  return given({
    num_retries: read("edgequake.numRetries"),
    drop_params: read("edgequake.dropParams"),
    timeout: unlimited ? undefined : timeout,
    providers: providersOf(read("edgequake.providers")),
    budgets: callerBudgets(read("edgequake.callerBudgets")),
    router: routerOf(read("edgequake.router")),
    router_config: read("edgequake.routerConfig") || undefined,
    http: given({
      proxy: off ? "" : proxy === "" ? undefined : proxy,
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

/** Without the keys that stand in it: settings are no place for them. An empty object is no router. */
function routerOf(setting: unknown): RouterConfig | undefined {
  if (!isObject(setting) || Object.keys(setting).length === 0) return undefined;
  return withoutKeys(setting) as RouterConfig;
}

/** USD a day of each calling extension. undefined where there are none: config.toml may have some. */
function callerBudgets(setting: unknown): BudgetConfig[] | undefined {
  const budgets = Object.entries(isObject(setting) ? setting : {}).filter(([name]) => name.trim() !== "");
  if (budgets.length === 0) return undefined;
  return budgets.map(([name, amount]) => ({
    scope: "caller",
    name: name.trim().toLowerCase(),
    // A limit that cannot be read is no leave to spend without one.
    max_budget: typeof amount === "number" && amount >= 0 ? amount : 0,
    budget_duration: "1d",
  }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
