// Answers given again for the very same call: kept in memory, and on disk where that is wanted. The key covers the
// whole request and never holds a secret; what is no whole answer is not kept.

import { createHash } from "node:crypto";
import type { LRUCache } from "lru-cache";
import type { CacheControl } from "../protocol/messages.ts";
import type { CacheConfig } from "../protocol/results.ts";
import type { CachedValue } from "./cache-table.ts";
import type { Store } from "./store.ts";

const TTL_S = 3_600;
const MEGABYTES = 64;
/** A longer answer would push out too many others. */
const LARGEST = 1 << 20;
/** Headers that name who asks. */
const SECRET = /auth|key|token|cookie|secret/i;

/** What one call may do with the cache. */
export interface CachePlan {
  key: string;
  namespace: string;
  read: boolean;
  write: boolean;
  ttl_ms: number;
  max_age_ms: number;
  disk: boolean;
  most_bytes: number;
}

/** What decides on an answer. */
export interface CacheRequest {
  kind: "completion" | "embedding";
  provider: string;
  model: string;
  api_base: string;
  params: Readonly<Record<string, unknown>>;
  passthrough: Readonly<Record<string, unknown>>;
  /** Without the secret ones. */
  settings: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
}

/** Whether a call uses the cache at all; cheap. */
export function wantsCache(
  params: { caching?: unknown; cache?: unknown },
  config: CacheConfig | undefined,
): boolean {
  if (params.caching === false) return false;
  if (params.caching === true || params.cache != null) return true;
  return config !== undefined && config.mode !== "default_off";
}

/** Memory by default. Pure. */
export function planCache(
  request: CacheRequest,
  control: CacheControl | null | undefined,
  config: CacheConfig | undefined,
): CachePlan {
  const namespace = control?.namespace ?? "";
  return {
    key: cacheKey(request, namespace),
    namespace,
    read: control?.["no-cache"] !== true,
    write: control?.["no-store"] !== true,
    ttl_ms: (control?.ttl ?? config?.ttl ?? TTL_S) * 1000,
    max_age_ms: (control?.["s-maxage"] ?? Number.POSITIVE_INFINITY) * 1000,
    disk: config?.type === "disk",
    most_bytes: (config?.max_megabytes ?? MEGABYTES) * 1024 * 1024,
  };
}

/** How an answer is delivered, and what a caller wants to know beside it, does not change it. */
const NOT_ASKED = new Set(["stream", "stream_options", "drop_params"]);

/** SHA-256 of the request, its fields in one order. Pure. */
export function cacheKey(request: CacheRequest, namespace: string): string {
  const { params, headers, ...rest } = request;
  const asked = Object.fromEntries(Object.entries(params).filter(([name]) => !NOT_ASKED.has(name)));
  const told = Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET.test(name)));
  const text = JSON.stringify({ version: 1, namespace, ...rest, params: asked, headers: told }, inOrder);
  return createHash("sha256").update(text).digest("hex");
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export class ResponseCache {
  readonly #store: Store | undefined;
  readonly #now: () => number;
  #memory: LRUCache<string, CachedValue> | undefined;

  /** `now` in Unix milliseconds: what lies on disk outlives a steady clock. */
  constructor(store: Store | undefined, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** A copy of its own for every caller. */
  async get<T>(plan: CachePlan): Promise<T | undefined> {
    if (!plan.read) return undefined;
    const now = this.#now();
    const fits = (found: CachedValue | undefined): found is CachedValue =>
      found !== undefined && found.until > now && now - found.at <= plan.max_age_ms && found.at <= now;
    const held = this.#memory?.get(plan.key);
    if (fits(held)) return JSON.parse(held.value) as T;
    if (!plan.disk || !this.#store) return undefined;
    const found = await this.#store.do("cache.get", plan.key, now).catch(() => undefined);
    if (!fits(found)) return undefined;
    await this.#keep(plan, found);
    return JSON.parse(found.value) as T;
  }

  /** Returns at once as far as the disk goes. */
  async put(plan: CachePlan, answer: unknown): Promise<void> {
    if (!plan.write) return;
    const value = JSON.stringify(answer);
    if (value.length > LARGEST) return;
    const at = this.#now();
    const entry = { value, at, until: at + plan.ttl_ms };
    await this.#keep(plan, entry);
    if (plan.disk)
      void this.#store?.do("cache.put", plan.key, plan.namespace, entry, plan.most_bytes).catch(() => {});
  }

  async clear(): Promise<void> {
    this.#memory?.clear();
    await this.#store?.do("cache.clear", null).catch(() => 0);
  }

  async #keep({ key, most_bytes }: CachePlan, entry: CachedValue): Promise<void> {
    if (!this.#memory) {
      const { LRUCache } = await import("lru-cache");
      this.#memory ??= new LRUCache<string, CachedValue>({
        maxSize: most_bytes,
        sizeCalculation: ({ value }) => value.length + 200,
      });
    }
    this.#memory.set(key, entry);
  }
}
