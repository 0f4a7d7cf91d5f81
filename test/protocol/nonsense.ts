// Well-framed messages that mean nothing, from a seed: the same seed gives the same messages.

/** A small generator; a failure can be had again with its seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const LEAVES = [null, true, -1, 1e308, 0.1, "", "mock/echo", "x".repeat(50), "\u0000", "__proto__"];
const KEYS = [
  ...["model", "messages", "role", "content", "stream_id", "input", "settings", "edgequake"],
  ...["id", "value", "provider", "timeout", "tools", "mock_response", "__proto__"],
];
const REQUESTS = [
  ...["edgequake/completion", "edgequake/completionStream", "edgequake/embedding", "edgequake/countTokens"],
  ...["edgequake/usage", "edgequake/providers", "rpc.discover", "initialize", "no/such", ""],
];
const NOTIFICATIONS = [
  ...["$/cancelRequest", "$/setTrace", "initialized", "edgequake/completion"],
  ...["edgequake/chunk", "no/such", "window/logMessage"],
];

export interface Nonsense {
  messages: unknown[];
  /** Ids of the requests among them: each must get one answer. */
  ids: number[];
}

export function nonsense(seed: number, count: number, firstId: number): Nonsense {
  const next = random(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const value = (depth = 0): unknown => {
    if (depth > 2 || next() < 0.5) return pick(LEAVES);
    if (next() < 0.5) return Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
    return Object.fromEntries(
      Array.from({ length: Math.floor(next() * 5) }, () => [pick(KEYS), value(depth + 1)]),
    );
  };
  const ids: number[] = [];
  const messages = Array.from({ length: count }, (_, index) => {
    const params = value();
    const kind = next();
    if (kind < 0.6) {
      ids.push(firstId + index);
      return { jsonrpc: "2.0", id: firstId + index, method: pick(REQUESTS), params };
    }
    if (kind < 0.9) return { jsonrpc: "2.0", method: pick(NOTIFICATIONS), params };
    return { jsonrpc: pick(["2.0", "1.0", null]), id: value(), result: value(), error: value() };
  });
  return { messages, ids };
}
