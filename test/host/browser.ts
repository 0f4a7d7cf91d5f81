// Chromium, driven: opens VS Code's page and reaches into its webviews. Closes with the process group rule of
// processes.ts: playwright ends the browser it launched, and stopping the browser is part of every suite's end.

import { type Browser, chromium, type Frame, type Page } from "playwright-core";
import { CHROMIUM_ARGUMENTS, findChromium } from "./chromium.ts";
import { PATIENCE_MS, poll } from "./poll.ts";

export async function launchBrowser(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [...CHROMIUM_ARGUMENTS, ...more],
    // Signals are the rig's to answer.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

export async function openWorkbench(
  browser: Browser,
  address: string,
  onConsole?: (line: string) => void,
  language?: string,
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(PATIENCE_MS);
  // What a language pack would set.
  if (language !== undefined)
    await page.addInitScript((name) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: name }), language);
  page.on("console", (message) => onConsole?.(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => onConsole?.(`uncaught: ${error.message}`));
  await page.goto(address);
  await page.locator(".monaco-workbench").waitFor();
  return page;
}

/** The innermost frame, of whichever webview, whose document holds `selector`. */
export function webviewWith(page: Page, selector: string, deadlineMs = PATIENCE_MS): Promise<Frame> {
  return poll(`a webview with ${selector}`, deadlineMs, async () => {
    for (const frame of page.frames()) {
      if (!frame.url().includes("fake.html")) continue;
      const found = await frame.$(selector).catch(() => null);
      if (found !== null) return frame;
    }
    return undefined;
  });
}
