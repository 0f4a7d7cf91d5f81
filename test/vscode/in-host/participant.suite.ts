// @edgequake in VS Code's chat: its handler with a real backend, in the host's own classes. The chat around it asks for
// a sign-in here, so the requests are made by hand.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { ParticipantMeans } from "../../../src/participant/participant.ts";
import { answer, followups } from "../../../src/participant/participant.ts";
import { PARTICIPANT } from "../../../src/participant/register.ts";
import { type SecondBackend, startSecondBackend } from "./second-backend.ts";

type Turn = vscode.ChatRequestTurn | vscode.ChatResponseTurn;
/** The host makes them; their constructors are not in the typings. */
const RequestTurn = vscode.ChatRequestTurn as unknown as new (
  prompt: string,
  command: string | undefined,
  references: unknown[],
  participant: string,
  toolReferences: unknown[],
) => vscode.ChatRequestTurn;
const ResponseTurn = vscode.ChatResponseTurn as unknown as new (
  response: unknown[],
  result: vscode.ChatResult,
  participant: string,
) => vscode.ChatResponseTurn;

suite("the chat participant", () => {
  let backend: SecondBackend;
  let means: ParticipantMeans;
  let model = "mock/echo";

  suiteSetup(async function () {
    if (process.platform !== "linux") this.skip();
    const extension = vscode.extensions.getExtension("edgequake.edgequake");
    await extension?.activate();
    await vscode.commands.executeCommand("edgequake.restartBackend");
    backend = await startSecondBackend();
    means = {
      client: async () => backend.client,
      model: async () => model,
      others: async () => ["mock/lorem"],
    };
  });
  suiteTeardown(() => backend?.stop());

  async function ask(
    request: { prompt: string; command?: string; references?: vscode.ChatPromptReference[] },
    history: Turn[] = [],
    token = new vscode.CancellationTokenSource().token,
  ): Promise<{ said: string; result: vscode.ChatResult }> {
    const said: string[] = [];
    const stream = {
      markdown: (text: string | vscode.MarkdownString) => {
        said.push(typeof text === "string" ? text : text.value);
      },
      progress: () => {},
      button: () => {},
    };
    const { prompt, command, references = [] } = request;
    const result = await answer(means, { prompt, command, references }, { history }, stream, token);
    return { said: said.join(""), result };
  }

  test("is contributed with its commands", () => {
    const manifest = vscode.extensions.getExtension("edgequake.edgequake")?.packageJSON as {
      contributes: { chatParticipants: { id: string; commands: { name: string }[] }[] };
    };
    const [one] = manifest.contributes.chatParticipants;
    assert.equal(one?.id, PARTICIPANT);
    assert.deepEqual(
      one.commands.map(({ name }) => name),
      ["compare", "why"],
    );
  });

  test("answers with the model chosen in EdgeQuake, and keeps what it took", async () => {
    const { said, result } = await ask({ prompt: "four small words here" });
    assert.equal(said, "four small words here");
    const [took] = (result.metadata as { took: { model: string; attempts: number }[] }).took;
    assert.equal(took?.model, "mock/echo");
    assert.deepEqual(JSON.parse(JSON.stringify(result)), result, "the host keeps it as JSON");
    assert.deepEqual(
      followups(result).map(({ command }) => command),
      ["why"],
    );
  });

  test("reads what is attached: a file, a range, a text", async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail("no folder");
    const file = vscode.Uri.file(join(folder, "attached.txt"));
    writeFileSync(file.fsPath, "line one\nline two ``` tricky\nline three\n");
    const references = [
      { id: "f", value: file },
      { id: "r", value: new vscode.Location(file, new vscode.Range(2, 0, 2, 10)) },
      { id: "s", value: "a plain text", modelDescription: "Note" },
      { id: "g", value: vscode.Uri.file(join(folder, "gone.txt")) },
      // What VS Code adds for agents with tools.
      { id: "vscode.customizations.index", value: "<skills>", modelDescription: "Chat customizations index" },
    ];
    const { said } = await ask({ prompt: "What is this?", references });
    assert.match(said, /attached\.txt\n````\nline one\nline two ``` tricky/);
    assert.match(said, /attached\.txt:3-3\n/);
    assert.match(said, /Note\n```\na plain text/);
    assert.match(said, /gone\.txt[\s\S]*could not be read/);
    assert.doesNotMatch(said, /<skills>|customizations index/);
    assert.match(said, /What is this\?$/);
  });

  test("compares: each model's answer under its name", async () => {
    const { said, result } = await ask({
      prompt: "mock/echo mock/lorem mock/error-500 Say it.",
      command: "compare",
    });
    assert.match(said, /### mock\/echo · [\d.]+ s[\s\S]*Say it\./);
    assert.match(said, /### mock\/lorem[\s\S]*Lorem ipsum/);
    assert.match(said, /### mock\/error-500[\s\S]*failed/);
    assert.equal((result.metadata as { took: unknown[] }).took.length, 2);
    const filled = await ask({ prompt: "Only a question?", command: "compare" });
    assert.match(filled.said, /### mock\/echo[\s\S]*Only a question\?[\s\S]*### mock\/lorem/);
    const empty = await ask({ prompt: "", command: "compare" });
    assert.match(empty.said, /Name two to four models/);
  });

  test("tells why, from the answer before, and remembers what was said", async () => {
    const first = await ask({ prompt: "remember this" });
    const history: Turn[] = [
      new RequestTurn("remember this", undefined, [], PARTICIPANT, []),
      new ResponseTurn([new vscode.ChatResponseMarkdownPart(first.said)], first.result, PARTICIPANT),
    ];
    const why = await ask({ prompt: "", command: "why" }, history);
    assert.match(why.said, /You asked `mock\/echo`/);
    assert.match(why.said, /answered the first request/);
    const nothing = await ask({ prompt: "", command: "why" });
    assert.match(nothing.said, /no answer here yet/);
    const next = await ask({ prompt: "and now" }, history);
    assert.equal(next.said, "and now");
  });

  test("says what went wrong, and stops when told to", async () => {
    model = "mock/error-429";
    try {
      const { result } = await ask({ prompt: "x" });
      assert.match(result.errorDetails?.message ?? "", /429/);
    } finally {
      model = "mock/echo";
    }
    model = "mock/slow";
    try {
      const source = new vscode.CancellationTokenSource();
      const asked = ask({ prompt: "x" }, [], source.token);
      source.cancel();
      assert.deepEqual((await asked).result, {});
    } finally {
      model = "mock/echo";
    }
  });
});
