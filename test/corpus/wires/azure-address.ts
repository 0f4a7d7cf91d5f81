// Azure's addresses: a deployment in the path with an api-version, or the newer surfaces where the body names the
// model. The recorded path says which one a client used, and so which api_base and arguments the call has.

import type { Recording } from "../recordings.ts";
import type { Json } from "./wire.ts";

export interface AzureAddress {
  /** What follows the host in api_base. */
  base: string;
  /** What must be asked for. */
  path: string;
  /** Where the path names it. */
  deployment: string | undefined;
  arguments: Json;
}

/** Where the recorder wrote none. */
const DEFAULT_VERSION = "2024-10-21";

export function azureAddress({ request }: Recording, api: string): AzureAddress {
  const [path = "", query = ""] = request.path.split("?");
  const version = new URLSearchParams(query).get("api-version") ?? undefined;
  const deployment = /\/deployments\/([^/]+)\//.exec(path)?.[1];
  const told = `?api-version=${version ?? DEFAULT_VERSION}`;
  const given = version === undefined ? {} : { api_version: version };
  if (deployment !== undefined) {
    const whole = `/openai/deployments/${deployment}${api}${told}`;
    return { base: "", path: whole, deployment: decodeURIComponent(deployment), arguments: given };
  }
  const base = path.startsWith("/models/") ? "/models" : "/openai/v1";
  const asked = base === "/models" ? base + api + told : base + api;
  return { base, path: asked, deployment: undefined, arguments: given };
}
