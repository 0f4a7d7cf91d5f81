// VS Code's own four themes, and when a webview wears one: its class is there and its colours have come.

import type { Frame } from "playwright-core";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { CodeWindow } from "./window.ts";

export interface Theme {
  /** Of pictures. */
  name: string;
  theme: string;
  /** On the webview's body. */
  kind: string;
  /** The side bar's ground, by which the theme is known. */
  ground: string;
}

export const THEMES: readonly Theme[] = [
  { name: "light", theme: "Light Modern", kind: "vscode-light", ground: "#f8f8f8" },
  { name: "dark", theme: "Dark Modern", kind: "vscode-dark", ground: "#181818" },
  { name: "high-contrast", theme: "Dark High Contrast", kind: "vscode-high-contrast", ground: "#000000" },
  {
    name: "high-contrast-light",
    theme: "Light High Contrast",
    kind: "vscode-high-contrast-light",
    ground: "#ffffff",
  },
];

/** The class comes before the colours: text must not be measured against the old ones. */
export async function wear(window: CodeWindow, frame: Frame, { theme, kind, ground }: Theme): Promise<void> {
  await window.chooseTheme(theme);
  await poll(`the webview to wear ${theme}`, PATIENCE_MS, () =>
    frame.evaluate(
      ([wanted, color]) => {
        const style = getComputedStyle(document.documentElement);
        const has = document.body.classList.contains(wanted);
        const worn = style.getPropertyValue("--vscode-sideBar-background").trim().toLowerCase();
        // What is animated goes on after that.
        return (
          has && worn === color && document.getAnimations().every(({ playState }) => playState !== "running")
        );
      },
      [kind, ground] as const,
    ),
  );
}
