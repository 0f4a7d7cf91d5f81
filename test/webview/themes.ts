// VS Code's themes as a webview meets them, recorded from VS Code itself (record-themes.ts).

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../host/build.ts";

export const THEME_NAMES = ["light", "dark", "high-contrast", "high-contrast-light"] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

export interface Theme {
  /** Classes of the body. */
  body: string;
  /** null = this theme does not say. */
  variables: Record<string, string | null>;
}

export interface Themes {
  /** The style sheet that VS Code puts into every webview. */
  defaults: string;
  themes: Record<ThemeName, Theme>;
}

export function readThemes(): Themes {
  return JSON.parse(readFileSync(join(import.meta.dirname, "themes.json"), "utf8"));
}

/** VS Code's variables that the chat's style sheets use, its own default ones and the ground below the page. */
export function usedVariables(): string[] {
  const sheets = globSync("webview/{style,style/*}.css", { cwd: PROJECT }).map((file) =>
    readFileSync(join(PROJECT, file), "utf8"),
  );
  const ours = sheets.flatMap((sheet) => sheet.match(/--vscode-[\w-]+/g) ?? []);
  return [...new Set([...ours, ...OF_EVERY_WEBVIEW])].sort();
}

const OF_EVERY_WEBVIEW = [
  "--vscode-sideBar-background",
  "--vscode-editor-background",
  "--vscode-editor-foreground",
  "--vscode-font-family",
  "--vscode-font-size",
  "--vscode-font-weight",
  "--vscode-scrollbarSlider-background",
  "--vscode-textBlockQuote-background",
  "--vscode-textBlockQuote-border",
  "--vscode-textLink-foreground",
  "--vscode-textLink-activeForeground",
  "--vscode-textPreformat-background",
  "--vscode-textPreformat-foreground",
  "--monaco-monospace-font",
  "--text-link-decoration",
];
