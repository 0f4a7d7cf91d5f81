// The ledger's sums as the usage page draws them, and which deployments cool down just now.

import type { Client } from "../../server/connection/client.ts";
import type { Cooldown, UsageReport } from "../../server/protocol/usage-view.ts";
import { inUsersWords } from "../words/users-words.ts";

const DAY_MS = 86_400_000;

export async function usageReport(client: Client, days: number, now: Date): Promise<UsageReport> {
  const ask = (by: ("day" | "model" | "caller" | "outcome")[]) =>
    client.request("edgequake/usage", { days, by }).then(({ rows }) => rows);
  const [byDayAndModel, byModel, byCaller, byOutcome, cooldowns] = await Promise.all([
    ask(["day", "model"]),
    ask(["model"]),
    ask(["caller"]),
    ask(["outcome"]),
    cooldownsOf(client),
  ]);
  return {
    days,
    at: now.toISOString(),
    // Of a period that begins within a day, that day is shown too.
    from: new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10),
    to: now.toISOString().slice(0, 10),
    byDayAndModel,
    byModel,
    byCaller,
    byOutcome,
    cooldowns,
  };
}

async function cooldownsOf(client: Client): Promise<Cooldown[]> {
  const status = await client.request("edgequake/routerStatus", {});
  const routers = "routers" in status ? status.routers : [status];
  return routers.flatMap(({ router_id, deployments }) =>
    deployments
      .filter(({ cooled_ms }) => cooled_ms > 0)
      .map(({ id, model, cooled_ms, cooled_because }) => ({
        router: router_id,
        deployment: id,
        model,
        cooled_ms,
        because: cooled_because === null ? null : inUsersWords(cooled_because),
      })),
  );
}
