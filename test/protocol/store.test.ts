// What the built backend keeps: chats, usage, budgets and answers, for all windows of a user, through shutdowns and kills.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chat } from "../server/openai-bytes.ts";
import { backends } from "./backend-process.ts";
import { assertFailure, assertIssues } from "./failure-shape.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

interface Session {
  id: string;
  title: string;
  messages: number;
}
interface Page {
  session: Session;
  messages: { id: string; text: string; state?: string }[];
  before: number | null;
}

describe("what the backend keeps", function () {
  this.timeout(60_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  /** Backends of one user. */
  function windows(count: number) {
    const first = start();
    const env = { XDG_DATA_HOME: join(first.home, "data") };
    return [first, ...Array.from({ length: count - 1 }, () => start({ env }))] as [
      typeof first,
      ...(typeof first)[],
    ];
  }
  const says = (id: string, role: string, text: string) => ({ type: "message", message: { id, role, text } });

  it("a chat: written, read, searched, renamed, branched, exported and deleted, in either window", async () => {
    const [one, two] = windows(2);
    await one.client.initialize();
    await two?.client.initialize();
    const other = two?.client ?? assert.fail();
    const { session } = await one.client.result<{ session: Session }>("edgequake/sessions/append", {
      session_id: "s",
      entries: [says("q", "user", "What is WAL?"), says("a", "assistant", "")],
      meta: { model: "openai/m" },
    });
    assert.deepEqual([session.title, session.messages], ["What is WAL?", 2]);
    for (const [n, text] of ["A write-", "ahead log."].entries())
      await one.client.result("edgequake/sessions/append", {
        session_id: "s",
        entries: [{ type: "delta", id: "a", n, text }],
      });
    const page = await other.result<Page>("edgequake/sessions/read", { session_id: "s", limit: 1 });
    assert.deepEqual(
      page.messages.map(({ id, text }) => [id, text]),
      [["a", "A write-ahead log."]],
    );
    const earlier = await other.result<Page>("edgequake/sessions/read", {
      session_id: "s",
      before: page.before,
    });
    assert.deepEqual([earlier.messages[0]?.id, earlier.before], ["q", null]);
    await other.result("edgequake/sessions/append", {
      session_id: "s",
      entries: [{ type: "update", id: "a", fields: { state: "done" } }],
    });
    const { hits } = await one.client.result<{ hits: { message_id: string; excerpt: string }[] }>(
      "edgequake/sessions/search",
      { query: "ahead WRITE" },
    );
    assert.deepEqual(
      hits.map(({ message_id, excerpt }) => [message_id, excerpt]),
      [["a", "A write-ahead log."]],
    );
    await other.result("edgequake/sessions/rename", { session_id: "s", title: "Journals" });
    const branched = await one.client.result<{ session: Session }>("edgequake/sessions/branch", {
      session_id: "s",
      message_id: "q",
    });
    assert.deepEqual([branched.session.title, branched.session.messages], ["Journals", 1]);
    const list = await other.result<{ sessions: Session[] }>("edgequake/sessions/list");
    assert.deepEqual(
      list.sessions.map(({ id }) => id),
      [branched.session.id, "s"],
    );
    const { text } = await one.client.result<{ text: string }>("edgequake/sessions/export", {
      session_id: "s",
      format: "markdown",
    });
    assert.match(text, /^# Journals\n[\s\S]*## User[\s\S]*What is WAL\?[\s\S]*A write-ahead log\.\n$/);
    const deleted = await other.result("edgequake/sessions/delete", { session_id: "s" });
    assert.deepEqual(deleted, { deleted: true });
    const gone = await one.client.failure("edgequake/sessions/read", { session_id: "s" });
    assertFailure(gone, { name: "NotFoundError" });
    assert.equal(gone.data.code, "deleted", "not lost");
    const late = { type: "update", id: "a", fields: { state: "done" } };
    const refused = await one.client.failure("edgequake/sessions/append", {
      session_id: "s",
      entries: [late],
    });
    assertFailure(refused, { name: "NotFoundError" });
  });

  it("params that are wrong are named", async () => {
    const { client } = start();
    await client.initialize();
    assertIssues(await client.call("edgequake/sessions/read", {}), "session_id");
    assertIssues(
      await client.call("edgequake/sessions/append", { session_id: "s", entries: [{ type: "what" }] }),
      "entries.0.type",
    );
    assertIssues(
      await client.call("edgequake/sessions/export", { session_id: "s", format: "pdf" }),
      "format",
    );
    assertIssues(await client.call("edgequake/usage", { by: ["colour"] }), "by.0");
    assertIssues(await client.call("edgequake/usageExport", {}), "format");
    assertIssues(
      await client.call("edgequake/completion", {
        model: "mock/echo",
        messages: HELLO,
        attribution: { who: "x" },
      }),
      "attribution",
    );
  });

  it("a half answer survives a SIGKILL, and so does what was used", async () => {
    const [one, two] = windows(2);
    await one.client.initialize();
    await one.client.result("edgequake/completion", openai(provider(), { attribution: { caller: "a.b" } }));
    await one.client.result("edgequake/sessions/append", {
      session_id: "s",
      entries: [
        says("q", "user", "?"),
        says("a", "assistant", ""),
        { type: "delta", id: "a", text: "half an" },
      ],
    });
    // A kill may lose what is younger than a tenth of a second.
    await new Promise((resolve) => setTimeout(resolve, 150));
    one.child.kill("SIGKILL");
    await one.exited;
    const other = two?.client ?? assert.fail();
    await other.initialize();
    const page = await other.result<Page>("edgequake/sessions/read", { session_id: "s" });
    assert.equal(page.messages[1]?.text, "half an");
    const usage = await other.result<{ rows: { caller: string; calls: number }[] }>("edgequake/usage", {
      by: ["caller"],
    });
    assert.deepEqual(
      usage.rows.map(({ caller, calls }) => [caller, calls]),
      [["a.b", 1]],
    );
    const csv = await other.result<{ text: string }>("edgequake/usageExport", { format: "csv" });
    assert.match(csv.text, /^id,call_id,at,[^\r]*\r\n[^\r]*,a\.b,[^\r]*\r\n$/);
  });

  it("shutdown writes what was not written yet", async () => {
    const [one, two] = windows(2);
    await one.client.initialize();
    await one.client.result("edgequake/completion", openai(provider()));
    await one.client.result("shutdown");
    one.client.notify("exit");
    await one.exitWithin(5_000);
    const other = two?.client ?? assert.fail();
    await other.initialize();
    const { rows } = await other.result<{ rows: { calls: number }[] }>("edgequake/usage");
    assert.equal(rows[0]?.calls, 1);
  });

  it("a budget of the configuration stops a call of any window before it is sent", async () => {
    const [one, two] = windows(2);
    const config = { budgets: [{ scope: "day", max_budget: 0.04 }] };
    const prices = { input_cost_per_token: 0.001, output_cost_per_token: 0.001, max_tokens: 15 };
    await one.client.initialize({ config });
    await two?.client.initialize({ config });
    await one.client.result("edgequake/completion", openai(provider(), prices));
    const sent = provider().requests.length;
    // Until it is written the call counts at the most it might have cost.
    await new Promise((resolve) => setTimeout(resolve, 150));
    const failure = await (two?.client ?? assert.fail()).failure(
      "edgequake/completion",
      openai(provider(), prices),
    );
    assertFailure(failure, { name: "BudgetExceededError", retryable: false, message: /Nothing was sent/ });
    assert.deepEqual([failure.data["current_cost"], failure.data["max_budget"]], [0.018, 0.04]);
    assert.equal(provider().requests.length, sent);
  });

  it("an answer on disk is another window's too, streamed or whole", async () => {
    const [one, two] = windows(2);
    const config = { cache: { type: "disk" } };
    await one.client.initialize({ config });
    await two?.client.initialize({ config });
    await one.client.result("edgequake/completion", openai(provider()));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const end = await (two?.client ?? assert.fail()).result<{ cache_hit?: boolean }>(
      "edgequake/completionStream",
      openai(provider(), { stream_id: "x" }),
    );
    assert.equal(end.cache_hit, true);
    assert.equal(provider().requests.length, 1);
  });

  it("a file that is broken is said once in the log, and every call goes on", async () => {
    const backend = start();
    const folder = join(backend.home, "data", "edgequake");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "edgequake.db"),
      "no database at all, but some text that is long enough to be read",
    );
    await backend.client.initialize();
    await backend.client.result("edgequake/completion", openai(provider()));
    await backend.client.result("edgequake/usage");
    await backend.client.result("edgequake/sessions/list");
    assert.equal(backend.stderr.match(/was moved to/g)?.length, 1, backend.stderr);
    assert.ok(readdirSync(folder).some((name) => name.includes(".broken-")));
  });

  it("nothing is opened by a client that asks for nothing", async () => {
    const backend = start();
    await backend.client.initialize();
    await backend.client.result("edgequake/providers");
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(
      readdirSync(backend.home).filter((name) => name === "data"),
      [],
    );
  });
});
