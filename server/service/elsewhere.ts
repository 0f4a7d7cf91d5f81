// "localhost" is not everywhere the same machine: what that means in a container and in WSL, for somebody whose server
// on localhost was not reached. Pure but for `herePlace`, which looks where this process runs.

import { existsSync, readFileSync } from "node:fs";
import { isLoopback } from "../engine/url.ts";

export interface Place {
  /** Docker or Podman. */
  container: boolean;
  /** As the system tells it: "6.6.87.2-microsoft-standard-WSL2". */
  kernel: string;
}

/** What to tell; undefined: the address is another machine's, or this is a machine like any other. */
export function elsewhere(base: Readonly<URL>, { container, kernel }: Place): string | undefined {
  if (!isLoopback(base)) return undefined;
  const port = base.port || (base.protocol === "https:" ? "443" : "80");
  if (container)
    return `EdgeQuake runs in a container: ${base.hostname} is the container itself. A server on the host is often at http://host.docker.internal:${port}.`;
  if (/microsoft/i.test(kernel))
    return `EdgeQuake runs in WSL: ${base.hostname} is the Linux side. A server on Windows is reached with mirrored networking (.wslconfig), or at the address that "ip route show default" tells.`;
  return undefined;
}

export function herePlace(): Place {
  return {
    container: existsSync("/.dockerenv") || existsSync("/run/.containerenv"),
    kernel: kernelOf(),
  };
}

function kernelOf(): string {
  try {
    return readFileSync("/proc/sys/kernel/osrelease", "utf8");
  } catch {
    return "";
  }
}
