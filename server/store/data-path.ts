// Where a user's data lies: EDGEQUAKE_DATA_DIR, else XDG_DATA_HOME, else ~/.local/share. null where there is no home:
// then nothing is created.

import { existsSync } from "node:fs";
import { join } from "node:path";

const FILE = "edgequake.db";

export function dataPath(env: NodeJS.ProcessEnv): string | null {
  const own = env["EDGEQUAKE_DATA_DIR"];
  if (own) return join(own, FILE);
  const xdg = env["XDG_DATA_HOME"];
  if (xdg) return join(xdg, "edgequake", FILE);
  const home = env["HOME"] ?? env["USERPROFILE"];
  return home && existsSync(home) ? join(home, ".local", "share", "edgequake", FILE) : null;
}
