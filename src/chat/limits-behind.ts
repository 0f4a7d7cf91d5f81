// What the limits and cooldowns leave just now of whoever could have given an answer: its router's deployments, and the
// limits they share. Only of a routed answer.

import type { Client } from "../../server/connection/client.ts";
import { METHOD } from "../../server/protocol/names.ts";
import type { RouterStatus } from "../../server/protocol/route-trace.ts";
import type { LimitRow, RouterLimits, Turn } from "../../server/protocol/webview.ts";
import { inUsersWords } from "../words/users-words.ts";

/** null = no router had to do with it, or there is none of these deployments any more. */
export async function limitsBehind(turn: Turn, client: () => Promise<Client>): Promise<RouterLimits | null> {
  const ids = deploymentsOf(turn);
  if (ids.size === 0) return null;
  const status = await (await client()).request(METHOD.routerStatus, {});
  const routers = "routers" in status ? status.routers : [status];
  const router =
    routers.find(({ router_id }) => router_id === turn.trace?.router_id) ??
    routers.find(({ deployments }) => deployments.some(({ id }) => ids.has(id)));
  return router ? limitsOf(router, ids) : null;
}

function limitsOf({ deployments, limits, waiting }: RouterStatus, ids: ReadonlySet<string>): RouterLimits {
  const shared = Map.groupBy(limits, ({ provider }) => provider);
  return {
    rows: [
      ...deployments
        .filter(({ id }) => ids.has(id))
        .map(
          ({ id, model, cooled_ms, cooled_because, limits: own }): LimitRow => ({
            of: "deployment",
            id,
            model,
            cooled_ms,
            cooled_because: cooled_because === null ? null : inUsersWords(cooled_because),
            limits: own,
          }),
        ),
      ...[...shared].map(
        ([provider, some]): LimitRow => ({
          of: provider === null ? "all" : "provider",
          id: provider ?? "",
          model: "",
          cooled_ms: 0,
          cooled_because: null,
          limits: some.map(({ kind, capacity, free }) => ({ kind, capacity, free })),
        }),
      ),
    ],
    waiting: Object.values(waiting).reduce((sum, count) => sum + count, 0),
  };
}

/** Everybody who was a candidate or was asked. */
function deploymentsOf({ trace, attempt_records }: Turn): Set<string> {
  return new Set([
    ...(trace?.decisions ?? []).flatMap(({ candidates }) => candidates.map(({ id }) => id)),
    ...(trace?.attempts ?? []).map(({ deployment }) => deployment),
    ...(attempt_records ?? []).flatMap(({ deployment }) => (deployment === undefined ? [] : [deployment])),
  ]);
}
