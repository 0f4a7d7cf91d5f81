// Whether a file looks like it holds keys or passwords, by its name or its first words: such a one is attached only after
// a person was asked. Pure.

const NAMES: readonly RegExp[] = [
  /^\.env(?:\..+)?$/,
  /^\.(?:npmrc|pypirc|netrc|pgpass|htpasswd|git-credentials|dockercfg)$/,
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?)$/,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|tfvars|tfstate|ovpn|asc)$/,
  /^(?:credentials|secrets?|passwords?|auth)(?:\.(?:json|ya?ml|toml|ini|txt|xml|properties))?$/,
  /^(?:service[-_]account|client_secret).*\.json$/,
  /^kubeconfig$/,
];
/** What these folders hold is private by their nature. */
const FOLDERS = /(?:^|\/)\.(?:ssh|aws|gnupg|kube|azure|docker)\//;
/** Made to be shared. */
const EXAMPLES = /\.(?:example|sample|template|dist)$|\.pub$/;
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/;

export function looksSecret(path: string, text = ""): boolean {
  const lower = path.replaceAll("\\", "/").toLowerCase();
  const name = lower.split("/").at(-1) ?? "";
  if (PRIVATE_KEY.test(text)) return true;
  if (EXAMPLES.test(name)) return false;
  return FOLDERS.test(lower) || NAMES.some((pattern) => pattern.test(name));
}
