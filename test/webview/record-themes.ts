// Writes themes.json: what VS Code gives a webview in each of its themes, of the variables that the chat's style
// sheets use. Run by hand (`node test/webview/record-themes.ts`) when they use another one or VS Code is newer.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { runMain } from "../host/processes.ts";
import { Chat, openWindow } from "../vscode/window.ts";
import type { Themes } from "./themes.ts";
import { THEME_NAMES, usedVariables } from "./themes.ts";

const TITLES = {
  light: ["Light Modern", "vscode-light"],
  dark: ["Dark Modern", "vscode-dark"],
  "high-contrast": ["Dark High Contrast", "vscode-high-contrast"],
  "high-contrast-light": ["Light High Contrast", "vscode-high-contrast-light"],
} as const;

await runMain(async () => {
  const window = await openWindow({ settings: { "edgequake.defaultModel": "mock/echo" } });
  const themes: Partial<Themes["themes"]> = {};
  let defaults = "";
  try {
    const chat = await Chat.open(window);
    for (const name of THEME_NAMES) {
      const [title, kind] = TITLES[name];
      await window.chooseTheme(title);
      // The class comes with the colours.
      await poll(`the chat to be ${kind}`, PATIENCE_MS, () =>
        chat.frame.evaluate((wanted) => document.body.classList.contains(wanted), kind),
      );
      themes[name] = await chat.frame.evaluate((used) => {
        const { style } = document.documentElement;
        const variables: Record<string, string | null> = {};
        for (const variable of used) variables[variable] = style.getPropertyValue(variable).trim() || null;
        return { body: document.body.className, variables };
      }, usedVariables());
      defaults = await chat.frame.evaluate(
        () => document.getElementById("_defaultStyles")?.textContent?.replace(/\s+/g, " ").trim() ?? "",
      );
    }
  } finally {
    await window.close();
  }
  const file = join(import.meta.dirname, "themes.json");
  writeFileSync(file, `${JSON.stringify({ defaults, themes }, null, 2)}\n`);
  return 0;
});
