// What a conversation keeps of a failure is the backend's English; each window says it in its own language, also one that
// opens it later.

import assert from "node:assert/strict";
import { resolve } from "node:path";
import { APIConnectionError } from "../../server/protocol/errors.ts";
import type { ToWebview } from "../../server/protocol/webview.ts";
import { Outbox } from "../../src/chat/outbox.ts";
import { speak } from "../../src/words/users-words.ts";
import { Harness } from "./chat-harness.ts";

const ENGLISH = "connection to 127.0.0.1:9 refused";
/** As a person reads it. */
const SAID = "Connection to 127.0.0.1:9 refused";
const GERMAN = "Verbindung zu 127.0.0.1:9 abgelehnt";
const L10N = resolve("l10n");

describe("a failure in a chat, in the reader's language", () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => {
    harness.outbox.dispose();
    speak("en", "");
  });

  /** What another window, or this one after its language changed, is shown. */
  async function shownLater(): Promise<(string | undefined)[]> {
    const sent: ToWebview[] = [];
    const outbox = new Outbox((message) => sent.push(message));
    const { turns } = await harness.reopened();
    const surroundings = {
      model: null,
      compare: [],
      session: { id: "", title: "" },
      context: null,
      l10n: {},
    };
    const draft = { attachments: [], draft: "", drafted: 0, editing: null };
    outbox.reset({ ...surroundings, ...draft, turns, earlier: false });
    const [reset] = sent;
    assert.equal(reset?.type, "reset");
    return reset?.type === "reset" ? reset.turns.slice(1).map(({ error }) => error?.message) : [];
  }

  it("is said as it comes, and later in the language of then", async () => {
    speak("de", L10N);
    const done = harness.send("hello", "m");
    (await harness.calls(1)).fail(new APIConnectionError(ENGLISH));
    await done;
    await harness.session.flush();
    assert.equal(harness.shown.at(-1)?.error?.message, GERMAN);
    assert.equal(harness.last().error?.message, ENGLISH, "what is kept is English");
    speak("en", L10N);
    assert.deepEqual(await shownLater(), [SAID]);
    speak("de-AT", L10N);
    assert.deepEqual(await shownLater(), [GERMAN]);
  });

  it("that was kept in a language stays in it", async () => {
    const done = harness.send("hello", "m");
    (await harness.calls(1)).fail(new APIConnectionError(GERMAN));
    await done;
    await harness.session.flush();
    for (const language of ["en", "de"]) {
      speak(language, L10N);
      assert.deepEqual(await shownLater(), [GERMAN]);
    }
  });
});
