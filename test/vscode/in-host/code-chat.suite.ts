// The commands that ask about code, run as a keybinding runs them: what reaches the model, with and without a
// selection, with the user's own prompt.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import {
  askedOf,
  BEFORE,
  CODE,
  closeEverything,
  endCodeScene,
  openSelected,
  openText,
  startCodeScene,
  useModel,
} from "./code-scene.ts";

suite("questions about code", () => {
  let provider: ScriptedProvider;
  const undo: vscode.Disposable[] = [];

  suiteSetup(async () => {
    provider = await startCodeScene();
    await useModel("openai/plain");
  });
  suiteTeardown(() => endCodeScene(provider));
  setup(() => provider.clear());
  teardown(async () => {
    for (const one of undo.splice(0)) one.dispose();
    await closeEverything();
  });

  for (const [command, words] of [
    ["explainSelection", /^Explain this python code from .*, lines 3-4/],
    ["review", /^Review this python code/],
    ["generateTests", /^Write unit tests for this python code/],
  ] as const) {
    test(`${command} asks about the selected code, and only that`, async () => {
      await openSelected();
      await vscode.commands.executeCommand(`edgequake.${command}`);
      const asked = await askedOf(provider);
      assert.match(asked, words);
      assert.ok(asked.includes(CODE.trimEnd()), asked);
      assert.ok(!asked.includes("last = 2"), "nothing but the selection leaves");
    });
  }

  test("askAboutSelection brings the question along", async () => {
    await openSelected();
    await vscode.commands.executeCommand("edgequake.askAboutSelection", "Is it {{fast}}?");
    const asked = await askedOf(provider);
    assert.match(asked, /^Is it \{\{fast\}\}\?/);
    assert.ok(asked.includes(CODE.trimEnd()));
  });

  test("review tells the problems of the editor", async () => {
    const { document } = await openSelected();
    const problems = vscode.languages.createDiagnosticCollection("for tests");
    undo.push(problems);
    const range = new vscode.Range(3, 11, 3, 16);
    const problem = new vscode.Diagnostic(range, "value may be\nNone", vscode.DiagnosticSeverity.Warning);
    Object.assign(problem, { source: "checker", code: "W1" });
    const elsewhere = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 5), "not this one");
    problems.set(document.uri, [problem, elsewhere]);
    await vscode.commands.executeCommand("edgequake.review");
    const asked = await askedOf(provider);
    assert.match(asked, /line 4: warning: value may be None \(checker W1\)/);
    assert.ok(!asked.includes("not this one"));
  });

  test("without a selection it is the symbol around the cursor, else the line", async () => {
    const editor = await openText(BEFORE);
    editor.selection = new vscode.Selection(3, 6, 3, 6);
    await vscode.commands.executeCommand("edgequake.explainSelection");
    const line = await askedOf(provider);
    assert.match(line, /lines 4\.[\s\S]*\n\n```python\n {4}return value \* 2\n```/);

    provider.clear();
    const selector = { language: "python" };
    undo.push(
      vscode.languages.registerDocumentSymbolProvider(selector, {
        provideDocumentSymbols: () => {
          const range = new vscode.Range(2, 0, 3, 20);
          return [new vscode.DocumentSymbol("double", "", vscode.SymbolKind.Function, range, range)];
        },
      }),
    );
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand("edgequake.explainSelection");
    const symbol = await askedOf(provider);
    assert.ok(symbol.includes("lines 3-4.") && symbol.includes(`python\n${CODE.trimEnd()}\n\`\`\``), symbol);
  });

  test("where there is no code nothing is sent", async () => {
    const editor = await openText("\n\ncode\n");
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand("edgequake.explainSelection");
    await closeEverything();
    await vscode.commands.executeCommand("edgequake.explainSelection");
    assert.equal(provider.requests.length, 0);
  });

  test("the user's own prompt takes the place of the one that comes along", async () => {
    const folder = join(process.env["XDG_CONFIG_HOME"] ?? assert.fail("no home"), "edgequake", "prompts");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "explain.md");
    writeFileSync(file, "<!-- mine -->\nIn one word, {{language}}, {{nobody}}:\n{{code}}");
    try {
      await openSelected();
      await vscode.commands.executeCommand("edgequake.explainSelection");
      assert.match(await askedOf(provider), /^In one word, python, \{\{nobody\}\}:\n```python\ndef double/);
    } finally {
      rmSync(file);
    }
  });

  test("Edit Prompt opens the user's copy, which holds the one that comes along", async () => {
    await vscode.commands.executeCommand("edgequake.editPrompt", "review");
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.uri.fsPath ?? "", /edgequake[\\/]prompts[\\/]review\.md$/);
    assert.match(document?.getText() ?? "", /\{\{code\}\}/);
    rmSync(document?.uri.fsPath ?? "");
  });

  test("the lightbulb offers what fits, and Fix where there are problems alone", async () => {
    const { document, selection } = await openSelected();
    const titlesAt = async (range: vscode.Range): Promise<string[]> => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      return actions.map(({ title }) => title).filter((title) => title.includes("EdgeQuake"));
    };
    assert.deepEqual(await titlesAt(selection), [
      "Edit with EdgeQuake…",
      "Document with EdgeQuake",
      "Explain with EdgeQuake",
      "Review with EdgeQuake",
      "Generate Tests with EdgeQuake",
    ]);
    const problems = vscode.languages.createDiagnosticCollection("for tests");
    undo.push(problems);
    const range = new vscode.Range(3, 11, 3, 16);
    problems.set(document.uri, [new vscode.Diagnostic(range, "wrong")]);
    await poll("Fix in the lightbulb", PATIENCE_MS, async () =>
      (await titlesAt(range)).includes("Fix with EdgeQuake"),
    );
    assert.ok(!(await titlesAt(new vscode.Range(0, 0, 0, 5))).includes("Fix with EdgeQuake"));
  });

  test("its keys are nobody else's", async () => {
    const list = await vscode.workspace.openTextDocument(
      vscode.Uri.parse("vscode://defaultsettings/keybindings.json"),
    );
    const json = list
      .getText()
      .split("\n")
      .filter((line) => !line.trimStart().startsWith("//"))
      .join("\n");
    const bindings = JSON.parse(json) as { key: string; command: string; when?: string }[];
    const ours = bindings.filter(({ command }) => command.startsWith("edgequake."));
    assert.ok(ours.length >= 10, JSON.stringify(ours));
    // In a diff of a proposal nothing can be typed; elsewhere those keys are not ours.
    const chords = ours.filter(({ when }) => !when?.includes("edgequake.proposal"));
    const taken = bindings.filter(
      ({ key, command }) => !command.startsWith("edgequake.") && chords.some((own) => own.key === key),
    );
    assert.deepEqual(taken, []);
    // A desktop has one more, which this host does not: Reveal Active File in File Explorer.
    assert.ok(!chords.some(({ key }) => key === "ctrl+k r"));
  });
});
