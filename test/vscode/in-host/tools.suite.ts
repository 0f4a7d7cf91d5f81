// The tools agents can call, invoked through VS Code: the person confirms what is asked and what it costs, leave is asked
// for, the ledger counts it.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { withLeave } from "./questions.ts";
import { startSecondBackend } from "./second-backend.ts";

const CALLER = "vscode.language-model-tools";

function invoke(name: string, input: object): Thenable<vscode.LanguageModelToolResult> {
  return vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
}

function textOf(result: vscode.LanguageModelToolResult): string {
  return result.content
    .map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ""))
    .join("");
}

suite("tools for other agents", () => {
  suiteSetup(async function () {
    // VS Code confirms a tool in a dialog; the runner in the browser answers it.
    if (process.env["EDGEQUAKE_TEST_DIALOGS"] !== "answered") this.skip();
    await vscode.extensions.getExtension("edgequake.edgequake")?.activate();
  });

  test("are listed with what they take", () => {
    const names = vscode.lm.tools.map(({ name }) => name);
    assert.ok(names.includes("edgequake_ask"), names.join(", "));
    assert.ok(names.includes("edgequake_compare"), names.join(", "));
  });

  test("ask another model, once leave is given", async () => {
    const asked = Promise.resolve(invoke("edgequake_ask", { prompt: "one two", model: "mock/echo" }));
    const text = textOf(await withLeave(asked));
    assert.match(text, /^## mock\/echo · [\d.]+ s[\s\S]*one two/);
  });

  test("compare several; who fails does not cost the others' answers", async () => {
    const models = ["mock/echo", "mock/lorem", "mock/error-500"];
    const text = textOf(await invoke("edgequake_compare", { prompt: "one two", models }));
    assert.match(text, /## mock\/echo[\s\S]*one two/);
    assert.match(text, /## mock\/lorem[\s\S]*Lorem ipsum/);
    assert.match(text, /## mock\/error-500[\s\S]*It failed/);
  });

  test("fail in words that say what is wrong", async () => {
    await assert.rejects(
      Promise.resolve(invoke("edgequake_ask", { prompt: "x", model: "nosuch/model" })),
      /nosuch/,
    );
  });

  test("are counted as theirs", async function () {
    if (process.platform !== "linux") this.skip();
    const second = await startSecondBackend();
    try {
      await poll("their calls in the ledger", PATIENCE_MS, async () => {
        const { rows } = await second.client.request("edgequake/usage", { by: ["caller"] });
        return (rows.find(({ caller }) => caller === CALLER)?.calls ?? 0) >= 4;
      });
    } finally {
      await second.stop();
    }
  });
});
