// Chats over a real file: what was answered is there after a kill, nothing is added twice, and a long chat opens by its
// end alone.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { OpenAIError } from "../../server/protocol/errors.ts";
import type { SessionEntry } from "../../server/protocol/session-types.ts";
import { Sessions } from "../../server/store/sessions.ts";
import { poll } from "../host/poll.ts";
import { StoreFolder } from "./folder.ts";

const KILLS = 15;
const LONG = 5_000;

const question = (id: string, text: string): SessionEntry => ({
  type: "message",
  message: { id, role: "user", text },
});
const answer = (id: string, text = "", more = {}): SessionEntry => ({
  type: "message",
  message: { id, role: "assistant", text, ...more },
});

describe("chats", function () {
  this.timeout(60_000);
  let folder: StoreFolder;
  let now = Date.UTC(2026, 0, 2);
  let sessions: Sessions;
  beforeEach(() => {
    folder = new StoreFolder();
    now = Date.UTC(2026, 0, 2);
    sessions = new Sessions(folder.open(), () => now);
  });
  afterEach(() => folder.remove());

  const append = (session_id: string, ...entries: SessionEntry[]) => sessions.append({ session_id, entries });
  const texts = async (session_id: string): Promise<string[]> =>
    (await sessions.read({ session_id })).messages.map(({ text }) => text);

  it("begin with their first entry, and are named by the first question", async () => {
    const info = await append(
      "s",
      question("q", "\n```\n  What   is\ta monad?\nMore."),
      answer("a", "A burrito."),
    );
    assert.deepEqual(info, {
      id: "s",
      title: "What is a monad?",
      created: now,
      updated: now,
      messages: 2,
      meta: null,
      previous: null,
    });
    const long = await append("t", question("q", `${"word ".repeat(40)}`));
    assert.ok(long.title.length <= 80 && long.title.endsWith("word…"), long.title);
  });

  it("give messages back as they came, other fields and odd texts too", async () => {
    const text = "e\u0301 \u0000 👩‍🚀 \uD800 '\"; DROP TABLE messages; --";
    await append("s", answer("a", text, { model: "openai/m", usage: { prompt_tokens: 1 }, reasoning: "r" }));
    const [message] = (await sessions.read({ session_id: "s" })).messages;
    assert.deepEqual(message, {
      id: "a",
      role: "assistant",
      text: text.replace("\uD800", "\uFFFD"),
      reasoning: "r",
      model: "openai/m",
      usage: { prompt_tokens: 1 },
      at: now,
      seq: 1,
    });
  });

  it("open without their pictures where those are not wanted", async () => {
    const image = `data:image/png;base64,${"A".repeat(100)}`;
    const attachments = [
      { id: "p", kind: "image", image },
      { text: 'say "data:" twice' },
      { text: 'data: {"choices":[]}\n\ndata: [DONE]\n' },
    ];
    await append("s", {
      type: "message",
      message: { id: "q", role: "user", text: "data:text stays", attachments },
    });
    const read = async (pictures?: boolean) =>
      (await sessions.read({ session_id: "s", pictures })).messages[0] ?? assert.fail("no message");
    const { attachments: without, ...rest } = await read(false);
    assert.deepEqual(without, [{ ...attachments[0], image: null }, ...attachments.slice(1)]);
    const { attachments: all, ...same } = await read();
    assert.deepEqual(all, attachments);
    assert.deepEqual(rest, same);
  });

  it("grow by deltas; one that comes twice is added once", async () => {
    const delta = (n: number, text: string): SessionEntry => ({
      type: "delta",
      id: "a",
      n,
      text,
      reasoning: text,
    });
    await append("s", question("q", "?"), answer("a", "", { state: "streaming" }), delta(0, "one "));
    await append("s", delta(0, "one "), delta(1, "two "));
    await append("s", delta(1, "two "), { type: "delta", id: "a", text: "three" });
    const [, message] = (await sessions.read({ session_id: "s" })).messages;
    assert.equal(message?.text, "one two three");
    assert.equal(message?.["reasoning"], "one two ");
    assert.equal(message?.["state"], "streaming");
    await append("s", { type: "update", id: "a", fields: { state: "done", cost_usd: 1 } }, delta(1, "two "));
    const [, settled] = (await sessions.read({ session_id: "s" })).messages;
    assert.equal(settled?.text, "one two three");
    assert.deepEqual([settled?.["state"], settled?.["cost_usd"]], ["done", 1]);
    await append("s", { type: "update", id: "a", fields: { text: "corrected", id: "other", seq: 9 } });
    assert.deepEqual(await texts("s"), ["?", "corrected"]);
    await append("s", question("q", "another text of a message that is there"));
    assert.deepEqual(await texts("s"), ["?", "corrected"]);
  });

  it("are cut where a question is asked anew", async () => {
    await append("s", question("1", "a"), answer("2", "b"), question("3", "c"), answer("4", "d"));
    const info = await append("s", { type: "cut", id: "3" }, question("5", "e"));
    assert.equal(info.messages, 3);
    assert.deepEqual(await texts("s"), ["a", "b", "e"]);
    await append("s", { type: "cut", id: "nobody" }, { type: "delta", id: "4", text: "late" });
    assert.deepEqual(await texts("s"), ["a", "b", "e"]);
    assert.deepEqual(await sessions.search({ query: "d" }), []);
  });

  it("branch: a copy up to a message, and the two go their own ways", async () => {
    await append("s", question("1", "first question"), answer("2", "b"), {
      type: "delta",
      id: "2",
      text: "+",
    });
    await append("s", question("3", "c"));
    const branch = await sessions.branch({ session_id: "s", message_id: "2", new_session_id: "t" });
    assert.deepEqual([branch.id, branch.title, branch.messages], ["t", "first question", 2]);
    await append("t", question("x", "other"));
    assert.deepEqual(await texts("t"), ["first question", "b+", "other"]);
    assert.deepEqual(await texts("s"), ["first question", "b+", "c"]);
    await assert.rejects(sessions.branch({ session_id: "s", message_id: "none" }), isNotFound);
  });

  it("are listed with the newest first, page by page, and none twice", async () => {
    for (let index = 0; index < 25; index += 1) {
      // Many of the same moment.
      if (index % 4 === 0) now += 1;
      await append(`s${index}`, question("q", `question ${index}`));
    }
    now += 1;
    await append("s3", answer("a", "again"));
    const seen: string[] = [];
    let before = null as Awaited<ReturnType<Sessions["list"]>>["before"];
    do {
      const page = await sessions.list({ limit: 7, before });
      seen.push(...page.sessions.map(({ id }) => id));
      before = page.before;
    } while (before !== null);
    assert.equal(seen[0], "s3");
    assert.equal(seen.length, 25);
    assert.equal(new Set(seen).size, 25);
  });

  it("are renamed for good, and deleted with everything of theirs", async () => {
    await append("s", question("q", "the needle question"));
    assert.equal((await sessions.rename({ session_id: "s", title: "Mine" })).title, "Mine");
    assert.equal((await append("s", question("r", "x"))).title, "Mine");
    assert.equal(await sessions.delete({ session_id: "s" }), true);
    assert.equal(await sessions.delete({ session_id: "s" }), false);
    assert.deepEqual(await sessions.search({ query: "needle" }), []);
    await assert.rejects(sessions.read({ session_id: "s" }), isNotFound);
    await assert.rejects(sessions.rename({ session_id: "s", title: "x" }), isNotFound);
    await assert.rejects(sessions.export({ session_id: "s", format: "json" }), isNotFound);
  });

  for (const indexed of [true, false]) {
    it(`are found by every word in any case, in any script${indexed ? "" : ", also without an index"}`, async () => {
      if (!indexed) {
        await append("x");
        await folder.open().close();
        const { DatabaseSync } = await import("node:sqlite");
        const raw = new DatabaseSync(folder.file);
        raw.exec("DROP TABLE found");
        raw.close();
        sessions = new Sessions(folder.open(), () => now);
      }
      await append(
        "en",
        question("q", "How do I sort an ARRAY of structs?"),
        answer("a", "Use qsort, 100% of_it"),
      );
      await append("ja", question("q", "日本語のテキスト"));
      await append("titled", question("q", "nothing"));
      await sessions.rename({ session_id: "titled", title: "Grüße aus Köln" });
      const found = async (query: string) =>
        (await sessions.search({ query })).map(({ session_id, message_id }) => `${session_id}/${message_id}`);
      assert.deepEqual(await found("array SORT"), ["en/q"]);
      assert.deepEqual(await found("array missing"), []);
      assert.deepEqual(await found("語のテ"), ["ja/q"]);
      assert.deepEqual(await found("本語"), ["ja/q"]);
      assert.deepEqual(await found("köln"), ["titled/q"]);
      assert.deepEqual(await found("100% of_it"), ["en/a"]);
      assert.deepEqual(await found("100_"), []);
      assert.deepEqual(await found('"struct* OR NEAR(x'), []);
      assert.deepEqual(await found("  "), []);
      const [hit] = await sessions.search({ query: "structs" });
      assert.match(hit?.excerpt ?? "", /of structs\?$/);
    });
  }

  it("are exported as Markdown and JSON, long ones whole", async () => {
    await append(
      "s",
      question("q", "# Why?"),
      answer("a", "Because.\n", { reasoning: "hm\n\nso", model: "openai/m" }),
    );
    const markdown = await sessions.export({ session_id: "s", format: "markdown" });
    const time = new Date(now).toISOString();
    assert.equal(
      markdown,
      `# # Why?\n\n## User\n\n*${time}*\n\n# Why?\n\n## Assistant\n\n*openai/m, ${time}*\n\n> hm\n>\n> so\n\nBecause.\n`,
    );
    await append("with", {
      type: "message",
      message: { id: "q", role: "user", text: "See", attachments: [{ label: "a`b.ts" }, null, { label: 7 }] },
    });
    const attached = await sessions.export({ session_id: "with", format: "markdown" });
    assert.match(attached, /\*\n\nAttached: `a'b\.ts`\n\nSee\n$/, "what a question brought is named");
    const entries = Array.from({ length: 1_203 }, (_, index) => question(`m${index}`, String(index)));
    await append("long", ...entries);
    const json = JSON.parse(await sessions.export({ session_id: "long", format: "json" })) as {
      session: { messages: number };
      messages: { text: string }[];
    };
    assert.equal(json.session.messages, 1_203);
    assert.deepEqual(
      json.messages.map(({ text }) => Number(text)),
      entries.map((_, index) => index),
    );
  });

  it("that are gone are not begun by what is left of them, and whoever asks learns whether they were deleted", async () => {
    const late: SessionEntry[] = [
      { type: "delta", id: "a", n: 3, text: "the rest" },
      { type: "update", id: "a", fields: { state: "done" } },
      { type: "cut", id: "a" },
    ];
    const gone = (code: string | undefined) => (error: Error & { code?: string }) =>
      error.name === "NotFoundError" && error.code === code;
    for (const entry of late)
      await assert.rejects(append("s", entry, question("q2", "And?")), gone(undefined));
    await assert.rejects(sessions.read({ session_id: "s" }), gone(undefined));
    await append("s", question("q", "Why?"), answer("a", "Because"));
    await append("s", ...late.slice(0, 2));
    const other = new Sessions(folder.open(), () => now);
    assert.equal(await other.delete({ session_id: "s" }), true);
    assert.equal(await other.delete({ session_id: "never" }), false);
    for (const entry of late) await assert.rejects(append("s", entry), gone("deleted"));
    await assert.rejects(sessions.read({ session_id: "s" }), gone("deleted"));
    await assert.rejects(sessions.rename({ session_id: "s", title: "S" }), gone("deleted"));
    await assert.rejects(sessions.read({ session_id: "never" }), gone(undefined));
    assert.deepEqual((await sessions.list()).sessions, []);
    await append("s", question("q3", "Anew?"));
    assert.deepEqual((await sessions.read({ session_id: "s" })).session.messages, 1);
  });

  it("in the exported Markdown an answer that did not end as it should says so", async () => {
    const endings: [Record<string, unknown>, boolean, string][] = [
      [{ state: "done" }, false, ""],
      [{ state: "stopped" }, false, "*The answer was stopped here.*"],
      [{ state: "streaming" }, true, "*The answer is still coming.*"],
      [{ state: "streaming" }, false, "*The answer was stopped here.*"],
      [
        { state: "error", error: { name: "Timeout", message: "Nothing came\nin 60 s." } },
        false,
        "*The answer failed here.* Timeout: Nothing came in 60 s.",
      ],
      [{ state: "error", error: "what another client keeps" }, false, "*The answer failed here.*"],
      [{ note: "length" }, false, "*The model's length limit cut the answer off here.*"],
      [{ note: "content_filter" }, false, "*The provider's content filter ended the answer here.*"],
      [{ state: 7, note: {} }, false, ""],
    ];
    for (const [place, [fields, growing, said]] of endings.entries()) {
      const message = { id: "a", role: "assistant", text: "So far.", ...fields };
      await append(`s${place}`, { type: "message", message, growing });
      const markdown = await sessions.export({ session_id: `s${place}`, format: "markdown" });
      assert.ok(markdown.endsWith(`*\n\nSo far.\n${said === "" ? "" : `\n${said}\n`}`), markdown);
    }
    await append("empty", {
      type: "message",
      message: { id: "a", role: "assistant", text: "", note: "empty" },
    });
    const empty = await sessions.export({ session_id: "empty", format: "markdown" });
    assert.ok(empty.endsWith("*\n\n*The model answered with no text.*\n"), empty);
    for (const [code, end] of [
      ["````md\n```ts\nlet", "\n````"],
      ["~~~\n```", "\n~~~"],
      ["```ts\nlet\n```", ""],
      ["  ```\nlet\n``` not yet", "\n```"],
      ["```one `line```", ""],
    ] as const) {
      const cut = { id: "a", role: "assistant", text: code, state: "stopped" };
      await append(code, { type: "message", message: cut }, question("q", "And now?"));
      const markdown = await sessions.export({ session_id: code, format: "markdown" });
      const until = markdown.indexOf("\n\n## User");
      assert.ok(
        markdown.slice(0, until).endsWith(`${code}${end}\n\n*The answer was stopped here.*`),
        markdown,
      );
    }
  });

  it(`of ${LONG} messages open by their end, as fast as short ones`, async () => {
    const filler = "lorem ipsum dolor sit amet ".repeat(40);
    for (let from = 0; from < LONG; from += 500) {
      const part = Array.from({ length: 500 }, (_, index) =>
        question(`m${from + index}`, `${from + index} ${filler}`),
      );
      await append("long", ...part);
    }
    await append("short", question("q", filler));
    const other = new Sessions(folder.open(), () => now);
    await other.read({ session_id: "short" });
    const began = performance.now();
    const page = await other.read({ session_id: "long", limit: 50 });
    const took = performance.now() - began;
    assert.equal(page.session.messages, LONG);
    assert.deepEqual([page.messages[0]?.id, page.messages.at(-1)?.id], ["m4950", "m4999"]);
    const earlier = await other.read({ session_id: "long", limit: 50, before: page.before });
    assert.deepEqual([earlier.messages[0]?.id, earlier.messages.at(-1)?.id], ["m4900", "m4949"]);
    const first = await other.read({ session_id: "long", limit: 50, before: 11 });
    assert.equal(first.messages.length, 10);
    assert.equal(first.before, null);
    console.log(`      its last 50 in ${took.toFixed(1)} ms`);
    assert.ok(took < 100, `${took} ms`);
  });

  it(`lose nothing that was answered over ${KILLS} kills`, async () => {
    const writer = new URL("./chat-writer.ts", import.meta.url).pathname;
    const told: string[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, ["--no-warnings", writer, folder.file, `k${kill}`], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let rest = "";
      let lines = 0;
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        const parts = (rest + text).split("\n");
        rest = parts.pop() ?? "";
        lines += parts.length;
        told.push(...parts);
      });
      while (lines < 3 + kill) await once(child.stdout, "data");
      child.kill("SIGKILL");
      await once(child, "close");
    }
    const last = new Map<string, string>();
    for (const line of told) {
      const [session = "", length = ""] = line.split(" ");
      last.set(session, length);
    }
    assert.equal(last.size, KILLS);
    for (const [session, length] of last) {
      const [, message] = (await sessions.read({ session_id: session })).messages;
      assert.ok(
        (message?.text.length ?? 0) >= Number(length),
        `${session}: ${message?.text.length} of ${length}`,
      );
      assert.match(message?.text ?? "", /^(?:0123456789)+$/);
    }
  });

  it("an append tells when the chat was changed before it: never twice at the same time", async () => {
    const first = await append("s", question("q", "?"));
    // Of another window, within the same millisecond.
    const other = new Sessions(folder.open(), () => now);
    const second = await other.append({ session_id: "s", entries: [answer("a", "!")] });
    assert.equal(second.previous, first.updated);
    const third = await append("s", question("r", "?"));
    assert.equal(third.previous, second.updated);
    assert.ok(first.updated < second.updated && second.updated < third.updated);
  });

  it("tell another window of an answer that still grows, until its window is closed", async () => {
    const store = folder.open();
    const window = new Sessions(store, () => now);
    await window.append({
      session_id: "s",
      entries: [question("q", "?"), { ...answer("a"), growing: true }] as SessionEntry[],
    });
    const growing = async () => (await sessions.read({ session_id: "s" })).messages.map((one) => one.growing);
    assert.deepEqual(await growing(), [undefined, true]);
    await store.close();
    assert.deepEqual(await growing(), [undefined, undefined]);
  });

  it("of one that was killed an answer grows no longer, soon after; while it lives it does for longer", async () => {
    const writer = new URL("./chat-writer.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, ["--no-warnings", writer, folder.file, "k", "paused"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    const grows = async () => (await sessions.read({ session_id: "k" })).messages[1]?.growing === true;
    const begun = performance.now();
    // Longer than a process that says nothing and is gone is believed.
    while (performance.now() - begun < 4_000) {
      assert.ok(await grows());
      await pause(200);
    }
    child.kill("SIGKILL");
    await once(child, "close");
    const killed = performance.now();
    await poll("the end of what grew", 12_000, async () => !(await grows()));
    console.log(`      seen ${((performance.now() - killed) / 1_000).toFixed(1)} s after the kill`);
  });

  it("are kept in memory where there is no store", async () => {
    const alone = new Sessions(undefined, () => now);
    await alone.append({ session_id: "s", entries: [question("q", "hello")] });
    assert.equal((await alone.list()).sessions[0]?.title, "hello");
  });
});

function isNotFound(error: unknown): boolean {
  return error instanceof OpenAIError && error.name === "NotFoundError";
}
