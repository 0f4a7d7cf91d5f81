// Inline completions in the real editor's host: off unless turned on, one request at a time that a keystroke ends,
// typed along without another, and a failure told once.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { jsonOf } from "../../server/http-request.ts";
import { errorBody, status } from "../../server/openai-bytes.ts";
import { ScriptedProvider } from "../../server/scripted-provider.ts";
import { change, closeEverything, openText, setting } from "./code-scene.ts";

/** Each test has its own: what was filled once is known. */
let PREFIX = "";
let tests = 0;
const SUFFIX = ";\n}\n";

const fills = (text: string) => (exchange: { reply(status: number, body: string): Promise<void> }) =>
  exchange.reply(
    200,
    JSON.stringify({
      id: "1",
      created: 1,
      model: "coder",
      choices: [{ text, index: 0, finish_reason: "stop" }],
    }),
  );

suite("inline completions", () => {
  let provider: ScriptedProvider;

  suiteSetup(async () => {
    // Code that is opened does not wake it.
    await vscode.extensions.getExtension("edgequake.edgequake")?.activate();
    // Lists of models are asked for when the editor likes.
    provider = (await ScriptedProvider.start()).models(status(404, errorBody("no such page")));
    await setting("providers", { openai: { apiBase: provider.v1 } });
    await setting("inlineCompletions.model", "openai/coder");
    await setting("inlineCompletions.enable", true);
  });
  suiteTeardown(async () => {
    for (const name of ["providers", "inlineCompletions.model", "inlineCompletions.enable"])
      await setting(name, undefined);
    await closeEverything();
    await provider.stop();
    assert.deepEqual(provider.errors, []);
  });
  setup(() => {
    tests += 1;
    PREFIX = `function add${tests}(a, b) {\n  return `;
    provider.clear(fills("a + b"));
  });
  teardown(closeEverything);

  async function openGap(): Promise<vscode.TextEditor> {
    const editor = await openText(PREFIX + SUFFIX, "plaintext");
    editor.selection = at(editor, PREFIX.length);
    return editor;
  }
  function at({ document }: vscode.TextEditor, offset: number): vscode.Selection {
    const position = document.positionAt(offset);
    return new vscode.Selection(position, position);
  }
  const trigger = (): Thenable<unknown> =>
    vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
  const commit = (): Thenable<unknown> =>
    vscode.commands.executeCommand("editor.action.inlineSuggest.commit");

  /** Tab: taken as soon as it is there. */
  async function taken(editor: vscode.TextEditor, text: string): Promise<void> {
    await poll(`"${text}" to be taken`, PATIENCE_MS, async () => {
      if (editor.document.getText() === text) return true;
      await commit();
      return editor.document.getText() === text;
    });
  }

  test("what stands around the cursor is sent, and the filling is taken with a key", async () => {
    const editor = await openGap();
    await trigger();
    await taken(editor, `${PREFIX}a + b${SUFFIX}`);
    const body = jsonOf(provider.requests[0] ?? assert.fail("no request"));
    assert.equal(body["prompt"], PREFIX);
    assert.equal(body["suffix"], SUFFIX);
    assert.equal(body["model"], "coder");
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.getText(), PREFIX + SUFFIX);
  });

  test("typing along asks nobody again", async () => {
    const editor = await openGap();
    await trigger();
    await poll("a request", PATIENCE_MS, () => provider.requests.length === 1);
    // The editor may ask for the same place more than once.
    await vscode.commands.executeCommand("type", { text: "a " });
    await trigger();
    await taken(editor, `${PREFIX}a + b${SUFFIX}`);
    assert.equal(provider.requests.length, 1);
  });

  test("a keystroke closes the socket of the request that is out", async () => {
    provider.clear(() => new Promise(() => {}));
    await openGap();
    // The command lasts as long as its request.
    void trigger();
    const first = await poll("a request", PATIENCE_MS, () => provider.exchanges[0]);
    assert.ok(first.open);
    const began = performance.now();
    await vscode.commands.executeCommand("type", { text: "x" });
    await poll("its socket to close", 5000, () => !first.open);
    // Well before the request's own deadline.
    assert.ok(performance.now() - began < 5000);
    for (const text of ["y", "z"]) await vscode.commands.executeCommand("type", { text });
    await poll(
      "one request out at most",
      PATIENCE_MS,
      () => provider.exchanges.filter(({ open }) => open).length <= 1,
    );
  });

  test("a failure pauses: further keystrokes ask nobody", async () => {
    provider.clear(status(401, errorBody("Incorrect API key provided.", "invalid_api_key")));
    await openGap();
    // The command lasts as long as its request.
    await trigger();
    await poll("the refusal", PATIENCE_MS, () => provider.requests.length >= 1);
    const before = provider.requests.length;
    for (const text of "abc") await vscode.commands.executeCommand("type", { text });
    // An answered request by hand is the sign that the keystrokes before it were done with.
    provider.always(fills("done"));
    // Where the editor still waits for what a keystroke asked, it takes that for the answer of the one asked by hand.
    await poll("the one asked for by hand", PATIENCE_MS, async () => {
      await trigger();
      return provider.requests.length > before;
    });
    // The editor may ask for the same place more than once, and did so for none that was typed over.
    for (const request of provider.requests.slice(before))
      assert.ok(String(jsonOf(request)["prompt"]).endsWith("return abc"));
  });

  test("turned off, nothing is asked; turned on by its command, it is", async () => {
    await vscode.commands.executeCommand("edgequake.toggleInlineCompletions");
    const settings = (): unknown =>
      vscode.workspace.getConfiguration("edgequake").get("inlineCompletions.enable");
    assert.equal(settings(), false);
    const editor = await openGap();
    await trigger();
    await change(editor.document, PREFIX.length, 0, "q");
    await trigger();
    assert.equal(provider.requests.length, 0);
    await vscode.commands.executeCommand("edgequake.toggleInlineCompletions");
    assert.equal(settings(), true);
    editor.selection = at(editor, PREFIX.length + 1);
    await trigger();
    await poll("a request", PATIENCE_MS, () => provider.requests.length >= 1);
    assert.ok(String(jsonOf(provider.requests[0] ?? assert.fail())["prompt"]).endsWith("return q"));
  });
});
