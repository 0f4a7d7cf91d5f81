// axe-core in a webview: what would keep somebody out.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Frame } from "playwright-core";
import { SIDE_BAR } from "./contrast.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A webview is a part of a page: these speak of whole pages. */
const OF_WHOLE_PAGES = ["region", "landmark-one-main", "page-has-heading-one", "bypass"];

/** Each violation with the elements it is about. */
export async function violations(frame: Frame, ground = SIDE_BAR): Promise<string[]> {
  await frame.evaluate(AXE);
  const results: AxeResults = await frame.evaluate(
    async ([off, ground]) => {
      const { axe } = window as unknown as { axe: typeof import("axe-core") };
      // A webview's ground is VS Code's, below its own document, where axe does not look.
      document.documentElement.style.background = `var(${ground})`;
      try {
        return await axe.run(document, {
          rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])),
          resultTypes: ["violations"],
        });
      } finally {
        document.documentElement.style.background = "";
      }
    },
    [OF_WHOLE_PAGES, ground] as const,
  );
  return results.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}
