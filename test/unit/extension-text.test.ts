// What crosses from a provider or an environment into places that trust it: log lines, the backend's environment,
// messages of the webview.

import assert from "node:assert/strict";
import fc from "fast-check";
import { readIncoming } from "../../src/chat/incoming.ts";
import { backendEnvironment } from "../../src/environment.ts";
import { messageOf, notificationText, plainText } from "../../src/plain-text.ts";

describe("plain text", () => {
  it("loses ANSI sequences, invisible and direction-changing characters", () => {
    const esc = String.fromCharCode(27);
    assert.equal(plainText(`${esc}[31mred${esc}[0m`), "red");
    assert.equal(plainText(`${esc}]0;title${esc}\\after`), "after");
    assert.equal(plainText("a\u202Eb\u200Bc\u{E0041}d"), "abcd");
    assert.equal(plainText("two\nlines\tand a tab"), "two\nlines\tand a tab");
  });
});

describe("text of a notification", () => {
  it("has no links and commands of a provider's making", () => {
    const hostile = "log in [here](command:workbench.action.quit) or [there](https://example.invalid)";
    assert.equal(
      notificationText(hostile),
      "log in [here] (command:workbench.action.quit) or [there] (https://example.invalid)",
    );
    assert.doesNotMatch(notificationText("[a]\u200b(command:b)"), /\]\(/);
  });
  it("does not begin with a class name", () => {
    assert.equal(messageOf(new Error("litellm.RateLimitError: slow down")), "Slow down");
    assert.equal(messageOf(new Error("plain")), "plain");
  });
  it("names the provider as a person would, and asks nobody to change a call", () => {
    const refused = "litellm.AuthenticationError: Together AIException - Incorrect API key provided";
    assert.equal(messageOf(new Error(refused)), "Together AI: Incorrect API key provided");
    const keyless =
      'litellm.AuthenticationError: there is no API key for OpenAI: run "EdgeQuake: Set API Key"';
    assert.equal(
      messageOf(new Error(`${keyless}, or pass api_key with the call (Note: config.toml is broken.)`)),
      'There is no API key for OpenAI: run "EdgeQuake: Set API Key" (Note: config.toml is broken.)',
    );
  });
});

describe("environment of the backend", () => {
  const env = backendEnvironment(
    {
      PATH: "/bin",
      OPENAI_API_KEY: "sk-fake-environment",
      XDG_CONFIG_HOME: "/config",
      https_proxy: "http://proxy",
      NODE_OPTIONS: "--require evil",
      VSCODE_IPC_HOOK: "/socket",
      AWS_SECRET_ACCESS_KEY: "fake",
      GITHUB_TOKEN: "fake",
      SSH_AUTH_SOCK: "/agent",
    },
    "/cache",
  );
  it("has what providers and the network need", () => {
    assert.equal(env["OPENAI_API_KEY"], "sk-fake-environment");
    assert.equal(env["https_proxy"], "http://proxy");
    assert.equal(env["XDG_CONFIG_HOME"], "/config");
    assert.equal(env["ELECTRON_RUN_AS_NODE"], "1");
    assert.equal(env["AWS_SECRET_ACCESS_KEY"], "fake");
    assert.equal(env["EDGEQUAKE_DATA_DIR"], "/cache");
  });
  it("has nothing else of the editor's environment", () => {
    for (const name of ["NODE_OPTIONS", "VSCODE_IPC_HOOK", "SSH_AUTH_SOCK", "GITHUB_TOKEN"]) {
      assert.equal(name in env, false, name);
    }
  });
});

describe("messages of the webview", () => {
  it("are read field by field", () => {
    assert.deepEqual(readIncoming({ type: "send", text: "hi", at: 7, command: "evil" }), {
      type: "send",
      text: "hi",
      at: 7,
    });
    assert.equal(readIncoming({ type: "send", text: 1, at: 7 }), undefined);
    assert.equal(readIncoming({ type: "send", text: "hi" }), undefined);
    assert.deepEqual(readIncoming({ type: "edit", id: "a", draft: "b", text: "c" }), {
      type: "edit",
      id: "a",
      draft: "b",
    });
    assert.equal(readIncoming({ type: "edit", id: "a" }), undefined);
    assert.equal(readIncoming({ type: "executeCommand", command: "x" }), undefined);
  });
  it("nothing a webview can send throws, or gets a field through that was not asked for", () => {
    const types = fc.constantFrom(
      "ready",
      "send",
      "stop",
      "retry",
      "edit",
      "draft",
      "copy",
      "openLink",
      "other",
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ type: types, text: fc.anything(), id: fc.anything() })),
        (message) => {
          const read = readIncoming(message);
          const known = ["type", "text", "id", "url", "draft"];
          if (read) assert.ok(Object.keys(read).every((key) => known.includes(key)));
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
