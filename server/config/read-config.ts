// Unchecked configuration -> Config: what is wrong is left out and named with its path, the rest still counts.

import { isPlainConfig } from "../protocol/plain-params.ts";
import type { Config } from "../protocol/results.ts";

export interface ReadConfig {
  config: Config;
  /** One per key that was left out. */
  warnings: string[];
}

/** At once for what is plainly right, later where the schemas must be loaded to say what is wrong. */
export function readConfig(raw: unknown): ReadConfig | Promise<ReadConfig> {
  if (isEmpty(raw)) return { config: {}, warnings: [] };
  if (isPlainConfig(raw)) return { config: raw as Config, warnings: [] };
  return import("../protocol/schema.ts").then((schema) => sift(raw, schema));
}

function sift(raw: unknown, schema: typeof import("../protocol/schema.ts")): ReadConfig {
  const warnings: string[] = [];
  let candidate: unknown = raw ?? {};
  // Each round takes out what the last one found; nested findings may show one after the other.
  for (let round = 0; round < 8; round += 1) {
    const parsed = schema.config.safeParse(candidate);
    if (parsed.success) return { config: parsed.data, warnings };
    for (const issue of parsed.error.issues) {
      const paths =
        issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      for (const path of paths) {
        if (path.length === 0)
          return { config: {}, warnings: [...warnings, `the configuration ${issue.message}`] };
        const what = issue.code === "unrecognized_keys" ? "is not known" : `is wrong: ${issue.message}`;
        warnings.push(`${path.join(".")} ${what}; it was left out`);
        candidate = without(candidate, path);
      }
    }
  }
  return { config: {}, warnings };
}

function without(value: unknown, path: readonly PropertyKey[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.filter((_, index) => index !== step)
      : value.map((item, index) => (index === step ? without(item, rest) : item));
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => rest.length > 0 || key !== step)
      .map(([key, inner]) => [key, key === step ? without(inner, rest) : inner]),
  );
}

function isEmpty(raw: unknown): boolean {
  return raw === undefined || raw === null || (typeof raw === "object" && Object.keys(raw).length === 0);
}
