// The page: totals, a period to choose, and a plot with its table for each question a person has.

import type { FromUsage, UsageReport, UsageRow } from "../../server/protocol/usage-view.ts";
import { Behind, DataTable } from "./data-table.tsx";
import { DayBars } from "./day-bars.tsx";
import { count, day, duration, money, short, time } from "./format.ts";
import { RowBars } from "./row-bars.tsx";
import { daysOf, OTHERS } from "./series.ts";
import { t } from "./strings.ts";

type Post = (message: FromUsage) => void;
const tokensOf = (row: UsageRow): number => row.prompt_tokens + row.completion_tokens;

export function UsagePage({ report, language, post }: { report: UsageReport; language: string; post: Post }) {
  const { from, to, byDayAndModel, byModel } = report;
  const dayOf = (text: string): string => day(text, language);
  const nameOf = (name: string): string => (name === OTHERS ? t("others") : name);
  const spend = daysOf(byDayAndModel, from, to, ({ cost_usd }) => cost_usd ?? 0);
  const tokens = daysOf(byDayAndModel, from, to, tokensOf);
  const days = byDayAndModel.toSorted((a, b) => ((a.day ?? "") < (b.day ?? "") ? 1 : -1));
  const dayTable = (
    <Behind
      caption={t("Spend and tokens by day and model")}
      columns={[
        { head: t("day (UTC)") },
        { head: t("model") },
        { head: t("cost"), number: true },
        { head: t("tokens in"), number: true },
        { head: t("tokens out"), number: true },
        { head: t("calls"), number: true },
      ]}
      rows={days.map((row) => [
        row.day ?? "",
        row.model ?? "",
        costWords(row),
        count(row.prompt_tokens, language),
        count(row.completion_tokens, language),
        count(row.calls, language),
      ])}
    />
  );
  return (
    <main>
      <Head report={report} language={language} post={post} />
      {byModel.length === 0 ? (
        <p class="nothing">{t("Nothing was asked in this time.")}</p>
      ) : (
        <>
          <Plot title={t("Spend by day and model")} note={unpricedNote(byModel)}>
            {spend.most > 0 ? (
              <DayBars
                label={t("Spend by day and model")}
                series={spend}
                nameOf={nameOf}
                shown={(value) => money(value) ?? ""}
                axis={(value) => ["$", short(value)].join("")}
                dayOf={dayOf}
              />
            ) : (
              <p class="nothing">{t("No price is known of what was used, or it cost nothing.")}</p>
            )}
            {dayTable}
          </Plot>
          <Plot title={t("Tokens by day and model")}>
            <DayBars
              label={t("Tokens by day and model")}
              series={tokens}
              nameOf={nameOf}
              shown={(value) => count(value, language)}
              axis={short}
              dayOf={dayOf}
            />
          </Plot>
          <Latency rows={byModel} />
          <Errors report={report} language={language} />
          <Callers report={report} language={language} />
        </>
      )}
      <Cooldowns report={report} />
    </main>
  );
}

function Head({ report, language, post }: { report: UsageReport; language: string; post: Post }) {
  const { byModel, days, at } = report;
  const sum = (of: (row: UsageRow) => number): number => byModel.reduce((total, row) => total + of(row), 0);
  const known = byModel.filter(({ cost_usd }) => cost_usd !== null);
  const used = sum(tokensOf);
  const cost = known.length > 0 || used === 0 ? sum(({ cost_usd }) => cost_usd ?? 0) : null;
  const periods: [number, string][] = [
    [1, t("Last 24 hours")],
    [7, t("Last 7 days")],
    [30, t("Last 30 days")],
    [90, t("Last 90 days")],
    [365, t("Last 365 days")],
  ];
  return (
    <header>
      <h1>{t("Usage")}</h1>
      <div class="controls">
        <label>
          {t("Period")}{" "}
          <select
            onChange={({ currentTarget }) => post({ type: "period", days: Number(currentTarget.value) })}
          >
            {periods.map(([value, label]) => (
              <option key={value} value={value} selected={value === days}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => post({ type: "refresh" })}>
          {t("Refresh")}
        </button>
        <button type="button" onClick={() => post({ type: "export", format: "csv" })}>
          {t("Export CSV")}
        </button>
        <button type="button" onClick={() => post({ type: "export", format: "json" })}>
          {t("Export JSON")}
        </button>
      </div>
      <dl class="totals">
        <div>
          <dt>{t("Spend")}</dt>
          <dd>
            {costWords({ cost_usd: cost, unpriced: sum(({ unpriced }) => unpriced ?? 0) }) ?? t("unknown")}
          </dd>
        </div>
        <div>
          <dt>{t("Tokens")}</dt>
          <dd>{count(used, language)}</dd>
        </div>
        <div>
          <dt>{t("Calls")}</dt>
          <dd>
            {count(
              sum(({ calls }) => calls),
              language,
            )}
          </dd>
        </div>
        <div>
          <dt>{t("Failed")}</dt>
          <dd>
            {count(
              sum(({ failures }) => failures),
              language,
            )}
          </dd>
        </div>
      </dl>
      <p class="note" role="status">
        {[t("As of"), time(at, language)].join(" ")}
      </p>
    </header>
  );
}

function Plot({
  title,
  note,
  children,
}: {
  title: string;
  note?: string;
  children: preact.ComponentChildren;
}) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
      {note && <p class="note">{note}</p>}
    </section>
  );
}

/** What is in no sum is said beside it. */
function unpricedNote(rows: readonly UsageRow[]): string {
  const models = rows.filter(({ unpriced }) => (unpriced ?? 0) > 0).map(({ model }) => model);
  return models.length === 0 ? "" : [t("Without a known price, and in no sum:"), models.join(", ")].join(" ");
}

/** null is unknown; of what is partly known, the known part and a mark. */
function costWords({ cost_usd, unpriced }: Pick<UsageRow, "cost_usd" | "unpriced">): string | null {
  const words = money(cost_usd);
  return words !== null && (unpriced ?? 0) > 0 ? [words, "?"].join(" + ") : words;
}

function Latency({ rows }: { rows: readonly UsageRow[] }) {
  const timed = rows.filter(({ ms_total }) => ms_total != null);
  if (timed.length === 0) return null;
  return (
    <Plot title={t("Latency (mean of what succeeded)")}>
      <RowBars
        label={t("Latency (mean of what succeeded)")}
        series={[t("first token"), t("whole answer")]}
        rows={timed.map(({ model, ms_first_chunk, ms_total }) => ({
          name: model ?? "",
          values: [ms_first_chunk, ms_total].map((value) => ({
            value: value ?? null,
            words: duration(value) ?? t("unknown"),
          })),
        }))}
      />
    </Plot>
  );
}

function Errors({ report: { byOutcome }, language }: { report: UsageReport; language: string }) {
  const failed = byOutcome
    .filter(({ outcome }) => outcome !== "ok")
    .toSorted((a, b) => (b.attempts ?? 0) - (a.attempts ?? 0));
  return (
    <Plot title={t("Attempts that failed, by error")}>
      {failed.length === 0 ? (
        <p class="nothing">{t("None failed.")}</p>
      ) : (
        <RowBars
          label={t("Attempts that failed, by error")}
          rows={failed.map(({ outcome, attempts }) => ({
            name: outcome ?? "",
            values: [{ value: attempts ?? 0, words: count(attempts ?? 0, language) }],
          }))}
        />
      )}
    </Plot>
  );
}

function Callers({ report: { byCaller }, language }: { report: UsageReport; language: string }) {
  return (
    <Plot title={t("By who called")}>
      <DataTable
        caption={t("By who called")}
        columns={[
          { head: t("caller") },
          { head: t("cost"), number: true },
          { head: t("tokens"), number: true },
          { head: t("calls"), number: true },
        ]}
        rows={byCaller.map((row) => [
          row.caller ?? t("not told"),
          costWords(row),
          count(tokensOf(row), language),
          count(row.calls, language),
        ])}
      />
    </Plot>
  );
}

function Cooldowns({ report: { cooldowns } }: { report: UsageReport }) {
  return (
    <Plot title={t("Cooling down now")}>
      {cooldowns.length === 0 ? (
        <p class="nothing">{t("No deployment of a router is cooling down.")}</p>
      ) : (
        <DataTable
          caption={t("Cooling down now")}
          columns={[
            { head: t("deployment") },
            { head: t("model") },
            { head: t("because of") },
            { head: t("for"), number: true },
          ]}
          rows={cooldowns.map(({ router, deployment, model, because, cooled_ms }) => [
            [router, deployment].join(" / "),
            model,
            because ?? "",
            duration(cooled_ms),
          ])}
        />
      )}
    </Plot>
  );
}
