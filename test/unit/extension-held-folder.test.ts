// Two windows never keep what is not sent yet in the same folder; each finds its own again, and what windows left that do
// not come back goes.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Composer } from "../../src/chat/composer.ts";
import { HeldFiles } from "../../src/chat/held-files.ts";
import { type HeldIn, heldFolder, sweepHeldFolders } from "../../src/chat/held-folder.ts";
import { KeptDraft } from "../../src/chat/kept-draft.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";

const DAY_MS = 86_400_000;

describe("where the message being written is kept", () => {
  let everywhere: string;
  beforeEach(() => {
    everywhere = temporaryFolder("global");
  });

  /** A window as VS Code makes one, and again when it is reloaded: what it remembers stays. */
  function newWindow(workspace?: string): HeldIn {
    const remembered = new Map<string, unknown>();
    return {
      state: {
        keys: () => [...remembered.keys()],
        get: (key: string, otherwise?: unknown) => remembered.get(key) ?? otherwise,
        update: async (key: string, value: unknown) => void remembered.set(key, value),
      } as HeldIn["state"],
      storage: { window: workspace, everywhere },
    };
  }

  async function opened(window: HeldIn): Promise<{ composer: Composer; kept: KeptDraft }> {
    const composer = new Composer();
    const folder = heldFolder(window, false);
    const files = async () => new HeldFiles(folder);
    const kept = new KeptDraft({ files, composer, notKept: (label) => assert.fail(label) });
    await kept.restored();
    return { composer, kept };
  }

  async function writes(window: HeldIn, text: string): Promise<void> {
    const { composer, kept } = await opened(window);
    composer.typed(text);
    const attachment = { id: text, kind: "file" as const, label: text, detail: "", image: null };
    composer.attach({ attachment, text });
    await kept.save();
  }

  it("each window without a workspace has its own words and attachments again", async () => {
    const windows = [newWindow(), newWindow(), newWindow(temporaryFolder("workspace"))];
    for (const [index, window] of windows.entries()) await writes(window, `window-${index}`);
    for (const [index, window] of windows.entries()) {
      const { composer } = await opened(window);
      assert.deepEqual(
        [composer.text, composer.attachments.map(({ id }) => id)],
        [`window-${index}`, [`window-${index}`]],
      );
    }
    assert.equal((await opened(newWindow())).composer.text, "", "a new one begins with nothing");
  });

  it("in the browser, where they remember the same, it is the same from the start", () => {
    assert.equal(heldFolder(newWindow(), true), heldFolder(newWindow(), true));
  });

  it("what a closed one left goes a month later; a workspace's stays, and so does one's own", async () => {
    const workspace = temporaryFolder("workspace");
    const [closed, lately, own, other] = [newWindow(), newWindow(), newWindow(), newWindow(workspace)];
    for (const window of [closed, lately, own, other]) await writes(window, "x");
    const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
    for (const window of [closed, own, other]) utimesSync(heldFolder(window, false), ago(31), ago(31));
    utimesSync(heldFolder(lately, false), ago(29), ago(29));
    mkdirSync(join(everywhere, "other"));
    writeFileSync(join(everywhere, "unsent", "left.json"), "{}");
    utimesSync(join(everywhere, "unsent", "left.json"), ago(31), ago(31));
    utimesSync(join(everywhere, "other"), ago(31), ago(31));
    await sweepHeldFolders(own, heldFolder(own, false));
    const there = [closed, lately, own, other].map((window) => existsSync(heldFolder(window, false)));
    assert.deepEqual(there, [false, true, true, true]);
    assert.deepEqual(
      [existsSync(join(everywhere, "unsent", "left.json")), existsSync(join(everywhere, "other"))],
      [false, true],
    );
    await sweepHeldFolders(newWindow(), join(everywhere, "unsent", "new"));
    assert.ok(existsSync(heldFolder(own, false)), "it was used since");
  });
});
