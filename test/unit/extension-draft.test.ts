// The message that is being written outlives its window: words, attachments, an earlier question that is edited and what
// was set aside for it. Its files go when it is sent; what cannot be kept is said.

import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Composer, type Held } from "../../src/chat/composer.ts";
import { HeldFiles } from "../../src/chat/held-files.ts";
import { KeptDraft } from "../../src/chat/kept-draft.ts";
import { questionEntry } from "../../src/chat/turns.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";

const PICTURE = `data:image/png;base64,${"A".repeat(1_000)}`;

function held(id: string, more: Partial<Held> & { image?: string } = {}): Held {
  const { image = null, ...rest } = more;
  const kind = image === null ? "file" : "image";
  return { attachment: { id, kind, label: `${id}.ts`, detail: "1 KB", image }, text: `of ${id}`, ...rest };
}

describe("the message being written", () => {
  let folder: string;
  let refused: string[];
  beforeEach(() => {
    folder = join(temporaryFolder("unsent"), "unsent");
    refused = [];
  });

  /** A window over what the last one left. */
  function open(most?: number): { composer: Composer; kept: KeptDraft } {
    const composer = new Composer();
    const kept = new KeptDraft({
      files: async () => new HeldFiles(folder),
      composer,
      notKept: (label, why) => refused.push(`${label}: ${why?.name ?? "too large"}`),
      ...(most === undefined ? {} : { most }),
    });
    return { composer, kept };
  }

  async function reopened(most?: number) {
    const window = open(most);
    const missing = await window.kept.restored();
    return { ...window, missing };
  }

  const source = { file: "a.ts", language: "typescript", lines: "1-2" };

  it("stands there again with all it brings along, as it was when it was attached", async () => {
    const { composer, kept } = open();
    composer.typed("what is this?");
    composer.attach(held("a", { source }), held("p", { image: PICTURE, text: null }));
    await kept.save();
    const again = await reopened();
    assert.equal(again.composer.text, "what is this?");
    assert.deepEqual(again.composer.held, composer.held);
    assert.deepEqual([again.missing, refused], [0, []]);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, "a.json")).mode & 0o777, 0o600, "nobody else reads it");
    assert.equal(statSync(join(folder, "draft")).mode & 0o777, 0o600);
  });

  it("an edited question is still one, and what was set aside comes back", async () => {
    const { composer, kept } = open();
    composer.typed("half a thought");
    composer.attach(held("aside"));
    const entry = questionEntry({
      text: "earlier",
      attachments: [held("old").attachment],
      attached: [{ id: "old", text: "of old" }],
    });
    composer.edit(entry, composer.text);
    composer.typed("earlier, but better");
    await kept.save();
    const again = await reopened();
    assert.deepEqual(
      [again.composer.text, again.composer.editing, again.composer.attachments.map(({ id }) => id)],
      ["earlier, but better", entry.turn.id, ["old"]],
    );
    again.composer.cancelEdit();
    assert.deepEqual([again.composer.text, again.composer.held], ["half a thought", [held("aside")]]);
    // Where the question is gone nothing of either is.
    const gone = await reopened();
    gone.composer.abandonEdit();
    assert.equal(gone.composer.text, "half a thought\n\nearlier, but better");
    assert.deepEqual(
      gone.composer.attachments.map(({ id }) => id),
      ["aside", "old"],
    );
  });

  it("what is typed or attached before it is read again stays, and so does what was there", async () => {
    const before = open();
    before.composer.attach(held("a"));
    await before.kept.save();
    const { composer, kept } = open();
    composer.typed("typed at once");
    composer.attach(held("b"));
    await kept.save();
    for (const one of [composer, (await reopened()).composer]) {
      assert.equal(one.text, "typed at once");
      assert.deepEqual(
        one.attachments.map(({ id }) => id),
        ["a", "b"],
      );
    }
  });

  it("its files go when it is sent or taken away, and what a crash left goes a day later", async () => {
    const { composer, kept } = open();
    composer.attach(held("a"), held("b"));
    await kept.save();
    composer.detach("a");
    await kept.save();
    assert.deepEqual(readdirSync(folder), ["b.json", "draft"]);
    for (const name of ["fresh.json", "stale.json"]) writeFileSync(join(folder, name), "{}");
    const past = new Date(Date.now() - 2 * 86_400_000);
    for (const name of ["stale.json", "b.json"]) utimesSync(join(folder, name), past, past);
    const again = await reopened();
    assert.deepEqual(readdirSync(folder).sort(), ["b.json", "draft", "fresh.json"]);
    again.composer.sent(again.composer.question());
    await again.kept.save();
    assert.deepEqual(readdirSync(folder).sort(), ["draft", "fresh.json"]);
    assert.deepEqual((await reopened()).composer.held, []);
  });

  it("what is too large together, cannot be written or is gone is said; the others are kept", async () => {
    const { composer, kept } = open(2_000);
    composer.attach(held("p", { image: PICTURE }), held("q", { image: PICTURE }), held("a"));
    await kept.save();
    await kept.save();
    assert.deepEqual(refused.splice(0), ["q.ts: too large"], "told once");
    const again = await reopened(2_000);
    assert.deepEqual(
      again.composer.attachments.map(({ id }) => id),
      ["p", "a"],
    );
    assert.equal(again.missing, 1);
    writeFileSync(join(folder, "a.json"), '{"attachment": 1');
    assert.equal((await reopened()).missing, 2);

    rmSync(folder, { recursive: true });
    writeFileSync(folder, "no folder");
    again.composer.attach(held("b"));
    await again.kept.save();
    assert.deepEqual(refused, ["b.ts: Error"]);
  });
});
