// The other two ways in: a pipe, joined or listened on, and a loopback socket that asks for a token.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { poll } from "../host/poll.ts";
import { type Backend, type BackendOptions, backends } from "./backend-process.ts";
import { RawClient } from "./raw-client.ts";
import { HELLO } from "./scripted.ts";

const ECHO = { model: "mock/echo", messages: HELLO };
const TOKEN = "fake-token-of-a-test-0123456789abcdef";

async function join_(target: string | number): Promise<Socket> {
  return poll(`the server at ${target}`, 10_000, () => {
    return new Promise<Socket | false>((resolve) => {
      const socket = typeof target === "string" ? connect(target) : connect(target, "127.0.0.1");
      socket.once("connect", () => resolve(socket));
      socket.once("error", () => resolve(false));
    });
  });
}

describe("--pipe", function () {
  this.timeout(30_000);
  const start = backends();
  let folder = "";
  const sockets: Socket[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-pipe-"));
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it("listens where nobody does, for this user only, and serves the protocol", async () => {
    const name = join(folder, "own.sock");
    const backend = start({ args: [`--pipe=${name}`] });
    const socket = await join_(name);
    sockets.push(socket);
    assert.equal(statSync(name).mode & 0o077, 0, "others can open it");
    const client = new RawClient(socket, socket);
    await client.initialize();
    assert.ok(await client.result("edgequake/completion", ECHO));
    await client.result("shutdown");
    client.notify("exit");
    await backend.exitWithin(5000);
  });

  it("joins a client that listens, as LSP clients do", async () => {
    const name = join(folder, "theirs.sock");
    const joined: Socket[] = [];
    const server = createServer((socket) => joined.push(socket));
    await new Promise<void>((resolve) => server.listen(name, resolve));
    try {
      const backend = start({ args: [`--pipe=${name}`] });
      const socket = await poll("the backend to join", 10_000, () => joined[0]);
      sockets.push(socket);
      const client = new RawClient(socket, socket);
      await client.initialize();
      assert.ok(await client.result("edgequake/completion", ECHO));
      socket.destroy();
      await backend.exitWithin(6000);
    } finally {
      server.close();
    }
  });

  it("takes over the file of a server that died", async () => {
    const name = join(folder, "stale.sock");
    const first = start({ args: [`--pipe=${name}`] });
    const before = await join_(name);
    sockets.push(before);
    first.child.kill("SIGKILL");
    await first.exited;
    assert.ok(statSync(name), "the dead server's file is still there");
    start({ args: [`--pipe=${name}`] });
    const socket = await join_(name);
    sockets.push(socket);
    assert.ok(await new RawClient(socket, socket).initialize());
  });

  it("ends when its last client has gone", async () => {
    const name = join(folder, "gone.sock");
    const backend = start({ args: [`--pipe=${name}`] });
    const socket = await join_(name);
    const client = new RawClient(socket, socket);
    await client.initialize();
    client
      .start("edgequake/completionStream", { ...ECHO, model: "mock/slow", stream_id: "s" })
      .response.catch(() => {});
    await client.untilMethod("edgequake/chunk");
    socket.destroy();
    await backend.exitWithin(6000);
  });

  it("says plainly when the folder does not exist", async () => {
    const backend = start({ args: [`--pipe=${join(folder, "no", "such", "folder.sock")}`] });
    const { code } = await backend.exitWithin(5000);
    assert.notEqual(code, 0);
    assert.match(backend.stderr, /folder\.sock/);
    assert.doesNotMatch(backend.stderr, /\n\s+at /);
  });
});

describe("--socket", function () {
  this.timeout(30_000);
  const start = backends();
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  const serve = async (options: BackendOptions = {}): Promise<{ backend: Backend; port: number }> => {
    const backend = start({ args: ["--socket=0"], env: { EDGEQUAKE_SOCKET_TOKEN: TOKEN }, ...options });
    const port = await poll("the port on stderr", 10_000, () => {
      return Number(/127\.0\.0\.1:(\d+)/.exec(backend.stderr)?.[1] ?? 0) || undefined;
    });
    return { backend, port };
  };
  const enter = async (port: number): Promise<{ client: RawClient; socket: Socket }> => {
    const socket = await join_(port);
    sockets.push(socket);
    return { client: new RawClient(socket, socket), socket };
  };

  it("serves a client that brings the token", async () => {
    const { backend, port } = await serve();
    const { client } = await enter(port);
    await client.initialize({ token: TOKEN });
    assert.ok(await client.result("edgequake/completion", ECHO));
    await client.result("shutdown");
    client.notify("exit");
    await backend.exitWithin(5000);
    assert.ok(!backend.stderr.includes(TOKEN), "the token is on stderr");
  });

  for (const token of [
    undefined,
    "",
    "wrong",
    `${TOKEN}x`,
    TOKEN.slice(0, -1),
    TOKEN.toUpperCase(),
    5,
    null,
    [TOKEN],
  ]) {
    it(`closes the connection after one error for the token ${JSON.stringify(token)?.slice(0, 20)}`, async () => {
      const { backend, port } = await serve();
      const { client } = await enter(port);
      const answer = await client.call("initialize", { initializationOptions: { token } });
      assert.ok(answer.error);
      assert.doesNotMatch(JSON.stringify(answer), new RegExp(TOKEN));
      await poll("the connection to end", 5000, () => client.ended);
      assert.equal(client.received.length, 1);
      assert.equal(backend.exit, undefined, "an impostor ended the server");
      const honest = await enter(port);
      assert.ok(await honest.client.initialize({ token: TOKEN }));
    });
  }

  it("answers nothing before the token, not even errors about models", async () => {
    const { port } = await serve();
    const { client } = await enter(port);
    const answer = await client.call("edgequake/providers");
    assert.equal(answer.error?.code, -32002);
  });

  it("does not speak HTTP to a web page", async () => {
    const { backend, port } = await serve();
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}" }).then(
      (got) => `HTTP ${got.status}`,
      () => "nothing",
    );
    assert.equal(response, "nothing");
    assert.equal(backend.exit, undefined);
  });

  it("listens on loopback only", async () => {
    const { port } = await serve();
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === "IPv4")?.address;
    if (outside === undefined) {
      console.log("        this machine has no address besides loopback: nothing else to try");
      return;
    }
    await assert.rejects(
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, outside);
        sockets.push(socket);
        socket.once("connect", () => resolve());
        socket.once("error", reject);
      }),
    );
  });

  it("serves two clients at once, each with its own state", async () => {
    const { port } = await serve();
    const one = await enter(port);
    const two = await enter(port);
    await one.client.initialize({ token: TOKEN });
    await two.client.initialize({ token: TOKEN });
    const params = { ...ECHO, stream_id: "same-name" };
    const ends = await Promise.all(
      [one, two].map(({ client }) => client.call("edgequake/completionStream", params)),
    );
    for (const end of ends) assert.equal(end.error, undefined);
    assert.equal(one.client.text("same-name"), two.client.text("same-name"));
  });

  for (const env of [{}, { EDGEQUAKE_SOCKET_TOKEN: "" }, { EDGEQUAKE_SOCKET_TOKEN: "short" }]) {
    it(`refuses to start with ${JSON.stringify(env)}, and says what it needs`, async () => {
      const backend = start({ args: ["--socket=0"], env });
      const { code } = await backend.exitWithin(5000);
      assert.equal(code, 2);
      assert.match(backend.stderr, /EDGEQUAKE_SOCKET_TOKEN/);
    });
  }

  it("says plainly when the port is taken", async () => {
    const { port } = await serve();
    const second = start({ args: [`--socket=${port}`], env: { EDGEQUAKE_SOCKET_TOKEN: TOKEN } });
    const { code } = await second.exitWithin(5000);
    assert.notEqual(code, 0);
    assert.match(second.stderr, /EADDRINUSE|in use/);
    assert.doesNotMatch(second.stderr, /\n\s+at /);
  });
});
