// Pictures of a conversation: the store gives its turns without them, the webview gets each when it asks, the model is
// told all of them, and what left the store is said to be gone.

import assert from "node:assert/strict";
import { Sessions } from "../../server/store/sessions.ts";
import { Composer } from "../../src/chat/composer.ts";
import { messagesOf } from "../../src/chat/told.ts";
import { Transcript } from "../../src/chat/transcript.ts";
import { chunk, END, Harness } from "./chat-harness.ts";

const picture = (index: number) => `data:image/png;base64,${"A".repeat(1_000)}${index}`;
const attachment = (index: number) => ({
  id: `p${index}`,
  kind: "image" as const,
  label: `${index}.png`,
  detail: "",
  image: picture(index),
});

describe("pictures of a chat", () => {
  let sessions: Sessions;
  let read: { withPictures: number[] };
  let transcript: Transcript;

  beforeEach(async () => {
    sessions = new Sessions(undefined, () => Date.now());
    read = { withPictures: [] };
    const entries = [0, 1, 2].map((index) => ({
      type: "message" as const,
      message: { id: `q${index}`, role: "user", text: `look ${index}`, attachments: [attachment(index)] },
    }));
    await sessions.append({ session_id: "chat-1", entries });
    transcript = new Transcript((before, limit, pictures) => {
      if (pictures) read.withPictures.push(limit);
      return sessions.read({ session_id: "chat-1", before, limit, pictures });
    });
    await transcript.open();
  });

  const images = () => transcript.turns.map(({ attachments }) => attachments[0]?.image);

  it("stay in the store when the chat is opened; all else of the turns is there", () => {
    assert.deepEqual(images(), [null, null, null]);
    assert.deepEqual(
      transcript.turns.map(({ attachments }) => attachments[0]?.label),
      ["0.png", "1.png", "2.png"],
    );
    assert.deepEqual(read.withPictures, []);
    const [first] = messagesOf(transcript.entries);
    assert.ok(Array.isArray(first?.content) && first.content.length === 2, "counted as one in the meter");
  });

  it("come one by one when they are seen, each read once however often it is asked for", async () => {
    const both = await Promise.all([transcript.picture("p1"), transcript.picture("p1")]);
    assert.deepEqual(both, [picture(1), picture(1)]);
    assert.equal(await transcript.picture("p1"), picture(1));
    assert.deepEqual(read.withPictures, [1]);
    assert.deepEqual(images(), [null, picture(1), null]);
    assert.equal(await transcript.picture("of nobody"), null);
  });

  it("are all told to the model, and never an empty one", async () => {
    const harness = new Harness({ transcript }, sessions);
    const done = harness.send("which is largest?", "m");
    (await harness.calls(1)).finish(END);
    await done;
    const told = JSON.stringify(harness.asked[0]?.messages);
    for (const index of [0, 1, 2]) assert.ok(told.includes(`"${picture(index)}"`), `picture ${index}`);
    harness.outbox.dispose();
  });

  it("one that another window took out of the store is left out, and that is said", async () => {
    await sessions.append({ session_id: "chat-1", entries: [{ type: "cut", id: "q2" }] });
    const harness = new Harness({ transcript, leftOut: (what) => `${what} left out` }, sessions);
    const done = harness.send("which is largest?", "m");
    (await harness.calls(1)).finish(END);
    await done;
    const { messages = [] } = harness.asked[0] ?? {};
    assert.equal(messages[2]?.content, "look 2", "its words are told");
    assert.ok(!JSON.stringify(messages).includes('"url":""'));
    assert.deepEqual(harness.last().warnings, ["picture left out"]);
    harness.outbox.dispose();
  });

  it("go with an earlier question that is edited", async () => {
    const [entry] = transcript.entries;
    assert.ok(entry);
    await transcript.fetchPictures(entry);
    const composer = new Composer();
    composer.edit(entry, "");
    assert.equal(composer.question().attachments[0]?.image, picture(0));
  });

  it("are in no message to the webview", async () => {
    const harness = new Harness({ transcript }, sessions);
    await transcript.picture("p0");
    harness.resync();
    const done = harness.session.send({ text: "and this?", attachments: [attachment(3)], attached: [] }, "m");
    const stream = await harness.calls(1);
    stream.push([chunk("a cat")]);
    stream.finish(END);
    await done;
    harness.outbox.send({ type: "attachments", attachments: [attachment(4)] });
    assert.ok(harness.sent.length >= 5);
    assert.ok(!JSON.stringify(harness.sent).includes("data:image"));
    assert.ok(JSON.stringify(harness.sent).includes("4.png"));
    assert.equal(harness.session.turns.at(-2)?.attachments[0]?.image, picture(3), "the host keeps it");
    harness.outbox.dispose();
  });
});
