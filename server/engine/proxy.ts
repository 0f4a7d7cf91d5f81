// Which proxy a request goes through, and what is said when that proxy is the reason of a failure: it is named, its
// password never. Pure.

import type { HttpOptions } from "./http.ts";

export interface Proxies {
  http: string | undefined;
  https: string | undefined;
  /** Comma-separated hosts that are asked directly. */
  bypass: string;
  /** Who said so. */
  source: "settings" | "environment" | "none";
}

/** What runs on this machine is never asked for through a proxy. */
const OWN_MACHINE = ["localhost", "127.0.0.1", "::1"];

export function proxiesOf(
  { proxy, no_proxy }: Pick<HttpOptions, "proxy" | "no_proxy">,
  env: Readonly<NodeJS.ProcessEnv>,
): Proxies {
  // An empty one is no proxy, whatever the environment says.
  const http = (proxy ?? env["http_proxy"] ?? env["HTTP_PROXY"]) || undefined;
  // As the agent does: where no other is told, one proxy is for both.
  const https = (proxy ?? env["https_proxy"] ?? env["HTTPS_PROXY"]) || http;
  const bypass = no_proxy?.join(",") ?? env["no_proxy"] ?? env["NO_PROXY"] ?? "";
  return {
    http,
    https,
    bypass: [bypass, ...OWN_MACHINE].filter((one) => one !== "").join(","),
    source: http === undefined && https === undefined ? "none" : proxy ? "settings" : "environment",
  };
}

/** The proxy this origin is asked through; undefined = directly. The same rules as the agent that does it. */
export function proxyFor(origin: string, proxies: Proxies): string | undefined {
  const url = URL.parse(origin);
  if (!url) return undefined;
  const proxy = url.protocol === "https:" ? proxies.https : proxies.http;
  if (proxy === undefined) return undefined;
  const host = url.hostname.replace(/^\[(.+)\]$/, "$1").replace(/\.$/, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const bypassed = proxies.bypass.split(/[,\s]+/).some((entry) => matches(entry.toLowerCase(), host, port));
  return bypassed ? undefined : proxy;
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  const [, named = entry, at] = /^(\[.+\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (at !== undefined && at !== port) return false;
  if (named === "*") return true;
  const name = named.replace(/^\*?\./, "").replace(/^\[(.+)\]$/, "$1");
  return (host === name && !named.startsWith("*.")) || host.endsWith(`.${name}`);
}

/** How a proxy is named: its address without what it is told to let us in. */
export function proxyName(proxy: string): string {
  const url = URL.parse(proxy);
  return url && /^(?:https?|socks5?):$/.test(url.protocol)
    ? `${url.protocol}//${url.host}`
    : proxy.replace(/^.*@/, "…@").slice(0, 100);
}

export const PROXY_FAILURE = "ProxyFailure";

/** A failure of the way there, which is the proxy's; anything else comes back as it is. */
export function explainProxy(error: Error, proxy: string, origin: string): Error {
  const name = proxyName(proxy);
  const told = /Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (told === "407") {
    return failure(
      `the proxy ${name} asks for a user name and a password (407). Give them in HTTPS_PROXY, as http://name:password@proxy:port, in the environment the editor or program is started from`,
      "proxy_407",
      false,
    );
  }
  if (told !== undefined) {
    return failure(
      `the proxy ${name} answered ${told} when asked for ${origin}: it does not let us through, or cannot reach it. If ${origin} should be asked directly, name its host in http.noProxy`,
      `proxy_${told}`,
      Number(told) >= 500,
    );
  }
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const why = WHY[code];
  if (why === undefined) return error;
  return failure(
    `the proxy ${name} ${why}. Is http.proxy (or HTTPS_PROXY) right?`,
    code,
    code !== "ENOTFOUND" && code !== "UND_ERR_INVALID_ARG",
  );
}

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refuses the connection",
  ENOTFOUND: "is not known (DNS)",
  EAI_AGAIN: "cannot be looked up just now (DNS)",
  EHOSTUNREACH: "cannot be reached",
  ENETUNREACH: "cannot be reached",
  ETIMEDOUT: "does not answer",
  UND_ERR_CONNECT_TIMEOUT: "does not answer",
  UND_ERR_INVALID_ARG: "is no proxy's address. Write it like http://proxy:3128",
};

function failure(message: string, code: string, retryable: boolean): Error {
  const error = Object.assign(new Error(message), { code, retryable });
  error.name = PROXY_FAILURE;
  return error;
}
