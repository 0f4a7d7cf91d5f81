// The commit message, in a real repository through VS Code's git extension: of what is staged, into the input box,
// with what stood there, until somebody types or stops it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { WORDS } from "../scripted-answers.ts";
import { askedOf, endCodeScene, startCodeScene, useModel } from "./code-scene.ts";

interface Repository {
  rootUri: vscode.Uri;
  inputBox: { value: string };
}

interface GitWithOpen {
  openRepository(uri: vscode.Uri): Promise<Repository | null>;
}

suite("commit message", () => {
  let provider: ScriptedProvider;
  let folder: string;
  let repository: Repository;

  const git = (...args: string[]): void => {
    const who = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"];
    execFileSync("git", [...who, ...args], { cwd: folder, stdio: "ignore" });
  };
  /** VS Code tells what was written once more, later: what stood there before may be seen for a moment. */
  const holds = (words: string): Promise<unknown> =>
    poll(`"${words}" in the box`, PATIENCE_MS, () => repository.inputBox.value === words);
  const put = async (words: string): Promise<void> => {
    repository.inputBox.value = words;
    await holds(words);
  };
  const write = (from: unknown = repository): Thenable<unknown> =>
    vscode.commands.executeCommand("edgequake.commitMessage", from);

  suiteSetup(async () => {
    provider = await startCodeScene();
    folder = mkdtempSync(join(tmpdir(), "edgequake-repository-"));
    git("init", "-q");
    writeFileSync(join(folder, "a.txt"), "one\n");
    git("add", ".");
    git("commit", "-q", "-m", "first");
    const extension =
      vscode.extensions.getExtension<{ getAPI(version: 1): GitWithOpen }>("vscode.git") ?? assert.fail();
    const api = (await extension.activate()).getAPI(1);
    repository = await poll("the repository", PATIENCE_MS, async () => {
      return (await api.openRepository(vscode.Uri.file(folder))) ?? undefined;
    });
  });
  suiteTeardown(async () => {
    await vscode.commands.executeCommand("git.close", repository.rootUri);
    rmSync(folder, { recursive: true, force: true });
    await endCodeScene(provider);
  });
  setup(async () => {
    provider.clear();
    await useModel("openai/plain");
    await put("");
  });

  test("without a change nothing is asked", async () => {
    await write();
    assert.equal(provider.requests.length, 0);
  });

  test("is of the working tree where nothing is staged, and streams into the box", async () => {
    writeFileSync(join(folder, "a.txt"), "one\ntwo\n");
    await write();
    assert.match(await askedOf(provider), /\+two/);
    await holds(WORDS.join(""));
  });

  test("names new files that git does not know yet", async () => {
    writeFileSync(join(folder, "new.txt"), "new\n");
    await write();
    assert.match(await askedOf(provider), /new file: .*new\.txt/);
    rmSync(join(folder, "new.txt"));
  });

  test("is of what is staged alone, and what stood in the box stays below", async () => {
    git("add", ".");
    writeFileSync(join(folder, "a.txt"), "one\ntwo\nthree\n");
    await put("Fixes #12");
    await write();
    const asked = await askedOf(provider);
    assert.match(asked, /\+two/);
    assert.doesNotMatch(asked, /\+three/);
    await holds(`${WORDS.join("")}\n\nFixes #12`);
  });

  test("a large change is bounded, and says what is left out", async () => {
    writeFileSync(join(folder, "big.txt"), "a line of it\n".repeat(20_000));
    git("add", ".");
    await write();
    const asked = await askedOf(provider);
    assert.ok(asked.length < 70_000, String(asked.length));
    assert.match(asked, /more characters of this file are left out/);
    assert.match(asked, /\+two/);
  });

  test("is stopped: the request ends, the box is as it was", async () => {
    await useModel("openai/endless");
    await put("mine");
    const written = write();
    await poll("words in the box", PATIENCE_MS, () => /word3/.test(repository.inputBox.value));
    await vscode.commands.executeCommand("edgequake.stopCommitMessage");
    await written;
    await holds("mine");
    await poll("the socket to close", 5000, () => provider.exchanges.at(-1)?.open === false);
  });

  test("asked for twice it is written once, and stopped as one", async () => {
    await useModel("openai/endless");
    await put("mine");
    const both = [write(), write()];
    await poll("words in the box", PATIENCE_MS, () => /word3/.test(repository.inputBox.value));
    assert.equal(provider.requests.length, 1);
    await vscode.commands.executeCommand("edgequake.stopCommitMessage");
    await Promise.all(both);
    await holds("mine");
  });

  test("who types into the box meanwhile has the last word", async () => {
    await useModel("openai/endless");
    const written = write();
    await poll("words in the box", PATIENCE_MS, () => /word3/.test(repository.inputBox.value));
    await put("I know better");
    await written;
    await holds("I know better");
  });

  test("a failing provider leaves the box as it was", async () => {
    await put("mine");
    for (const model of ["openai/refused", "openai/cut"]) {
      await useModel(model);
      await write();
      await holds("mine");
    }
  });
});
