// Pictures a question brought along: asked of the host when they are about to be seen, once, and shown small.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, attachment, PICTURE, question } from "./samples.ts";

const QUESTIONS = 30;
const named = (index: number) => ({ ...attachment("image", `${index}.png`), image: null });
const turns = Array.from({ length: QUESTIONS }, (_, index) => [
  question(`Question ${index}`, { attachments: [named(index)] }),
  answer(`Answer ${index}\n\n${"A line of it.\n\n".repeat(12)}`),
]).flat();

describe("pictures of questions", () => {
  const open = chatsOfThisFile();

  it("only those near what is seen are asked for, the others as they come near", async () => {
    const chat = await open();
    await chat.reset({ turns });
    await chat.posted("picture");
    await chat.drawn();
    const asked = (await chat.all("picture")).map(({ id }) => id);
    assert.ok(asked.includes(named(QUESTIONS - 1).id));
    assert.ok(asked.length < 8, `${asked.length} of ${QUESTIONS} asked for`);
    assert.equal(new Set(asked).size, asked.length, "each once");
    await chat.page.locator("main").evaluate((main) => main.scrollTo({ top: main.scrollHeight / 2 }));
    await poll(
      "others to be asked for",
      PATIENCE_MS,
      async () => (await chat.all("picture")).length > asked.length,
    );
  });

  it("shows what comes in its place, and moves nothing by it", async () => {
    const chat = await open();
    await chat.reset({ turns: [question("Who is it?", { attachments: [named(0)] })] });
    assert.deepEqual(await chat.posted("picture"), { type: "picture", id: named(0).id });
    const chip = chat.page.locator(".chip");
    const before = await chip.boundingBox();
    await chat.say({ type: "picture", id: named(0).id, image: PICTURE });
    const shown = chip.locator("img");
    await shown.waitFor();
    assert.equal(await shown.getAttribute("src"), PICTURE);
    assert.deepEqual(await chip.boundingBox(), before);
  });

  it("one whose answer was lost is asked for again with everything else; one that came is not", async () => {
    const chat = await open();
    const both = [question("Who are they?", { attachments: [named(0), named(1)] })];
    await chat.reset({ turns: both });
    await poll("both to be asked for", PATIENCE_MS, async () => (await chat.all("picture")).length === 2);
    await chat.say({ type: "picture", id: named(0).id, image: PICTURE });
    await chat.forget();
    await chat.reset({ turns: both });
    assert.deepEqual(await chat.all("picture"), [{ type: "picture", id: named(1).id }]);
    assert.equal(await chat.page.locator(".chip img").count(), 1);
  });

  it("one that could not be read is asked for again when it is seen again, not before", async () => {
    const chat = await open();
    await chat.reset({ turns });
    await chat.posted("picture");
    const last = named(QUESTIONS - 1).id;
    const times = async (): Promise<number> =>
      (await chat.all("picture")).filter(({ id }) => id === last).length;
    await poll("the last one to be asked for", PATIENCE_MS, async () => (await times()) === 1);
    await chat.say({ type: "picture", id: last, image: null });
    assert.equal(await times(), 1);
    const scrollTo = (top: number): Promise<void> =>
      chat.page.locator("main").evaluate((main, to) => main.scrollTo({ top: to, behavior: "instant" }), top);
    await poll("it to be out of sight and back", PATIENCE_MS, async () => {
      await scrollTo(0);
      await chat.drawn();
      await scrollTo(1_000_000);
      await chat.drawn();
      return (await times()) > 1;
    });
    await chat.say({ type: "picture", id: last, image: PICTURE });
    await chat.page.locator(".chip img").waitFor();
  });

  it("what is about to be sent shows its picture too", async () => {
    const chat = await open();
    await chat.reset();
    await chat.say({ type: "attachments", attachments: [named(0)] });
    await chat.posted("picture");
    await chat.say({ type: "picture", id: named(0).id, image: PICTURE });
    await chat.page.locator(".composer .chip img").waitFor();
  });
});
