// What of this process's environment the backend gets: an allow-list. NODE_OPTIONS, VSCODE_* and whatever else
// stands around in an editor's environment stay here. Pure.

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
/** The providers' own variables: keys, addresses, organisations. */
const PROVIDER = /^(?:OPENAI|OLLAMA|EDGEQUAKE)_[A-Z0-9_]+$/;
const XDG = /^XDG_(?:CONFIG|DATA|CACHE|STATE)_HOME$/;
const LOCALE = /^LC_[A-Z]+$/;

export function backendEnvironment(
  env: Readonly<NodeJS.ProcessEnv>,
  compileCache: string,
): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: "1", NODE_COMPILE_CACHE: compileCache };
  for (const [name, value] of Object.entries(env)) {
    // Windows spells them as it likes, and proxies are often in lower case.
    const upper = name.toUpperCase();
    if (NAMES.has(upper) || PROVIDER.test(upper) || XDG.test(upper) || LOCALE.test(upper))
      result[name] = value;
  }
  return result;
}
