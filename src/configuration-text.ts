// What the backend says of its configuration, as Markdown tables. Pure; it is told sources, and no key.

import type { ProvidersResult, Source } from "../server/protocol/results.ts";

const SOURCES: Readonly<Record<Source, string>> = {
  argument: "the call",
  config: "VS Code's settings",
  secret: "VS Code's secret storage",
  environment: "the environment",
  "config.toml": "config.toml",
  default: "default",
  none: "nowhere",
};

export function configurationText({ providers, config_toml, values }: ProvidersResult): string {
  const ready = providers.filter(({ configured }) => configured);
  const others = providers.filter(({ configured }) => !configured);
  const file = config_toml.path === null ? "There is no home directory for it." : `\`${config_toml.path}\``;
  return [
    "# EdgeQuake: configuration",
    "",
    "Each value comes from the first of these that has it: the call, VS Code's settings and secret storage, the",
    "environment, config.toml. A key is sent only to the address of its own layer.",
    "",
    "## For every call",
    "",
    table(
      ["value", "is", "from"],
      values.map(({ name, value, source }) => [
        name,
        value === null ? "" : JSON.stringify(value),
        SOURCES[source],
      ]),
    ),
    "",
    "## Providers that can be used",
    "",
    table(
      ["provider", "address", "address from", "key from", "settings"],
      ready.map((one) => [
        one.id,
        one.api_base ?? "",
        SOURCES[one.api_base_source],
        one.key_source === "none" ? "no key" : SOURCES[one.key_source],
        one.settings
          .map(({ name, value, source }) => `${name} = ${value ?? "(secret)"} (${SOURCES[source]})`)
          .join("; "),
      ]),
    ),
    "",
    "## Others, and what they need",
    "",
    table(
      ["provider", "set"],
      others.map(({ id, api_base, key_env }) => [
        id,
        [...(api_base === null ? ["api_base"] : []), ...key_env.slice(0, 1)].join(" and "),
      ]),
    ),
    "",
    "## config.toml",
    "",
    file,
    ...(config_toml.problem === null ? [] : ["", `**To mend:** ${config_toml.problem}`]),
    "",
  ].join("\n");
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "None.";
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A value may hold anything a person typed. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*[\r\n]+\s*/g, " ");
}
