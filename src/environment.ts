// What of this process's environment the backend gets: an allow-list. NODE_OPTIONS, VSCODE_* and whatever else
// stands around in an editor's environment stay here. Pure.

import { join } from "node:path";
import { PROVIDER_ENVIRONMENT } from "../server/protocol/provider-environment.ts";

/** Exact names. */
const NAMES = new Set([
  "PATH",
  "HOME",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LANG",
  "TZ",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
]);
/** The providers' own variables: keys, addresses, settings. */
const PROVIDER = new Set([...PROVIDER_ENVIRONMENT, "CLOUDSDK_CONFIG"]);
const OWN = /^(?:EDGEQUAKE|LITELLM_EDGE)_[A-Z0-9_]+$/;
const XDG = /^XDG_(?:CONFIG|DATA|CACHE|STATE)_HOME$/;
const LOCALE = /^LC_[A-Z]+$/;

/** `storage`: the extension's own folder, for what the backend keeps. `named`: variables the user's settings name. */
export function backendEnvironment(
  env: Readonly<NodeJS.ProcessEnv>,
  storage: string,
  named: readonly string[] = [],
): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = {
    ELECTRON_RUN_AS_NODE: "1",
    NODE_COMPILE_CACHE: join(storage, "compile-cache"),
    EDGEQUAKE_DATA_DIR: storage,
  };
  for (const [name, value] of Object.entries(env)) {
    // Windows spells them as it likes, and proxies are often in lower case.
    const upper = name.toUpperCase();
    const wanted = NAMES.has(upper) || PROVIDER.has(upper) || OWN.test(upper) || named.includes(name);
    if (wanted || XDG.test(upper) || LOCALE.test(upper)) result[name] = value;
  }
  return result;
}
