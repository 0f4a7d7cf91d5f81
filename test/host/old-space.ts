// V8's old space: what is still held there after calls are over is held by somebody who should not.

import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export function oldSpaceBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name === "old_space")
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

/** What is held now has become old afterwards, as in a process that lives. */
export function age(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
