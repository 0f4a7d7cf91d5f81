// `npm run pictures`: takes the README's pictures anew from the running product, into media/. Each is small: pictures
// ship with the package. One that cannot be taken is told, and the others are taken all the same.

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Ledger } from "../../server/store/ledger.ts";
import { Store } from "../../server/store/store.ts";
import { webviewWith } from "../host/browser.ts";
import { build, PROJECT } from "../host/build.ts";
import { poll } from "../host/poll.ts";
import { runMain } from "../host/processes.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import { ledgerRow } from "../store/ledger-row.ts";
import { withoutTooltip } from "./no-tooltip.ts";
import { pictureAnswers } from "./picture-answers.ts";
import { smallPng } from "./small-png.ts";
import { THEMES, wear } from "./themes.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** Where the window's own title bar ends. */
const BELOW_TITLE = 36;
const LARGEST = 150 * 1024;
/** average() of the sample, the last thing in it. */
const FUNCTION_LINES = 5;
const DAY_MS = 86_400_000;
const MODELS = ["openai/gpt-4.1-mini", "mistral/mistral-small-latest", "groq/llama-3.3-70b-versatile"];

interface Clip {
  /** From the left; the window's edge where it is not given. */
  x?: number;
  width: number;
  height: number;
}

async function take(window: CodeWindow, name: string, clip?: Clip): Promise<void> {
  const { page } = window;
  await withoutTooltip(page, 900, 780);
  // Toasts come late and say what the picture is not about.
  await page.addStyleTag({ content: ".notifications-toasts { display: none !important; }" });
  const picture = smallPng(
    await page.screenshot(clip === undefined ? {} : { clip: { x: 0, y: BELOW_TITLE, ...clip } }),
  );
  if (picture.length > LARGEST) throw new Error(`${name} has ${picture.length} bytes`);
  writeFileSync(join(PROJECT, "media", `${name}.png`), picture);
  console.log(`  media/${name}.png ${(picture.length / 1024).toFixed(0)} KB`);
}

function themeOf(name: string): (typeof THEMES)[number] {
  const theme = THEMES.find((one) => one.name === name);
  if (theme === undefined) throw new Error(`no theme ${name}`);
  return theme;
}

/** A month of made-up calls, so that the plots have something to show. */
async function fillLedger(window: CodeWindow): Promise<void> {
  const found = await poll("the ledger's database", 10_000, () =>
    readdirSync(window.dataFolder, { recursive: true, encoding: "utf8" }).find((name) =>
      /edgequake.*\.db$/.test(name),
    ),
  );
  const store = new Store(join(window.dataFolder, found), (text) => console.error(text));
  const ledger = new Ledger(store, (text) => console.error(text));
  const now = Date.now();
  let id = 0;
  for (let day = 0; day < 30; day += 1) {
    for (const [index, model] of MODELS.entries()) {
      const calls = 3 + ((day * 7 + index * 5) % 11) + (day % 7 < 5 ? 6 : 0);
      for (let call = 0; call < calls; call += 1) {
        id += 1;
        const failed = (id * 13) % 37 === 0;
        const tokens = 900 + ((id * 377) % 2100);
        ledger.record(
          ledgerRow({
            id: `picture-${id}`,
            call_id: `picture-${id}`,
            at: now - day * DAY_MS - call * 60_000,
            provider: model.split("/")[0] ?? "",
            model,
            caller: id % 5 === 0 ? "extension:acme.reviewer" : null,
            outcome: failed ? "RateLimitError" : "ok",
            status_code: failed ? 429 : null,
            prompt_tokens: failed ? null : tokens,
            completion_tokens: failed ? null : Math.round(tokens / 3),
            cost_nano_usd: failed ? null : tokens * ([900, 400, 700][index] ?? 0),
            ms_first_chunk: failed ? null : 250 + 130 * index + (id % 90),
            ms_total: 900 + 700 * index + ((id * 31) % 400),
          }),
        );
      }
    }
  }
  await ledger.flush();
  await store.close();
}

await runMain(async () => {
  await build();
  const provider = await pictureAnswers();
  const there = { apiBase: provider.v1 };
  const deployment = (model: string, id: string, order: number) => ({
    model_name: "assistant",
    litellm_params: { model, api_base: provider.v1, order },
    model_info: { id },
  });
  const window = await openWindow({
    settings: {
      "edgequake.defaultModel": MODELS[0],
      "edgequake.providers": { openai: there, mistral: there, groq: there },
      "edgequake.router": {
        model_list: [
          deployment("openai/gpt-4.1-busy", "openai-eu", 1),
          deployment("mistral/mistral-small-latest", "mistral-paris", 2),
        ],
        routing_strategy: "simple-shuffle",
      },
    },
  });
  const { page } = window;
  const failures: string[] = [];
  const picture = async (name: string, make: () => Promise<void>): Promise<void> => {
    try {
      await make();
    } catch (error) {
      failures.push(
        `${name}: ${(error as Error).message}; see ${await window.screenshot(`picture-${name}`)}`,
      );
    }
  };
  try {
    await window.openFile(SAMPLE_FILE);
    await window.closeSecondSideBar();
    const chat = await Chat.open(window);
    await window.widenSideBar(480);

    await picture("chat", async () => {
      await wear(window, chat.frame, themeOf("light"));
      await chat.send("What does average() do with an empty list, and how would you fix it?");
      await chat.answer(1, "done");
      await take(window, "chat-light");
      await wear(window, chat.frame, themeOf("dark"));
      await take(window, "chat-dark");
    });
    await picture("why", async () => {
      await chat.chooseModel("router/assistant");
      await chat.newChat();
      await chat.send("Is 0.1 + 0.2 equal to 0.3 in Python?");
      await chat.answer(1, "done");
      await chat.frame.getByRole("button", { name: "Why" }).first().click();
      await chat.frame.locator(".why").first().waitFor();
      await take(window, "why", { width: 530, height: 730 });
    });
    await picture("compare", async () => {
      await chat.newChat();
      await window.widenSideBar(1000);
      await window.command("EdgeQuake: Compare Models");
      await page.locator(".quick-input-widget .quick-input-title", { hasText: "Compare Models" }).waitFor();
      const input = page.locator(".quick-input-widget .quick-input-filter input[type=text]").first();
      for (const model of MODELS) {
        await input.fill(model);
        const row = page.locator(".quick-input-list .monaco-list-row", { hasText: model }).first();
        await row.waitFor();
        const box = row.locator(".quick-input-list-checkbox, .monaco-checkbox, input[type=checkbox]").first();
        if (!(await row.locator("[aria-checked=true]").count())) await box.click();
      }
      await page.locator(".quick-input-widget").getByRole("button", { name: "OK" }).click();
      await chat.send("Name one reason to prefer tabs over spaces, in a sentence or two.");
      for (const number of [1, 2, 3]) await chat.answer(number, "done");
      await take(window, "compare", { width: 1050, height: 330 });
    });
    await picture("edit", async () => {
      await window.widenSideBar(320);
      await chat.chooseModel("openai/edits");
      await page.locator(".editor-instance .monaco-editor .view-lines").first().click();
      await page.keyboard.press("ControlOrMeta+End");
      for (let line = 0; line < FUNCTION_LINES; line += 1) await page.keyboard.press("Shift+ArrowUp");
      await window.command("EdgeQuake: Edit…");
      await window.typeIntoPrompt("Refuse an empty list, and use sum()");
      const modified = page.locator(".monaco-diff-editor .editor.modified").first();
      await poll("the diff", 15_000, async () => ((await modified.textContent()) ?? "").includes("raise"));
      await pause(500);
      await take(window, "edit", { x: 370, width: 910, height: 290 });
      await page.getByRole("button", { name: "Discard Edit" }).first().click();
    });
    await picture("usage", async () => {
      await fillLedger(window);
      await window.command("EdgeQuake: Show Usage");
      const usage = await webviewWith(page, ".usage, main h1");
      await usage.locator("svg, .bar, [role=img]").first().waitFor();
      await window.command("View: Toggle Primary Side Bar Visibility");
      await pause(500);
      await take(window, "usage");
    });
  } finally {
    await window.close();
    await provider.stop();
  }
  for (const failure of failures) console.error(failure);
  return failures.length === 0 ? 0 : 1;
});
