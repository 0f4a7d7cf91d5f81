// Which machine "localhost" is for the extension, and how a server on the machine one sits at is reached from there:
// by the way VS Code is connected. Pure.

import type { DiagnosisStep } from "../server/protocol/results.ts";

export type RemotePlace = "ssh" | "wsl" | "container" | "codespaces" | "web" | "other";

export interface Remoteness {
  /** VS Code's name of the connection: "ssh-remote", "wsl", "dev-container"; undefined = none. */
  remote: string | undefined;
  /** VS Code itself runs in a browser. */
  web: boolean;
}

export function remotePlace({ remote, web }: Remoteness): RemotePlace | undefined {
  if (remote === "wsl") return "wsl";
  if (remote === "ssh-remote") return "ssh";
  if (remote === "codespaces") return "codespaces";
  if (remote !== undefined && /container/.test(remote)) return "container";
  if (web) return "web";
  return remote === undefined ? undefined : "other";
}

/** The port on "localhost" that was not reached, where that may be another machine's than one thinks. */
export function missedPort(steps: readonly DiagnosisStep[]): string | undefined {
  // The backend found out more about where it runs.
  if (steps.some(({ name }) => name === "environment")) return undefined;
  if (!steps.some(({ name, outcome }) => name === "connect" && outcome === "failed")) return undefined;
  const address = steps.find(({ name }) => name === "address")?.message ?? "";
  const [, scheme, port] =
    /^(https?):\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::(\d+))?(?![\w.-])/.exec(address) ?? [];
  if (scheme === undefined) return undefined;
  return port ?? (scheme === "https" ? "443" : "80");
}
