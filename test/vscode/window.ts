// One VS Code in Chromium with EdgeQuake installed, and its chat as a person uses it: by what is on the page.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import type { TurnState } from "../../server/protocol/webview.ts";
import { backendsOf } from "../host/backends-of.ts";
import { launchBrowser, openWorkbench, webviewWith } from "../host/browser.ts";
import { PROJECT, packFolder, packVsix } from "../host/build.ts";
import { type CodeHost, pageAddress, startCodeHost } from "../host/code-host.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { sampleWorkspace, temporaryFolder } from "../host/sample-workspace.ts";
import { withoutTooltip } from "./no-tooltip.ts";
import { quietEnvironment } from "./quiet-environment.ts";
import { typeInto } from "./type-into.ts";

export interface CodeWindow {
  readonly page: Page;
  readonly workspace: string;
  /** What this VS Code keeps on disk: extensions, settings, storage, logs. */
  readonly dataFolder: string;
  readonly host: CodeHost;
  /** Uncaught errors and console lines of the page. */
  readonly console: string[];
  /** Runs a command of the palette by its title. */
  command(title: string): Promise<void>;
  /** Leaves the list that is open above the window; where none is, nothing is pressed. */
  closeList(): Promise<void>;
  openFile(name: string): Promise<void>;
  chooseTheme(name: string): Promise<void>;
  /** Drags the side bar's edge until it is this wide. */
  widenSideBar(width: number): Promise<void>;
  /** VS Code's own chat, which is open in a new window. */
  closeSecondSideBar(): Promise<void>;
  /** Answers the input box that is open. */
  typeIntoPrompt(text: string): Promise<void>;
  setApiKey(provider: string, key: string): Promise<void>;
  /** VS Code has written this down among what it remembers of the window: it is there after a reload. */
  remembers(text: string): Promise<void>;
  /** Backends that run below this VS Code. */
  backends(): number[];
  screenshot(name: string): Promise<string>;
  /** A second window of the same VS Code, over the same folder. It closes with this one. */
  another(): Promise<CodeWindow>;
  close(): Promise<void>;
}

export interface WindowOptions {
  /** Settings as the user's own, which a folder may not all set. */
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
  /** Beyond what every Chromium of the suites is given. */
  browserArguments?: string[];
  /** What VS Code takes for its language; its own texts stay English without a language pack. */
  language?: string;
  /** Folders of other extensions, which are packed and installed too. */
  extensions?: readonly string[];
  /** Every log at its lowest level. */
  talkative?: boolean;
  /** VS Code asks whether the folder is trusted; without, it is. */
  workspaceTrust?: boolean;
  /** Prepares the folder before it is opened. */
  prepare?(workspace: string): void;
}

export async function openWindow(options: WindowOptions = {}): Promise<CodeWindow> {
  const dataFolder = temporaryFolder("vscode");
  const workspace = sampleWorkspace();
  options.prepare?.(workspace);
  mkdirSync(join(dataFolder, "data", "Machine"), { recursive: true });
  writeFileSync(
    join(dataFolder, "data", "Machine", "settings.json"),
    JSON.stringify({
      "window.confirmBeforeClose": "never",
      // A VS Code that hears late of what was installed would open it in the middle of a test.
      "workbench.welcomePage.walkthroughs.openOnInstall": false,
      ...options.settings,
    }),
  );
  const host = await startCodeHost({
    dataFolder,
    workspace,
    vsix: [
      await packVsix(dataFolder),
      ...(await Promise.all((options.extensions ?? []).map((one) => packFolder(one, dataFolder)))),
    ],
    env: { ...quietEnvironment(dataFolder), ...options.env },
    ...(options.talkative === true ? { logLevel: "trace", testDriver: true } : {}),
    ...(options.workspaceTrust === true ? { workspaceTrust: true } : {}),
  });
  let browser: Browser | undefined;
  try {
    browser = await launchBrowser(options.browserArguments);
    const lines: string[] = [];
    const logLevel = options.talkative === true ? "trace" : undefined;
    const address = pageAddress(host, { workspace, logLevel, skipWelcome: true });
    const page = await openWorkbench(browser, address, (line) => lines.push(line), options.language);
    return new OpenWindow(page, workspace, dataFolder, host, browser, lines, address);
  } catch (error) {
    await browser?.close();
    await host.stop();
    throw error;
  }
}

const WIDGET = ".quick-input-widget";
const QUICK_INPUT = `${WIDGET} input`;
/** Escape is gone to whoever had it, and may be lost. */
const GOING_MS = 3_000;

class OpenWindow implements CodeWindow {
  readonly page: Page;
  readonly workspace: string;
  readonly dataFolder: string;
  readonly host: CodeHost;
  readonly console: string[];
  readonly #browser: Browser;
  readonly #address: string;

  constructor(
    page: Page,
    workspace: string,
    dataFolder: string,
    host: CodeHost,
    browser: Browser,
    lines: string[],
    address: string,
  ) {
    this.page = page;
    this.workspace = workspace;
    this.dataFolder = dataFolder;
    this.host = host;
    this.console = lines;
    this.#browser = browser;
    this.#address = address;
  }

  async another(): Promise<CodeWindow> {
    const page = await openWorkbench(this.#browser, this.#address, (line) => this.console.push(line));
    const { workspace, dataFolder, host, console: lines } = this;
    return new OpenWindow(page, workspace, dataFolder, host, this.#browser, lines, this.#address);
  }

  async command(title: string): Promise<void> {
    const { page } = this;
    const input = page.locator(QUICK_INPUT).first();
    // The list has more than what was asked for, and not always in the order one thinks.
    const row = page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
    await this.#tried(`"${title}" in the palette`, async (timeout) => {
      await page.keyboard.press("F1");
      await input.waitFor({ timeout });
      await typeInto(input, `>${title}`, timeout);
      await row.waitFor({ timeout });
      // Not as impatient: one that came late would be said not to have come, and be made again.
      await row.click({ timeout: PATIENCE_MS / 2 });
    });
    // What comes next may be a box of the same kind: nothing is for the palette any more.
    await poll("the palette to be gone", PATIENCE_MS, async () => {
      return !(await input.isVisible()) || !(await input.inputValue()).startsWith(">");
    });
  }

  /** What a command before this one still does may take the focus, and with it the list, away: then once more. */
  async #tried(what: string, work: (timeout: number) => Promise<void>): Promise<void> {
    let timeout = 3_000;
    let last: unknown;
    await poll(what, 2 * PATIENCE_MS, async () => {
      try {
        await work(timeout);
        return true;
      } catch (error) {
        last = error;
        timeout *= 2;
        await this.closeList();
        return false;
      }
    }).catch((error: Error) => this.#pictured(new Error(`${error.message}: ${last}`)));
  }

  async #pictured(error: Error): Promise<never> {
    throw new Error(`${error.message}; see ${await this.screenshot("failed-in-window")}`);
  }

  async closeList(): Promise<void> {
    const widget = this.page.locator(WIDGET);
    const open = this.page.locator(`${WIDGET}:not(.quick-input-widget-closing)`);
    await poll("no list", PATIENCE_MS, async () => {
      // Once more, for one that fades out, would be for what is below it.
      if (await open.isVisible()) await this.page.keyboard.press("Escape");
      return widget.waitFor({ state: "hidden", timeout: GOING_MS }).then(
        () => true,
        () => false,
      );
    });
  }

  async openFile(name: string): Promise<void> {
    const { page } = this;
    const input = page.locator(QUICK_INPUT).first();
    await this.#tried(`${name} among the files`, async (timeout) => {
      await page.keyboard.press("ControlOrMeta+p");
      await input.waitFor({ timeout });
      await typeInto(input, name, timeout);
      // Not by Enter: before the list is filtered its first row is another file.
      const row = page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
      await row.waitFor({ timeout });
      await row.click({ timeout: PATIENCE_MS / 2 });
      await page.locator(".tab.active", { hasText: name }).waitFor({ timeout });
    });
    await poll(`the cursor in ${name}`, PATIENCE_MS, () =>
      page.evaluate(() => document.activeElement?.closest(".part.editor .monaco-editor") != null),
    );
  }

  async chooseTheme(name: string): Promise<void> {
    const { page } = this;
    const row = page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first();
    await this.#tried(`the theme ${name}`, async (timeout) => {
      await this.command("Preferences: Color Theme");
      await page.locator(".quick-input-list .monaco-list-row").first().waitFor({ timeout });
      await typeInto(page.locator(QUICK_INPUT).first(), name, timeout);
      await row.click({ timeout });
      await page.locator(WIDGET).waitFor({ state: "hidden", timeout });
    });
  }

  async widenSideBar(width: number): Promise<void> {
    const { page } = this;
    const bar = page.locator(".part.sidebar");
    await poll("a wider side bar", PATIENCE_MS, async () => {
      const box = await bar.boundingBox();
      if (box === null) throw new Error("there is no side bar");
      // The edge that can be dragged lies in the gap beside it.
      const edge = box.x + box.width + 2;
      await page.mouse.move(edge, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(edge + width - box.width, box.y + box.height / 2, { steps: 5 });
      await page.mouse.up();
      return Math.abs(((await bar.boundingBox())?.width ?? 0) - width) < 30;
    });
  }

  async closeSecondSideBar(): Promise<void> {
    const bar = this.page.locator(".part.auxiliarybar");
    const hide = bar.getByRole("button", { name: "Hide Secondary Side Bar" }).first();
    await poll("no second side bar", PATIENCE_MS, async () => {
      if (await bar.isHidden()) return true;
      await hide.click({ timeout: 5_000 }).catch(() => undefined);
      return false;
    }).catch((error: Error) => this.#pictured(error));
  }

  async typeIntoPrompt(text: string): Promise<void> {
    const input = this.page.locator(QUICK_INPUT).first();
    await input.waitFor();
    await typeInto(input, text);
    await input.press("Enter");
  }

  async setApiKey(provider: string, key: string): Promise<void> {
    const { page } = this;
    await this.command("EdgeQuake: Set API Key");
    await page.locator(".quick-input-widget .quick-input-title", { hasText: "Set API Key" }).waitFor();
    await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${provider}"]`).first().click();
    const title = page.locator(".quick-input-widget .quick-input-title", { hasText: / (?:of|for) / });
    await title.waitFor();
    // A server of one's own is asked for its address first, and has one already.
    if (/^Address/.test((await title.textContent()) ?? "")) await page.keyboard.press("Enter");
    const box = page.locator('.quick-input-widget input[type="password"]');
    await box.waitFor();
    await typeInto(box, key);
    await box.press("Enter");
    await page.getByText(`The key for ${provider} is stored`).first().waitFor();
  }

  async remembers(text: string): Promise<void> {
    await poll(`VS Code to remember ${text}`, PATIENCE_MS, () => this.page.evaluate(isInState, text));
  }

  backends(): number[] {
    return backendsOf(this.host.pid);
  }

  async screenshot(name: string): Promise<string> {
    const folder = join(PROJECT, "test-results");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await withoutTooltip(this.page, 900, 600);
    await this.page.screenshot({ path });
    return path;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.host.stop();
  }
}

/** Runs in the page: what VS Code remembers is in its databases, with a delay. */
async function isInState(text: string): Promise<boolean> {
  const values = async (name: string): Promise<unknown[]> => {
    const opened = indexedDB.open(name);
    await new Promise((resolve, reject) => {
      opened.onsuccess = resolve;
      opened.onerror = reject;
    });
    const stores = [...opened.result.objectStoreNames];
    const all = stores.map((store) => opened.result.transaction(store).objectStore(store).getAll());
    await Promise.all(
      all.map(
        (one) =>
          new Promise((resolve, reject) => {
            one.onsuccess = resolve;
            one.onerror = reject;
          }),
      ),
    );
    opened.result.close();
    return all.flatMap(({ result }) => result as unknown[]);
  };
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith("vscode-web-state-db")) continue;
    if ((await values(name)).some((value) => typeof value === "string" && value.includes(text))) return true;
  }
  return false;
}

const MESSAGE = 'textarea[aria-label="Message"]';
const ANSWER = '[data-role="assistant"]';

/** The chat view. */
export class Chat {
  readonly #window: CodeWindow;
  readonly #frame: Frame;

  private constructor(window: CodeWindow, frame: Frame) {
    this.#window = window;
    this.#frame = frame;
  }

  static async open(window: CodeWindow): Promise<Chat> {
    const item = window.page.locator('.activitybar [aria-label^="EdgeQuake"]').first();
    await item.waitFor();
    await item.click();
    return Chat.shown(window);
  }

  /** After a reload: VS Code shows again what was open. */
  static async reopened(window: CodeWindow): Promise<Chat> {
    await window.page.locator('.activitybar [aria-label^="EdgeQuake"]').first().waitFor();
    const there = await webviewWith(window.page, MESSAGE, 10_000).catch(() => undefined);
    // Not by a click: one on what is about to be shown hides it.
    if (!there) await window.command("EdgeQuake: Open Chat");
    return Chat.shown(window);
  }

  /** The view as something else opened it. */
  static async shown(window: CodeWindow): Promise<Chat> {
    return new Chat(window, await webviewWith(window.page, MESSAGE));
  }

  get frame(): Frame {
    return this.#frame;
  }

  get input(): Locator {
    return this.#frame.locator(MESSAGE);
  }

  get answers(): Locator {
    return this.#frame.locator(ANSWER);
  }

  button(name: "Send" | "Stop"): Locator {
    return this.#frame.getByRole("button", { name, exact: true });
  }

  /** Puts this into the message box. */
  async write(text: string): Promise<void> {
    // A list that closes gives the cursor to whom it had it from.
    await this.#window.page.locator(WIDGET).waitFor({ state: "hidden" });
    await typeInto(this.input, text);
  }

  async send(text: string): Promise<void> {
    await this.write(text);
    await this.button("Send").click();
  }

  /** What the model said in answer `count`, without what is shown around it. */
  async textOf(count: number): Promise<string> {
    return (
      (await this.answers
        .nth(count - 1)
        .locator(".markdown")
        .textContent()) ?? ""
    );
  }

  /** Waits until answer `count` is in one of these states; gives all it shows. */
  async answer(count: number, ...states: TurnState[]): Promise<string> {
    return poll(`answer ${count} to be ${states.join(" or ")}`, PATIENCE_MS, async () => {
      if ((await this.answers.count()) < count) return undefined;
      const answer = this.answers.nth(count - 1);
      const state = (await answer.getAttribute("data-state")) as TurnState;
      return states.includes(state) ? ((await answer.textContent()) ?? "") : undefined;
    });
  }

  /** Waits until answer `count` streams and holds at least so many words. */
  async streaming(count: number, words: number): Promise<string> {
    return poll(`answer ${count} to hold ${words} words while it streams`, PATIENCE_MS, async () => {
      if ((await this.answers.count()) < count) return undefined;
      const answer = this.answers.nth(count - 1);
      if ((await answer.getAttribute("data-state")) !== "streaming") return undefined;
      const text = await this.textOf(count);
      return text.trim().split(/\s+/).length >= words ? text : undefined;
    });
  }

  /** Types a model into the model picker. */
  async chooseModel(model: string): Promise<void> {
    const { page } = this.#window;
    const widget = page.locator(WIDGET);
    const row = page.locator(".quick-input-list .monaco-list-row", { hasText: model }).first();
    await this.#window.command("EdgeQuake: Select Model");
    await page.locator(".quick-input-widget .quick-input-title", { hasText: "Select Model" }).waitFor();
    await typeInto(page.locator(QUICK_INPUT).first(), model);
    await row.waitFor();
    // A list that is drawn anew between the button down and up takes no click.
    await poll(`${model} to be taken`, PATIENCE_MS, async () => {
      await row.click({ timeout: GOING_MS }).catch(() => undefined);
      return widget.waitFor({ state: "hidden", timeout: GOING_MS }).then(
        () => true,
        () => false,
      );
    });
  }

  async newChat(): Promise<void> {
    // That it is empty and has the cursor says nothing where it did before.
    const heard = await this.#frame.evaluateHandle(() => {
      const types: unknown[] = [];
      addEventListener("message", ({ data }) => types.push(data?.type));
      return types;
    });
    await this.#window.command("EdgeQuake: New Chat");
    await poll("a chat that is new and empty, the cursor in its box", PATIENCE_MS, async () => {
      const types = await heard.jsonValue();
      const begun = types.indexOf("reset");
      if (begun < 0 || !types.includes("focus", begun) || (await this.answers.count()) > 0) return false;
      return this.input.evaluate((box) => document.hasFocus() && document.activeElement === box);
    });
    await heard.dispose();
    await this.#window.page.locator(WIDGET).waitFor({ state: "hidden" });
  }
}
