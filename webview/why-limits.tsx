// What the limits leave just now of those who could have answered, and who cools down: asked for when it is opened, and
// again by a button.

import { useEffect } from "preact/hooks";
import type { LimitRow } from "../server/protocol/webview.ts";
import { count, time } from "./figures.ts";
import { IconButton } from "./icon.tsx";
import { askForLimits, limitsOf, nameOfDeployment } from "./limits.ts";
import { t } from "./strings.ts";
import { Table } from "./table.tsx";

export function WhyLimits({ turn }: { turn: string }) {
  useEffect(() => askForLimits(turn), [turn]);
  const limits = limitsOf(turn);
  if (!limits || limits.rows.length === 0) return null;
  return (
    <div class="limits">
      <IconButton icon="refresh" label={t("Refresh")} onClick={() => askForLimits(turn)} />
      <Table
        caption={t("Limits now")}
        head={[t("Whose"), t("Left"), t("State")]}
        rows={limits.rows.map((row) => ({
          key: `${row.of} ${row.id}`,
          cells: [nameOf(row, turn), leftOf(row), stateOf(row)],
        }))}
      />
      {limits.waiting > 0 && <p>{t("{0} requests wait for a limit.", count(limits.waiting))}</p>}
    </div>
  );
}

function nameOf({ of, id }: LimitRow, turn: string): string {
  if (of === "deployment") return nameOfDeployment(turn, id);
  return of === "provider" ? t("all of {0}", id) : t("all together");
}

function leftOf({ limits }: LimitRow): string {
  const left = limits.map(({ kind, capacity, free }) => {
    const [some, all] = [count(free), count(capacity)];
    if (kind === "rpm") return t("{0} of {1} rpm", some, all);
    if (kind === "tpm") return t("{0} of {1} tpm", some, all);
    return t("{0} of {1} at a time", some, all);
  });
  return left.length === 0 ? t("no limit") : left.join(", ");
}

function stateOf({ of, cooled_ms, cooled_because }: LimitRow): string {
  if (of !== "deployment") return "–";
  if (cooled_ms === 0) return t("ready");
  return cooled_because === null
    ? t("cools down for {0}", time(cooled_ms))
    : t("cools down for {0} after {1}", time(cooled_ms), cooled_because);
}
