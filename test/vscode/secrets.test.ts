// A key typed into VS Code goes to its provider and nowhere else: it is in no file, no log at its most talkative, no
// page, no process's environment or command line. And nothing of EdgeQuake listens on a port.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { below, parentOf } from "../host/backends-of.ts";
import { filesBelow } from "../host/files-below.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { chat as answers, errorBody, status } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** Fake, and says so. */
const CANARY = "sk-fake-canary-in-vscode-93b1";
const FORMS = [
  Buffer.from(CANARY),
  Buffer.from(CANARY, "utf16le"),
  // Whatever stands before it: three bytes are four characters.
  ...[0, 1, 2].map((shift) => Buffer.from(Buffer.from(CANARY.slice(shift)).toString("base64").slice(0, 24))),
];
const LISTEN = "0A";

function holds(bytes: Buffer): boolean {
  return FORMS.some((form) => bytes.includes(form));
}

/** VS Code takes files away, and ends processes, while one looks. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if (/ENOENT|ESRCH/.test(String((error as NodeJS.ErrnoException).code))) return Buffer.alloc(0);
    throw error;
  }
}

/** Ports this process listens on, by the system's tables. */
function listening(pid: number): string[] {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // It was closed while we looked.
    }
  }
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === LISTEN && inodes.has(inode ?? ""))
      .map(([, address]) => address ?? ""),
  );
}

describe("a key in VS Code", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;

  before(async function () {
    if (process.platform !== "linux") this.skip();
    provider = await ScriptedProvider.start(answers("Hello", " there"));
    const list = JSON.stringify({ object: "list", data: [{ id: "plain", object: "model" }] });
    provider.models((exchange) => exchange.reply(200, list));
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.numRetries": 0,
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      talkative: true,
    });
    chat = await Chat.open(window);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  it("is sent to its provider", async () => {
    await window.setApiKey("OpenAI", CANARY);
    await chat.send("with a key");
    assert.match(await chat.answer(1, "done"), /Hello there/);
    assert.equal(provider.requests.at(-1)?.headers["authorization"], `Bearer ${CANARY}`);
  });

  it("is not shown when the provider repeats it", async () => {
    provider.always(status(401, errorBody(`Incorrect API key provided: ${CANARY}.`, "invalid_api_key")));
    await chat.send("refused");
    const shown = await chat.answer(2, "error");
    assert.match(shown, /Incorrect API key provided/);
    for (const frame of window.page.frames()) {
      assert.ok(!holds(Buffer.from(await frame.content())), `a page holds it: ${frame.url()}`);
    }
    assert.deepEqual(
      window.console.filter((line) => line.includes(CANARY)),
      [],
    );
  });

  it("is in no file of VS Code, its logs and databases included, nor of the workspace", async () => {
    await chat.send("refused again, to be in the log");
    await chat.answer(3, "error");
    const files = [...filesBelow(window.dataFolder), ...filesBelow(window.workspace)];
    const logs = files.filter((file) => /EdgeQuake\.log$/.test(file));
    assert.ok(logs.length > 0, "there is a log");
    const kept = await poll("the database of what was used", PATIENCE_MS, () =>
      filesBelow(window.dataFolder).find((file) => /edgequake.*\.db$/.test(file)),
    );
    assert.ok(kept !== undefined);
    assert.deepEqual(
      files.filter((file) => holds(bytesOf(file))),
      [],
    );
  });

  it("is in no environment and no command line", () => {
    const processes = below(window.host.pid);
    assert.ok(processes.length >= 3, "server, extension host, backend");
    for (const pid of processes) {
      for (const what of ["environ", "cmdline"]) {
        assert.ok(!holds(bytesOf(`/proc/${pid}/${what}`)), `${what} of ${pid}`);
      }
    }
  });

  it("neither the backend nor its extension host listens on any port", () => {
    const [backend] = window.backends();
    assert.ok(backend !== undefined);
    const extensionHost = parentOf(backend);
    assert.ok(extensionHost !== undefined);
    assert.equal(listening(window.host.pid).length, 1, "VS Code's own server is seen to listen");
    assert.deepEqual(listening(backend), []);
    assert.deepEqual(listening(extensionHost), []);
  });
});
