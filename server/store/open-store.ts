// One store per file and process, however many clients the process serves: it is closed when the last has let it go.

import { dataPath } from "./data-path.ts";
import { Store } from "./store.ts";

export interface OpenedStore {
  store: Store;
  /** Lets it go; resolves when what was asked is done. */
  release(): Promise<void>;
}

interface Shared {
  store: Store;
  warns: Set<(message: string) => void>;
}

const shared = new Map<string | null, Shared>();

/** Nothing is opened before it is first asked for something. */
export function openStore(env: NodeJS.ProcessEnv, warn: (message: string) => void): OpenedStore {
  const path = dataPath(env);
  let entry = shared.get(path);
  if (!entry) {
    const warns = new Set<(message: string) => void>();
    const store = new Store(path, (message) => {
      for (const one of warns) one(message);
    });
    entry = { store, warns };
    shared.set(path, entry);
    if (path === null) warn("there is no home directory: usage and chats are kept in memory until this ends");
  }
  const { store, warns } = entry;
  // Of its own, also where two clients are told in the same way.
  const own = (message: string): void => warn(message);
  warns.add(own);
  return {
    store,
    async release() {
      if (!warns.delete(own) || warns.size > 0) return;
      shared.delete(path);
      await store.close();
    },
  };
}
