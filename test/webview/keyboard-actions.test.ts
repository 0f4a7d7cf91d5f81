// Every action of the page by keyboard alone: in every state each control is gone to by Tab and arrows, is seen to have
// the cursor, does what it is for when Enter is pressed, and leaves the cursor somewhere. A control that this file does
// not know fails it.

import assert from "node:assert/strict";
import type { FromWebview } from "../../server/protocol/webview.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { STATES } from "./states.ts";

type Effect = FromWebview["type"] | ((chat: ChatPage, before: Seen) => Promise<boolean>);
/** What may change without a word to the host. */
interface Seen {
  draft: string;
  turns: number;
  whys: number;
  folded: number;
}

/** By the kind of control and its name. */
const EFFECTS: readonly [RegExp, Effect][] = [
  [/^button: .*(Show Chats|Chats anzeigen)/, "history"],
  [
    /^button: (Attach|Anfügen)…$/,
    async (chat, { draft }) => {
      const now = (await seen(chat)).draft;
      return now.length > draft.length && now.includes("@");
    },
  ],
  [/^button: (Select Model|Modell auswählen)/, "selectModel"],
  [/^button: Thinking Effort: /, "selectEffort"],
  [/^button: (Compare Models|Modelle vergleichen)/, "selectCompare"],
  [/^button: (Send|Senden)$/, "send"],
  [/^button: Stop( .+)?$/, "stop"],
  [/^button: (Copy answer|Antwort kopieren|Copy|Copied|Kopiert)$/, "copy"],
  [/^button: (Insert at Cursor|Apply in Editor|New File|Run in Terminal)$/, "code"],
  [/^button: (Retry|Wiederholen)$/, "retry"],
  [/^button: (Regenerate with…|Neu erzeugen mit…)$/, "regenerate"],
  [/^button: (Branch|Verzweigen)$/, "branch"],
  [/^button: (Why|Warum)$/, async (chat, { whys }) => (await seen(chat)).whys !== whys],
  [/^button: (Refresh|Aktualisieren)$/, "limits"],
  [/^button: (Edit|Bearbeiten)$/, "edit"],
  [/^button: (Cancel|Abbrechen)$/, "cancelEdit"],
  [/^button: Remove /, "detach"],
  [/^button: (Set API Key|API-Schlüssel festlegen)$/, "setApiKey"],
  [/^button: (Get Started|Erste Schritte)$/, "getStarted"],
  [/^button: (Show Log|Protokoll anzeigen)$/, "showLog"],
  [/^button: Go on with this one/, "pick"],
  [
    /^button: (Jump to end|Zum Ende springen)$/,
    async (chat) => (await chat.page.locator(".jump").count()) === 0,
  ],
  [/^summary: /, async (chat, { folded }) => (await seen(chat)).folded !== folded],
  [/^a: /, "openLink"],
];
/**
 * What has nothing to do but to be read, or scrolled by the arrows; and the button for earlier turns, which does what it
 * is for as soon as the cursor brings it into sight: earlier.test.ts presses it.
 */
const PASSIVE = /^(textarea|pre|div|span): |^button: Show earlier messages$/;
const CONTROLS = "button:enabled, a[href], summary, textarea, input:enabled, select, [tabindex='0']";
const MOST_STOPS = 300;

const seen = (chat: ChatPage): Promise<Seen> =>
  chat.page.evaluate(() => ({
    draft: document.querySelector("textarea")?.value ?? "",
    turns: document.querySelectorAll(".turn").length,
    whys: document.querySelectorAll(".why").length,
    folded: document.querySelectorAll("details:not([open])").length,
  }));

/** Runs in the page: what the cursor is on, and whether that can be seen. */
function underCursor(): { name: string; clear: boolean; inBar: boolean; known: boolean } | undefined {
  const now = document.activeElement;
  if (!now || now === document.body) return undefined;
  const name = now.getAttribute("aria-label") ?? now.textContent ?? "";
  const shown = (element: Element | null): boolean => {
    if (!element) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
  };
  const { top, bottom, left, right, width } = now.getBoundingClientRect();
  const inside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth && width > 0;
  const known = now.hasAttribute("data-reached");
  now.setAttribute("data-reached", "");
  for (const old of document.querySelectorAll("[data-now]")) old.removeAttribute("data-now");
  now.setAttribute("data-now", "");
  return {
    name: `${now.tagName.toLowerCase()}: ${name.trim()}`,
    clear:
      inside &&
      Number(getComputedStyle(now).opacity) > 0.5 &&
      (shown(now) || (now.matches("textarea") && shown(now.parentElement))),
    inBar: now.closest("[role=toolbar]") !== null,
    known,
  };
}

async function press(chat: ChatPage, name: string): Promise<void> {
  const [, effect] = EFFECTS.find(([known]) => known.test(name)) ?? [];
  assert.ok(effect !== undefined, `nobody said what "${name}" is for`);
  const before = await seen(chat);
  await chat.forget();
  await chat.page.keyboard.press("Enter");
  if (typeof effect === "string") await chat.posted(effect);
  else await poll(`${name} to do what it is for`, PATIENCE_MS, () => effect(chat, before), 10);
  // Where it goes is decided once the page is drawn.
  for (let frame = 0; frame < 2; frame += 1) await chat.drawn();
  const lost = await chat.page.evaluate(
    () => document.activeElement === null || document.activeElement === document.body,
  );
  assert.ok(!lost, `after "${name}" the cursor is nowhere`);
  // On from there, where it is still there.
  await chat.page.evaluate(() => document.querySelector<HTMLElement>("[data-now]")?.focus());
}

/** From the top of the page by Tab, through toolbars by arrows, until it is left twice: gives what was pressed. */
async function goThrough(chat: ChatPage): Promise<Set<string>> {
  const done = new Set<string>();
  await chat.page.evaluate(() => {
    // The page gives its first cursor to the message box: Tab would go on from there.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  let rounds = 0;
  let outside = false;
  let key = "Tab";
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await chat.page.keyboard.press(key);
    const at = await chat.page.evaluate(underCursor);
    if (!at) {
      // Outside of the page there may be more than one stop.
      if (!outside) rounds += 1;
      outside = true;
      if (rounds === 2) return done;
      continue;
    }
    outside = false;
    // Round its bar: on to the next stop.
    key = at.inBar && !at.known ? "ArrowRight" : "Tab";
    assert.ok(at.clear, `the cursor on "${at.name}" is not seen`);
    if (done.has(at.name)) continue;
    done.add(at.name);
    if (!PASSIVE.test(at.name)) await press(chat, at.name);
  }
  throw new Error(`Tab went through ${MOST_STOPS} stops and did not come round`);
}

describe("every action by keyboard", function () {
  this.timeout(300_000);
  const open = chatsOfThisFile();

  for (const [name, enter] of Object.entries(STATES)) {
    // An open list takes Tab to choose; composer.test.ts goes through it.
    if (name === "mention" || name === "command") continue;
    it(name, async () => {
      const chat = await open({ width: 480, theme: "high-contrast" });
      await enter(chat);
      const pressed = await goThrough(chat);
      assert.ok(pressed.size >= 4, [...pressed].join(", "));
      const left = await chat.page.evaluate(
        (controls) =>
          [...document.querySelectorAll(controls)]
            // Who gets as far as Jump to end by Tab has come to the end, where it goes away; another button for what is
            // earlier comes with what that brought.
            .filter(
              (control) => control.checkVisibility() && !control.matches("[data-reached], .jump, .earlier"),
            )
            .map((control) => control.outerHTML.slice(0, 120)),
        CONTROLS,
      );
      assert.deepEqual(left, [], "not reached");
    });
  }

  it("typing goes into the message box from the start, and there again after New Chat and Send", async () => {
    const chat = await open();
    await chat.reset();
    await chat.say({ type: "focus" });
    await chat.page.keyboard.type("hello");
    await chat.page.keyboard.press("Enter");
    assert.equal((await chat.posted("send")).text, "hello");
    await chat.page.keyboard.type("next");
    assert.equal(await chat.box.inputValue(), "next");
  });

  it("Escape closes Why and gives the cursor back to its button; while an answer comes it stops it from anywhere", async () => {
    const chat = await open();
    await STATES["why"]?.(chat);
    await chat.button("Refresh").focus();
    await chat.page.keyboard.press("Escape");
    assert.equal(await chat.page.locator(".why").count(), 0);
    assert.equal(await chat.button("Why").evaluate((button) => button === document.activeElement), true);
    assert.deepEqual(await chat.all("stop"), []);
    await STATES["streaming"]?.(chat);
    await chat.page.locator(".session button").focus();
    await chat.page.keyboard.press("Escape");
    await chat.posted("stop");
  });

  it("Escape in the message box gives up editing a question; the cursor stays", async () => {
    const chat = await open();
    await STATES["editing"]?.(chat);
    await chat.page.keyboard.press("Escape");
    await chat.posted("cancelEdit");
    await chat.say({ type: "compose", draft: "", editing: null });
    assert.equal(await chat.box.evaluate((box) => box === document.activeElement), true);
  });

  it("the ring says its figures to who comes by keyboard", async () => {
    const chat = await open();
    await STATES["conversation"]?.(chat);
    const ring = chat.page.getByRole("meter", { name: "Context" });
    await chat.box.focus();
    while (!(await ring.evaluate((element) => element === document.activeElement))) {
      await chat.page.keyboard.press("Tab");
    }
    const tip = await ring.evaluate((element) => {
      const { content, display } = getComputedStyle(element, "::after");
      return display === "none" ? "" : content;
    });
    assert.match(tip, /12,400 of 128,000 tokens/);
    assert.equal(await ring.getAttribute("aria-valuetext"), "Context: 12,400 of 128,000 tokens");
  });
});
