// A folder for a store's files, gone when the test is over; and a store in it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "../../server/store/store.ts";

export class StoreFolder {
  readonly path = mkdtempSync(join(tmpdir(), "edgequake-store-"));
  readonly #stores: Store[] = [];

  get file(): string {
    return join(this.path, "data", "edgequake.db");
  }

  /** Like another window's: with a thread and a connection of its own. */
  open(warn: (message: string) => void = (message) => assert.fail(message), at = this.file): Store {
    const store = new Store(at, warn);
    this.#stores.push(store);
    return store;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#stores.splice(0).map((store) => store.close()));
    rmSync(this.path, { recursive: true, force: true });
  }
}
