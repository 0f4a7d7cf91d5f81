// The chat's page as it is shipped, in Chromium without VS Code: the test is its host. Nothing the page asks for but
// its own files is answered; whatever else it asks for, or its policy refuses, is kept and can be asserted.

import { mkdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import type { FromWebview, ToWebview } from "../../server/protocol/webview.ts";
import { chatPage } from "../../src/chat/page.ts";
import { PROJECT } from "../host/build.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { opened } from "./samples.ts";
import { readThemes, type ThemeName } from "./themes.ts";

const ORIGIN = "https://chat.test";
const TYPES: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" };

type Unnumbered<T> = T extends unknown ? Omit<T, "seq"> : never;
export type Said = Unnumbered<ToWebview>;

export interface ChatPageOptions {
  language?: string;
  theme?: ThemeName;
  width?: number;
  height?: number;
  reducedMotion?: boolean;
  /** What the page kept from before it was reloaded. */
  state?: unknown;
}

declare global {
  interface Window {
    /** What the page said to its host. */
    posted: FromWebview[];
    refused: string[];
  }
}

export class ChatPage {
  readonly page: Page;
  /** Addresses the page asked for beside its own files. */
  readonly outside: string[];
  readonly errors: string[];
  readonly #context: BrowserContext;
  #seq = 0;

  private constructor(context: BrowserContext, page: Page, outside: string[], errors: string[]) {
    this.#context = context;
    this.page = page;
    this.outside = outside;
    this.errors = errors;
  }

  static async open(browser: Browser, options: ChatPageOptions = {}): Promise<ChatPage> {
    const { width = 480, height = 800, reducedMotion = false } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      reducedMotion: reducedMotion ? "reduce" : "no-preference",
    });
    const page = await context.newPage();
    const outside: string[] = [];
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (line) => {
      if (line.type() === "error") errors.push(line.text());
    });
    await context.route("**/*", async (route) => {
      const url = new URL(route.request().url());
      const name = url.pathname.slice(1);
      if (url.origin === ORIGIN && name === "") {
        await route.fulfill({ contentType: "text/html", body: html(options.language) });
      } else if (url.origin === ORIGIN && /^(webview\.(js|css)|[\w-]+\.ttf)$/.test(name)) {
        const body = readFileSync(join(PROJECT, "dist", name));
        await route.fulfill({ contentType: TYPES[extname(name)] ?? "text/plain", body });
      } else {
        outside.push(url.href);
        await route.abort();
      }
    });
    await page.addInitScript(playHost, { state: options.state ?? null });
    await page.addInitScript(dressPage, themeOf(options.theme ?? "dark"));
    await page.goto(`${ORIGIN}/`);
    const chat = new ChatPage(context, page, outside, errors);
    await chat.posted("ready");
    return chat;
  }

  /** Says this to the page; gives when it is drawn. */
  async say(...messages: Said[]): Promise<void> {
    const numbered = messages.map((message) => {
      if (message.type === "reset") this.#seq = 0;
      const seq = this.#seq;
      this.#seq += 1;
      return { ...message, seq };
    });
    await this.page.evaluate((all) => {
      for (const data of all) window.dispatchEvent(new MessageEvent("message", { data }));
    }, numbered);
    await this.drawn();
  }

  /** Waits until what was said so far is on the screen: on a busy machine an answer's words may come a little later. */
  async drawn(): Promise<void> {
    await this.page.evaluate(async () => {
      do await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      while (document.querySelector(".markdown[aria-busy=true]"));
    });
  }

  /** Everything anew, as an empty chat with what differs. */
  reset(differs: Partial<Extract<Said, { type: "reset" }>> = {}): Promise<void> {
    return this.say(opened(differs));
  }

  /** Loses messages on the way. */
  lose(count = 1): void {
    this.#seq += count;
  }

  /** All of this type that the page said since they were last forgotten. */
  async all<T extends FromWebview["type"]>(type: T): Promise<Extract<FromWebview, { type: T }>[]> {
    const posted = await this.page.evaluate(() => window.posted);
    return posted.filter((message): message is Extract<FromWebview, { type: T }> => message.type === type);
  }

  /** Waits until the page said this; gives the newest. */
  posted<T extends FromWebview["type"]>(type: T): Promise<Extract<FromWebview, { type: T }>> {
    return poll(`the page to say ${type}`, PATIENCE_MS, async () => (await this.all(type)).at(-1), 10);
  }

  async forget(): Promise<void> {
    await this.page.evaluate(() => {
      window.posted.length = 0;
    });
  }

  get box(): Locator {
    return this.page.locator("textarea");
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  /** What the page's policy refused. */
  refused(): Promise<string[]> {
    return this.page.evaluate(() => window.refused);
  }

  async screenshot(name: string): Promise<string> {
    const folder = join(PROJECT, "test-results", "webview");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

function html(language = "en"): string {
  return chatPage({
    language,
    nonce: "of-the-test",
    source: ORIGIN,
    resource: (name) => `${ORIGIN}/${name}`,
  });
}

function themeOf(name: ThemeName): {
  defaults: string;
  body: string;
  variables: Record<string, string | null>;
} {
  const { defaults, themes } = readThemes();
  return { defaults, ...themes[name] };
}

/** Runs in the page before anything of it does: what VS Code offers a webview. */
function playHost({ state }: { state: unknown }): void {
  let kept = state;
  window.posted = [];
  window.refused = [];
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    window.refused.push(`${violatedDirective} ${blockedURI}`);
  });
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      // VS Code clones what is said, as every message is.
      postMessage: (message: FromWebview) => window.posted.push(structuredClone(message)),
      getState: () => kept,
      setState: (next: unknown) => {
        kept = next;
      },
    }),
  });
}

/** Runs in the page: its theme, as VS Code sets it. */
function dressPage(theme: {
  defaults: string;
  body: string;
  variables: Record<string, string | null>;
}): void {
  const sheet = new CSSStyleSheet();
  // The workbench is what shows through below the page.
  sheet.replaceSync(`${theme.defaults} html { background: var(--vscode-sideBar-background); }`);
  document.adoptedStyleSheets.push(sheet);
  const dress = (): void => {
    for (const [name, value] of Object.entries(theme.variables)) {
      if (value !== null) document.documentElement.style.setProperty(name, value);
    }
    document.body.className = theme.body;
  };
  document.addEventListener("DOMContentLoaded", dress, { once: true });
}
