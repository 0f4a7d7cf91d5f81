// axe-core in the page: what it finds wrong, in words.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { ChatPage } from "./chat-page.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A document of its own inside VS Code's frames: these speak of whole pages, the last of headings, which a model chose. */
const OF_WHOLE_PAGES = ["region", "landmark-one-main", "page-has-heading-one", "heading-order"];

/** Each violation with the element it is about. */
export async function violations(chat: ChatPage): Promise<string[]> {
  await chat.page.evaluate(AXE);
  const results: AxeResults = await chat.page.evaluate(
    (off) =>
      (window as unknown as { axe: typeof import("axe-core") }).axe.run(document, {
        rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])),
        resultTypes: ["violations"],
      }),
    OF_WHOLE_PAGES,
  );
  return results.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}
