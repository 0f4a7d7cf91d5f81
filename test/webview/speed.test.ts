// What the page costs: a session of 5,000 messages opens at once, an answer of 40 KB grows at a price per piece that
// does not grow with it. Figures are printed beside their goals; asserted are ratios, the best of a few rounds: what
// else runs on the machine only ever adds to a round.

import assert from "node:assert/strict";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, EXPLAINS, opened, question } from "./samples.ts";

const OPEN_MS = 300;
const UPDATE_MS = 4;
const ROUNDS = 3;
const MOST_ROUNDS = 10;
const MOST_GROWTH = 3;
const ANSWER_BYTES = 40 * 1024;
/** What an answer brings in a frame of the host's. */
const PIECE = 100;

const talk = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? question(`Question ${index}: what does it do?`) : answer(EXPLAINS),
  );

/** Milliseconds from the message on until it is on the screen. */
function timeToOpen(chat: ChatPage, count: number): Promise<number> {
  return chat.page.evaluate(
    async (message) => {
      const start = performance.now();
      window.dispatchEvent(new MessageEvent("message", { data: message }));
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      return performance.now() - start;
    },
    { ...opened({ turns: talk(count) }), seq: 0 },
  );
}

/** Milliseconds of script for each piece of a growing answer, its rendering included, layout not. */
async function timesToGrow(chat: ChatPage, text: string): Promise<number[]> {
  const growing = begun();
  await chat.reset({ turns: [...talk(40), question("And at length?"), growing] });
  return chat.page.evaluate(
    async ({ id, pieces }) => {
      const times: number[] = [];
      let seq = 1;
      for (const piece of pieces) {
        const start = performance.now();
        const data = { type: "delta", seq, id, text: piece, reasoning: "" };
        window.dispatchEvent(new MessageEvent("message", { data }));
        // Rendering is a microtask.
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        times.push(performance.now() - start);
        seq += 1;
        await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      }
      return times;
    },
    { id: growing.id, pieces: text.match(new RegExp(`[^]{1,${PIECE}}`, "g")) ?? [] },
  );
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const median = (values: readonly number[]): number => percentile(values, 0.5);

/** How much dearer the last quarter is than the first, by its middle. */
function growth(times: readonly number[]): number {
  const quarter = Math.floor(times.length / 4);
  return median(times.slice(-quarter)) / median(times.slice(0, quarter));
}

/** Grows it until its end costs about what its beginning does and the page has most of its time, three times at most. */
async function assertSteady(open: () => Promise<ChatPage>, what: string, text: string): Promise<void> {
  let said = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    const chat = await open();
    const begun = performance.now();
    const times = await timesToGrow(chat, text);
    const whole = performance.now() - begun;
    const script = times.reduce((sum, time) => sum + time, 0);
    sayFigures(what, times, UPDATE_MS);
    if (growth(times) <= MOST_GROWTH && script <= whole / 2) return;
    said = `the last quarter took ${growth(times)} times the first; ${script} ms of ${whole} ms were script`;
  }
  assert.fail(said);
}

function sayFigures(what: string, times: readonly number[], goal: number): void {
  const [p50, p95, most] = [median(times), percentile(times, 0.95), Math.max(...times)];
  console.log(
    `      ${what}: ${times.length} pieces, p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms (goal ${goal}), most ${most.toFixed(1)} ms, last quarter ${growth(times).toFixed(2)} × the first`,
  );
}

const ofLength = (text: string): string =>
  text.repeat(Math.ceil(ANSWER_BYTES / text.length)).slice(0, ANSWER_BYTES);

describe("what the chat's page costs", function () {
  this.timeout(300_000);
  const open = chatsOfThisFile();

  it("a session of 5,000 messages opens at once, and not much later than one of 50", async () => {
    let [few, many] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && many > MOST_GROWTH * few); round += 1) {
      few = Math.min(few, await timeToOpen(await open(), 50));
      many = Math.min(many, await timeToOpen(await open(), 5_000));
    }
    console.log(
      `      5,000 messages in ${many.toFixed(0)} ms (goal ${OPEN_MS}), 50 in ${few.toFixed(0)} ms`,
    );
    assert.ok(many <= MOST_GROWTH * few, `${many} ms against ${few} ms`);
  });

  for (const [what, head, line] of [
    ["markdown", "", `${EXPLAINS}\n\n`],
    ["code", "```python\n", "    values.append(convert(row[0], unit=row[1]))  # one line of many\n"],
    ["one list", "", "- an item with `code` and **weight**, and some more words after it\n"],
    ["one list with air", "", "7. an item with `code` and **weight**\n\n"],
    ["one table", "| name | value |\n|---|---|\n", "| a name with `code` | a value with **weight** |\n"],
    ["one paragraph", "", "some words with `code` and **weight** and a [link](https://example.invalid/) "],
  ] as const) {
    it(`an answer that is 40 KB of ${what} grows at a steady price`, () =>
      assertSteady(open, `40 KB of ${what}`, head + ofLength(line)));
  }
});
