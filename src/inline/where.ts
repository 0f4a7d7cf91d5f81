// Documents whose text may go to a provider while somebody types: code, and nothing that holds secrets or is not
// meant to be completed. Pure.

const SCHEMES = new Set(["file", "untitled", "vscode-remote", "vscode-notebook-cell", "vscode-vfs"]);
const SECRETS =
  /^(?:\.env(?:\..*)?|.*\.env|\.netrc|\.npmrc|\.pypirc|\.pgpass|credentials|id_(?:rsa|dsa|ecdsa|ed25519)|.*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|tfvars|tfstate))$/i;
/** Longer files are generated. */
export const LONGEST_DOCUMENT = 2_000_000;

export function mayComplete(scheme: string, path: string): boolean {
  return SCHEMES.has(scheme) && !SECRETS.test(path.split(/[\\/]/).at(-1) ?? "");
}
