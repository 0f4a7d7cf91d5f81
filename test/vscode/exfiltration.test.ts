// Nothing an answer holds makes the chat send, run or open anything: each case of the corpus is a question and an
// answer's text and reasoning, streamed in pieces, in the real webview. A trap counts what reaches the network.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { jsonOf } from "../server/http-request.ts";
import { errorBody, streamEvents, textEvent } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { type ExfiltrationCase, exfiltrationCases } from "./exfiltration-cases.ts";
import { Trap } from "./trap.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const HOST = "trap.example";
const PIECES = 5;
/** A frame that loads for ever is not waited for. */
const IDLE_MS = 2000;
/** Of the chat's answers, and what it adds around code and tables. */
const TAGS = new Set(
  "P BR HR H1 H2 H3 H4 H5 H6 STRONG EM DEL CODE PRE BLOCKQUOTE UL OL LI A TABLE THEAD TBODY TR TH TD INPUT DIV SPAN FIGURE FIGCAPTION BUTTON".split(
    " ",
  ),
);
const ATTRIBUTES =
  /^(class|dir|title|type|disabled|checked|start|align|tabindex|role|aria-[a-z]+|hidden|data-[\w-]+)$/;
const MODAL = ".monaco-dialog-box";
/** A policy of the page cannot forbid these: only taking them out of the answer does. */
const BEYOND_POLICY = /preconnect|dns-prefetch/;
const LEADS_AWAY = /meta refresh/;

/** Answers with the question's own text, as reasoning and as content, in pieces that cut it anywhere. */
async function startParrot(): Promise<ScriptedProvider> {
  const provider = await ScriptedProvider.start(async (exchange) => {
    const { model, messages } = jsonOf(exchange.request) as {
      model: string;
      messages: { content: string }[];
    };
    const text = messages.at(-1)?.content ?? "";
    if (model === "fails") return exchange.reply(400, errorBody(text, "invalid_request_error"));
    await exchange.begin();
    const size = Math.max(1, Math.ceil(text.length / PIECES));
    for (const field of ["reasoning_content", "content"]) {
      for (let at = 0; at < text.length; at += size) {
        const event = textEvent(text.slice(at, at + size));
        await exchange.part(
          field === "content" ? event : event.replace('"content":', '"reasoning_content":'),
        );
        // Longer than the webview's frame: each piece is shown before the next one.
        await pause(20);
      }
    }
    for (const event of streamEvents([]).slice(1)) await exchange.part(event);
    await exchange.finish();
  });
  return provider.models((exchange) => exchange.reply(200, JSON.stringify({ object: "list", data: [] })));
}

describe("what an answer may do", function () {
  this.timeout(600_000);
  let trap: Trap;
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;
  let cases: ExfiltrationCase[];
  /** Requests of the chat's frames, new pages, dialogs and downloads. */
  const left: string[] = [];

  before(async () => {
    trap = await Trap.start();
    cases = exfiltrationCases({ host: HOST, loopback: trap.loopback });
    provider = await startParrot();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/parrot",
        "edgequake.numRetries": 0,
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      browserArguments: [trap.chromiumArgument(HOST)],
    });
    await window.closeSecondSideBar();
    chat = await Chat.open(window);
    const { page } = window;
    page.on("request", (request) => {
      const url = request.url();
      const own = request.serviceWorker() === null && request.frame() === chat.frame;
      const resource = /^(https?:\/\/[^/]*vscode-cdn\.net\/|http:\/\/localhost:\d+\/|data:|blob:)/.test(url);
      if (url.includes("exfil") || url.includes(HOST) || (own && !resource)) left.push(`request ${url}`);
    });
    page.context().on("page", (opened) => left.push(`page ${opened.url()}`));
    page.on("dialog", (dialog) => {
      left.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("download", (download) => left.push(`download ${download.url()}`));
    trap.forget();
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
    await trap?.stop();
  });

  /** Nothing left, ran or opened since the last time. */
  async function assertQuiet(what: string, connections = 0): Promise<void> {
    assert.deepEqual(left, [], what);
    assert.deepEqual(trap.requests, [], what);
    assert.ok(trap.connections <= connections, `${what}: something connected`);
    const { page } = window;
    for (const opened of [
      ".tabs-container .tab",
      ".quick-input-widget:visible",
      MODAL,
      ".terminal-wrapper",
    ]) {
      assert.deepEqual(await page.locator(opened).allTextContents(), [], `${what}: ${opened} is open`);
    }
  }

  /** What stands in the conversation that may not: tags, attributes, addresses. */
  function forbidden(): Promise<string[]> {
    return chat.frame.evaluate(
      ([tags, attributes]) => {
        const allowed = new RegExp(attributes as string);
        const found: string[] = [];
        for (const element of document.querySelectorAll(":is(.markdown, .plain) *")) {
          if (!(tags as string[]).includes(element.tagName)) found.push(`<${element.tagName}>`);
          for (const { name, value } of element.attributes) {
            if (name === "href" && element.tagName === "A") {
              if (!/^(https?|mailto):/.test(value)) found.push(`href ${value}`);
            } else if (!allowed.test(name)) found.push(`${name}="${value}"`);
          }
        }
        return found;
      },
      [[...TAGS], ATTRIBUTES.source] as const,
    );
  }

  async function decline(): Promise<void> {
    const modal = window.page.locator(MODAL);
    await modal.getByRole("button", { name: "Cancel" }).click();
    await modal.waitFor({ state: "detached" });
  }

  let asked = 0;
  async function show(text: string): Promise<void> {
    if (asked > 0 && asked % 20 === 0) {
      await chat.newChat();
      asked = 0;
    }
    await chat.send(text);
    asked += 1;
    await chat.answer(asked, "done");
  }

  it("the corpus is large, and does harm in a page without our care", async () => {
    assert.ok(cases.length >= 150, `${cases.length}`);
    const browser = window.page.context().browser();
    if (browser === null) throw new Error("no browser");
    const harmful = new Set<string>();
    for (const { kind, name, text } of cases) {
      if (kind !== "html") continue;
      trap.forget();
      const bare = await browser.newPage();
      bare.on("dialog", (dialog) => void dialog.dismiss());
      await bare.setContent(text, { waitUntil: "domcontentloaded" }).catch(() => undefined);
      await settled(bare);
      await bare.close();
      if (trap.connections > 0) harmful.add(name);
    }
    trap.forget();
    left.length = 0;
    console.log(`      ${cases.length} cases; of the HTML ones ${harmful.size} reach out of a bare page`);
    assert.ok(harmful.size >= 40, [...harmful].join(", "));
  });

  it("shown: no request leaves, no command runs, no window opens", async () => {
    for (const { kind, name, text } of cases) {
      await show(text);
      assert.deepEqual(await forbidden(), [], `${kind}, ${name}`);
      await assertQuiet(`${kind}, ${name}`);
    }
    // A browser may put off what is not urgent.
    await settled(window.page);
    await assertQuiet("after all");
  });

  it("clicked: only web pages and mail, and only after the whole address was shown and agreed to", async () => {
    const { page } = window;
    let links = 0;
    for (const { kind, name, text } of cases) {
      if (kind !== "link") continue;
      await chat.newChat();
      asked = 0;
      await show(text);
      const anchors = chat.answers.last().locator(".markdown a");
      const count = await anchors.count();
      for (let index = 0; index < count; index += 1) {
        const anchor = anchors.nth(index);
        const address = await anchor.evaluate((link: HTMLAnchorElement) => link.href);
        await anchor.click();
        const modal = page.locator(MODAL);
        await modal.waitFor();
        const told = (await modal.textContent()) ?? "";
        assert.ok(told.includes(address), `${name}: "${told}" hides ${address}`);
        assert.doesNotMatch(told, /[\u200b-\u200f\u202a-\u202e]/u);
        await decline();
        await anchor.click({ button: "middle" });
        links += 1;
      }
      // What is no link any more is clicked all the same.
      if (count === 0) {
        const text = chat.answers.last().locator(".markdown");
        if ((await text.textContent())?.trim()) await text.click({ position: { x: 12, y: 8 } });
      }
      await assertQuiet(`clicked: ${name}`);
    }
    console.log(`      ${links} links clicked`);
    assert.ok(links >= 12, `${links}`);
  });

  it("told as an error: the words are shown, and nothing else", async () => {
    await chat.chooseModel("openai/fails");
    await chat.newChat();
    asked = 0;
    const texts = cases.filter(({ name }) => /^(img|command|image|javascript|svg onload)$/.test(name));
    assert.ok(texts.length >= 4);
    for (const [index, { name, text }] of texts.entries()) {
      await chat.send(text);
      const shown = await chat.answer(index + 1, "error");
      assert.ok(shown.includes(text.slice(0, 12)), `${name}: ${shown}`);
      assert.deepEqual(await forbidden(), [], name);
      await assertQuiet(`as an error: ${name}`);
    }
  });

  it("were the answer put into the page unread, its policy would still let nothing out", async () => {
    let stopped = 0;
    const violations = await chat.frame.evaluateHandle(() => {
      const blocked: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => blocked.push(event.blockedURI));
      return blocked;
    });
    const unread = cases.filter(({ kind, name }) => kind === "html" && !BEYOND_POLICY.test(name));
    // The last one: VS Code's frame refuses to be led elsewhere, and the page is gone with its policy.
    unread.sort((a, b) => Number(LEADS_AWAY.test(a.name)) - Number(LEADS_AWAY.test(b.name)));
    for (const { name, text } of unread) {
      const blocked = await chat.frame.evaluate(() => document.querySelector("meta[http-equiv]") !== null);
      assert.ok(blocked, `the page lost its policy before ${name}`);
      await chat.frame.evaluate((html) => {
        const place = document.createElement("div");
        place.id = "unread";
        document.body.append(place);
        place.setHTMLUnsafe(html);
      }, text);
      await settled(window.page);
      // What a policy stops is told like a request all the same, and its host may be connected to: nothing is asked.
      for (let index = left.length - 1; index >= 0; index -= 1) {
        if (left[index]?.startsWith("request ")) left.splice(index, 1);
      }
      await assertQuiet(`unread: ${name}`, Number.POSITIVE_INFINITY);
      if (LEADS_AWAY.test(name)) break;
      stopped = (await violations.jsonValue()).length;
      await chat.frame.evaluate(() => document.getElementById("unread")?.remove());
    }
    assert.ok(stopped >= 30, `the policy stopped ${stopped}`);
  });
});

/** Every frame of the page was idle twice: what a browser puts off has been begun. A frame that is gone is idle. */
async function settled(page: Page): Promise<void> {
  const idle = page.frames().map((frame) =>
    frame
      .evaluate(async () => {
        for (let turn = 0; turn < 2; turn += 1) {
          await new Promise<void>((resolve) => requestIdleCallback(() => resolve(), { timeout: 200 }));
        }
      })
      .catch(() => undefined),
  );
  await Promise.race([Promise.all(idle), pause(IDLE_MS)]);
}
