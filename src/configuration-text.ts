// What the backend says of its configuration, as Markdown tables in the user's language. It is told sources, and no key.

import * as vscode from "vscode";
import type { ProviderStatus, ProvidersResult, Source } from "../server/protocol/results.ts";

export function configurationText({ providers, config_toml, values }: ProvidersResult): string {
  const { t } = vscode.l10n;
  const ready = providers.filter(({ configured }) => configured);
  const others = providers.filter(({ configured }) => !configured);
  const file =
    config_toml.path === null ? t("There is no home directory for it.") : `\`${config_toml.path}\``;
  return [
    `# EdgeQuake: ${t("configuration")}`,
    "",
    t(
      "Each value comes from the first of these that has it: the call, VS Code's settings and secret storage, the environment, config.toml. A key is sent only to the address of its own layer.",
    ),
    "",
    `## ${t("For every call")}`,
    "",
    table(
      [t("value"), t("is"), t("from")],
      values.map(({ name, value, source }) => [
        name,
        value === null ? "" : JSON.stringify(value),
        sourceName(source),
      ]),
    ),
    "",
    `## ${t("Providers that can be used")}`,
    "",
    table(
      [t("provider"), t("address"), t("address from"), t("key from"), t("settings")],
      ready.map((one) => [
        one.id,
        one.api_base ?? "",
        sourceName(one.api_base_source),
        one.key_source === "none" ? t("no key") : sourceName(one.key_source),
        one.settings.map(settingText).join("; "),
      ]),
    ),
    "",
    `## ${t("Others, and what they need")}`,
    "",
    table(
      [t("provider"), t("set")],
      others.map(({ id, api_base, key_env }) => [
        id,
        [...(api_base === null ? ["api_base"] : []), ...key_env.slice(0, 1)].join(", "),
      ]),
    ),
    "",
    "## config.toml",
    "",
    file,
    ...(config_toml.problem === null ? [] : ["", `**${t("To mend:")}** ${config_toml.problem}`]),
    "",
  ].join("\n");
}

function settingText({ name, value, source }: ProviderStatus["settings"][number]): string {
  return `${name} = ${value ?? vscode.l10n.t("(secret)")} (${sourceName(source)})`;
}

function sourceName(source: Source): string {
  const { t } = vscode.l10n;
  const names: Readonly<Record<Source, string>> = {
    argument: t("the call"),
    config: t("VS Code's settings"),
    secret: t("VS Code's secret storage"),
    environment: t("the environment"),
    "config.toml": "config.toml",
    default: t("default"),
    none: t("nowhere"),
  };
  return names[source];
}

/** Characters of a column. */
const WIDEST = 48;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return vscode.l10n.t("None.");
  const all = [heads, ...rows].map((cells) => cells.map(cell));
  // It is read as it stands: columns stand below each other, except where a long value would push all others away.
  const widths = heads.map((_, at) =>
    Math.max(3, ...all.map((cells) => cells[at]?.length ?? 0).filter((length) => length <= WIDEST)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const [head = [], ...below] = all;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...below.map(line)].join("\n");
}

/** A value may hold anything a person typed. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*[\r\n]+\s*/g, " ");
}
