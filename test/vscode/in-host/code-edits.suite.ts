// Fix, Edit and Document, run as a keybinding runs them: what becomes of the document when a person accepts,
// discards, stops, or typed meanwhile.

import assert from "node:assert/strict";
import { join } from "node:path";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { jsonOf } from "../../server/http-request.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { COMMENTED, EDITED } from "../scripted-answers.ts";
import {
  askedOf,
  BEFORE,
  CODE,
  change,
  closeEverything,
  endCodeScene,
  openSelected,
  openText,
  proposalTab,
  proposedText,
  select,
  startCodeScene,
  useModel,
} from "./code-scene.ts";

const AFTER = BEFORE.replace(CODE, EDITED);
const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`edgequake.${command}`, ...args);

suite("edits of code", () => {
  let provider: ScriptedProvider;

  suiteSetup(async () => {
    provider = await startCodeScene();
  });
  suiteTeardown(() => endCodeScene(provider));
  setup(async () => {
    provider.clear();
    await useModel("openai/edit");
  });
  teardown(closeEverything);

  test("Edit, accepted: the code is replaced, and one undo takes it back", async () => {
    const { document } = await openSelected();
    await run("editSelection", "Use a shift");
    assert.match(await askedOf(provider), /Instruction: Use a shift/);
    await poll("the diff", PATIENCE_MS, () => proposedText() === AFTER);
    assert.equal(document.getText(), BEFORE, "nothing changes before it is accepted");
    await run("acceptEdit");
    assert.equal(document.getText(), AFTER);
    assert.equal(proposalTab(), undefined, "the diff is closed");
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), BEFORE);
  });

  test("Accept pressed twice, as a key repeats, applies it once and says nothing false", async () => {
    await useModel("openai/comments");
    const { document } = await openSelected();
    await run("document");
    const after = BEFORE.replace(CODE, COMMENTED);
    await poll("the diff", PATIENCE_MS, () => proposedText() === after);
    const accepted = await Promise.all([run("acceptEdit"), run("acceptEdit"), run("acceptEdit")]);
    assert.equal(document.getText(), after);
    assert.equal(accepted.filter((one) => one === true).length, 1);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), BEFORE);
  });

  test("what was changed meanwhile is not looked for in its twin", async () => {
    const line = "    return None\n";
    const twins = `def f():\n${line}\n\ndef g():\n${line}`;
    const editor = await openText(twins);
    const { document } = editor;
    select(editor, twins.indexOf(line), line.length);
    await run("editSelection", "Use a shift");
    await poll("the diff", PATIENCE_MS, proposalTab);
    await change(document, twins.indexOf("None"), 4, "0");
    const typed = document.getText();
    assert.equal(await run("acceptEdit"), false);
    assert.equal(document.getText(), typed);
  });

  test("in a long document the diff opens at what changes", async () => {
    const lines = "# a line\n".repeat(400);
    const editor = await openText(`${lines}${CODE}${lines}`);
    select(editor, lines.length, CODE.length);
    await run("document");
    const place = new vscode.Position(400, 0);
    await poll("the change in sight", 5000, () =>
      vscode.window.visibleTextEditors.some(
        ({ document, visibleRanges }) =>
          document.uri.scheme === "edgequake-edit" && visibleRanges.some((range) => range.contains(place)),
      ),
    );
  });

  test("Edit, discarded: the document stays as it is", async () => {
    const { document } = await openSelected();
    await run("editSelection", "Use a shift");
    await run("discardEdit");
    await poll("the diff to close", PATIENCE_MS, () => proposalTab() === undefined);
    assert.equal(document.getText(), BEFORE);
  });

  test("Fix tells the problems at the selection; Document asks for comments alone", async () => {
    const { document } = await openSelected();
    const problems = vscode.languages.createDiagnosticCollection("for tests");
    problems.set(document.uri, [new vscode.Diagnostic(new vscode.Range(3, 4, 3, 10), "use a shift")]);
    try {
      await run("fix");
      assert.match(await askedOf(provider), /^Fix this[\s\S]*line 4: error: use a shift/);
      await run("acceptEdit");
      assert.equal(document.getText(), AFTER);
    } finally {
      problems.dispose();
    }
    provider.clear();
    await openSelected();
    await run("document");
    assert.match(await askedOf(provider), /^Add documentation comments/);
  });

  test("a chosen quick fix is about the place it was offered at, not about the cursor", async () => {
    const editor = await openText(BEFORE);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    const problems = vscode.languages.createDiagnosticCollection("for tests");
    const range = new vscode.Range(3, 4, 3, 10);
    problems.set(editor.document.uri, [new vscode.Diagnostic(range, "use a shift")]);
    try {
      const fix = await poll("the quick fix", PATIENCE_MS, async () => {
        const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          "vscode.executeCodeActionProvider",
          editor.document.uri,
          range,
          vscode.CodeActionKind.QuickFix.value,
          5,
        );
        return offered.find(({ title }) => title === "Fix with EdgeQuake");
      });
      assert.ok(fix.command);
      await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments ?? []));
      assert.match(await askedOf(provider), /return value \* 2/);
    } finally {
      problems.dispose();
    }
  });

  test("it arrives in the diff, and can be stopped: the request ends, nothing changed", async () => {
    await useModel("openai/endless");
    const { document } = await openSelected();
    const ended = run("editSelection", "Write a lot");
    await poll("words in the diff", PATIENCE_MS, () => /word3 /.test(proposedText() ?? ""));
    await run("acceptEdit");
    assert.equal(document.getText(), BEFORE, "what is still arriving cannot be accepted");
    await run("stopEdit");
    await ended;
    await poll("the socket to close", 5000, () => provider.exchanges.at(-1)?.open === false);
    assert.equal(proposalTab(), undefined);
    assert.equal(document.getText(), BEFORE);
  });

  test("closing its diff ends the request too", async () => {
    await useModel("openai/endless");
    await openSelected();
    const ended = run("editSelection", "Write a lot");
    const tab = await poll("words in the diff", PATIENCE_MS, () =>
      /word1 /.test(proposedText() ?? "") ? proposalTab() : undefined,
    );
    await vscode.window.tabGroups.close(tab);
    await ended;
    await poll("the socket to close", 5000, () => provider.exchanges.at(-1)?.open === false);
  });

  test("what was typed meanwhile is kept: the edit follows its code, or is refused", async () => {
    const moved = await openSelected();
    await run("editSelection", "Use a shift");
    await change(moved.document, 0, 0, `typed = 0\n${CODE}`);
    await run("acceptEdit");
    assert.equal(moved.document.getText(), `typed = 0\n${CODE}${AFTER}`, "its own code, and not its like");

    const changed = await openSelected();
    await run("editSelection", "Use a shift");
    await change(changed.document, BEFORE.indexOf("double"), 0, "re");
    const typed = changed.document.getText();
    await run("acceptEdit");
    assert.equal(changed.document.getText(), typed);
  });

  test("it belongs to its document, whatever stands in front, and to none that takes its name", async () => {
    const first = await openSelected();
    await run("editSelection", "Use a shift");
    const diff = proposalTab()?.input;
    assert.ok(diff instanceof vscode.TabInputTextDiff);
    const second = await openSelected();
    await run("acceptEdit", diff.modified);
    assert.equal(first.document.getText(), AFTER);
    assert.equal(second.document.getText(), BEFORE);

    await closeEverything();
    const closed = await openSelected();
    await run("editSelection", "Use a shift");
    const proposal = proposalTab()?.input;
    assert.ok(proposal instanceof vscode.TabInputTextDiff);
    const name = closed.document.uri.toString();
    await vscode.window.showTextDocument(closed.document);
    await change(closed.document, 0, closed.document.getText().length, "");
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    // The editor may still be busy with closing the other one.
    const namesake = await poll("the namesake", PATIENCE_MS, () => openSelected().catch(() => undefined));
    const before = namesake.document.getText();
    await run("acceptEdit", proposal.modified);
    assert.equal(namesake.document.getText(), before, `${namesake.document.uri} is not ${name}`);
  });

  test("line ends stay the document's own", async () => {
    const editor = await openText(BEFORE.replaceAll("\n", "\r\n"));
    const { document } = editor;
    assert.equal(document.eol, vscode.EndOfLine.CRLF);
    select(editor, document.getText().indexOf("def"), CODE.length + 2);
    await run("editSelection", "Use a shift");
    await run("acceptEdit");
    assert.equal(document.getText(), AFTER.replaceAll("\n", "\r\n"));
    const { messages } = jsonOf(provider.requests.at(-1) ?? assert.fail()) as {
      messages: { content: string }[];
    };
    assert.ok(messages.every(({ content }) => !content.includes("\r")));
  });

  test("a configuration file is not changed without a question", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    const uri = vscode.Uri.file(join(folder?.uri.fsPath ?? "", ".vscode", "settings.json"));
    const document = await vscode.workspace.openTextDocument(uri);
    const before = document.getText();
    const editor = await vscode.window.showTextDocument(document);
    select(editor, 0, before.length);
    await run("editSelection", "Use a shift");
    await poll("the diff", PATIENCE_MS, proposalTab);
    // Tests get no dialogs: VS Code refuses to show one, which is no yes.
    await run("acceptEdit");
    assert.equal(document.getText(), before);
    assert.equal(document.isDirty, false);
  });

  test("a failing provider changes nothing and proposes nothing", async () => {
    for (const model of ["openai/refused", "openai/cut", "mock/error-503"]) {
      await useModel(model);
      const { document } = await openSelected();
      await run("editSelection", "Use a shift");
      assert.equal(proposalTab(), undefined, model);
      assert.equal(document.getText(), BEFORE, model);
    }
  });

  test("40 races with a person who types: every keystroke is there, and nothing else changed", async function () {
    this.timeout(300_000);
    const seen = { applied: 0, refused: 0 };
    let random = 7;
    const below = (limit: number): number => {
      random = (random * 1103515245 + 12345) % 2147483648;
      return Math.floor((random / 2147483648) * limit);
    };
    const bystander = (await openText(BEFORE)).document;
    for (let race = 0; race < 40; race += 1) {
      const { document } = await openSelected();
      await run("editSelection", "Use a shift");
      // Keystrokes land before, while and after the edit is applied; every third one inside the code.
      let typed = "";
      const inside = race % 3 === 0;
      const typing = (async () => {
        for (let key = 0; key < 4; key += 1) {
          const text = document.getText();
          const at = inside && key === 0 ? text.indexOf("double") + 1 : below(2) * text.length;
          if (await change(document, at, 0, "#")) typed += "#";
        }
      })();
      await run("acceptEdit");
      await typing;
      const now = document.getText();
      assert.equal(now.match(/#/g)?.length ?? 0, typed.length, `race ${race}: ${now}`);
      const without = now.replaceAll("#", "");
      assert.ok(without === AFTER || without === BEFORE, `race ${race}: ${now}`);
      seen[without === AFTER ? "applied" : "refused"] += 1;
      await closeDiffs();
    }
    assert.equal(bystander.getText(), BEFORE);
    assert.ok(seen.applied >= 12 && seen.refused >= 1, JSON.stringify(seen));
  });
});

async function closeDiffs(): Promise<void> {
  const tab = proposalTab();
  if (tab) await vscode.window.tabGroups.close(tab);
}
