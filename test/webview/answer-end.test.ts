// What stands below an answer: its figures, unknown ones as unknown, and the router's trace in words.

import assert from "node:assert/strict";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, LIMITS, RECORDS, TRACE } from "./samples.ts";

/** Each request in the order they were sent, its lines apart. */
async function requestsIn(chat: ChatPage): Promise<string[]> {
  const list = chat.page.getByRole("list", { name: "Requests" });
  return list.getByRole("listitem").evaluateAll((all) =>
    all.map((one) => {
      const facts = [...one.querySelectorAll("p")].map((line) => line.textContent ?? "");
      const head = (one.textContent ?? "").slice(0, -facts.join("").length);
      return [head, ...facts].join(" | ").replaceAll("\u00a0", " ");
    }),
  );
}

describe("what stands below an answer", () => {
  const open = chatsOfThisFile();

  const factsOf = async (differs: Parameters<typeof answer>[1]): Promise<string[]> => {
    const chat = await open();
    await chat.reset({ turns: [answer("Yes.", differs)] });
    const facts = await chat.page.locator(".facts li").allTextContents();
    return facts.map((fact) => fact.replaceAll("\u00a0", " "));
  };

  it("who gave it, what it used, what it cost, how long it took", async () => {
    assert.deepEqual(await factsOf({}), [
      "openai/gpt-4o-mini",
      "1,204 → 386 tokens",
      "$0.00041",
      "first token 412 ms",
      "total 3.2 s",
    ]);
  });

  it("an unknown price is unknown, nothing is nothing", async () => {
    assert.ok((await factsOf({ cost_usd: null })).includes("cost unknown"));
    assert.ok((await factsOf({ cost_usd: 0 })).includes("$0.00"));
    assert.ok((await factsOf({ cost_usd: 1.234 })).includes("$1.23"));
    assert.ok((await factsOf({ cost_usd: 0.000_000_02 })).includes("< $0.000001"));
  });

  it("nothing is said of what was not told", async () => {
    const facts = await factsOf({
      usage: null,
      cost_usd: null,
      ms_first_chunk: null,
      ms_total: null,
      attempts: null,
    });
    assert.deepEqual(facts, ["openai/gpt-4o-mini"]);
  });

  it("the deployment, whom it stood in for, how many requests it took", async () => {
    const facts = await factsOf({ trace: TRACE, attempts: 3 });
    assert.deepEqual(facts.slice(0, 4), [
      "openai/gpt-4o-mini",
      "azure-west-europe",
      "instead of fast",
      "3 requests",
    ]);
  });

  it("Why: candidates, what spoke against each, requests and how they went, cost", async () => {
    const chat = await open({ width: 800 });
    await chat.reset({ turns: [answer("Yes.", { trace: TRACE, attempts: 3, cost_usd: null })] });
    const why = chat.button("Why");
    assert.equal(await why.getAttribute("aria-expanded"), "false");
    await why.focus();
    await chat.page.keyboard.press("Enter");
    assert.equal(await why.getAttribute("aria-expanded"), "true");
    const tables = chat.page.getByRole("region", { name: "Why" }).getByRole("table");
    const rows = async (name: string): Promise<string[]> => {
      const lines = await tables.filter({ hasText: name }).locator("tbody tr").all();
      return Promise.all(
        lines.map(async (line) =>
          (await line.locator("td").allTextContents()).join(" | ").replaceAll("\u00a0", " "),
        ),
      );
    };
    assert.deepEqual(await rows("Choice 1: usage-based-routing by tokens this minute"), [
      "openai-main | 1,200 | chosen",
      "openai-second | 48,000 | not chosen",
      "groq-free | – | left out: cooled down for 42 s after RateLimitError",
    ]);
    assert.deepEqual(await requestsIn(chat), [
      "openai-main RateLimitError (429) | sent at once · took 182 ms · then waited 1.2 s | Rate limit reached for gpt-4o-mini: limit 60, used 60.",
      "openai-second Timeout | sent after 1.4 s · took 10.0 s",
      "azure-west-europe ok | sent after 11.4 s · took 3.0 s",
    ]);
    assert.ok((await rows("Counted")).includes("Cost | cost unknown"));
    assert.ok(await chat.page.getByText("fast failed with Timeout; fast-backup stood in.").isVisible());
    await chat.page.keyboard.press("Enter");
    assert.equal(await tables.count(), 0);
  });

  it("Why of an answer that no router chose for says so", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer("Yes.")] });
    await chat.button("Why").click();
    assert.ok(
      await chat.page.getByText("openai/gpt-4o-mini was asked directly: no router chose.").isVisible(),
    );
  });

  it("Why of an answer without a router tells each request: how it ended, when it was sent, what was waited", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer("Yes.", { attempts: 3, attempt_records: RECORDS })] });
    await chat.button("Why").click();
    assert.deepEqual(await requestsIn(chat), [
      "openai/gpt-4o-mini RateLimitError (429) | sent at once · took 182 ms · then waited 1.2 s",
      "openai/gpt-4o-mini InternalServerError (503) | sent after 1.4 s · took 95 ms · then waited 2.4 s",
      "openai/gpt-4o-mini ok (200) | sent after 3.9 s · took 3.0 s",
    ]);
    assert.equal((await chat.all("limits")).length, 0, "no router, no limits of one");
  });

  it("so does Why of an answer that failed", async () => {
    const chat = await open();
    const [first] = RECORDS;
    assert.ok(first);
    await chat.reset({
      turns: [
        answer("", {
          state: "error",
          usage: null,
          error: { name: "RateLimitError", message: "Too many requests." },
          attempts: 1,
          attempt_records: [
            { ...first, deployment: "openai-main", stopped_because: "retry budget exhausted" },
          ],
        }),
      ],
    });
    await chat.button("Why").click();
    assert.deepEqual(await requestsIn(chat), [
      "openai-main RateLimitError (429) | sent at once · took 182 ms · then waited 1.2 s | retry budget exhausted",
    ]);
  });

  it("Why asks what the router's limits leave, shows it, and asks again by a button", async () => {
    const chat = await open({ width: 800 });
    const routed = answer("Yes.", { trace: TRACE, attempts: 3 });
    await chat.reset({ turns: [routed] });
    await chat.button("Why").click();
    assert.equal((await chat.posted("limits")).id, routed.id);
    await chat.say({ type: "limits", id: routed.id, limits: LIMITS });
    const table = chat.page.getByRole("table", { name: "Limits now" });
    const rows = await table
      .locator("tbody tr")
      .evaluateAll((all) =>
        all.map((row) =>
          [...row.querySelectorAll("td")]
            .map((cell) => (cell.textContent ?? "").replaceAll("\u00a0", " "))
            .join(" | "),
        ),
      );
    assert.deepEqual(rows, [
      "openai-main | 0 of 60 rpm, 48,200 of 90,000 tpm | cools down for 42.0 s after RateLimitError",
      "azure/gpt-4o-mini (3fa9) | no limit | ready",
      "all of openai | 5 of 8 at a time | –",
    ]);
    assert.ok(await chat.page.getByText("2 requests wait for a limit.").isVisible());
    await chat.forget();
    await chat.button("Refresh").click();
    assert.equal((await chat.posted("limits")).id, routed.id);
    await chat.say({ type: "limits", id: routed.id, limits: null });
    assert.equal(await table.count(), 0, "a router that is gone has no limits");
  });

  it("warnings and notes stand with it", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer("Yes", { note: "length", warnings: ["temperature was dropped"] })] });
    assert.ok(await chat.page.getByText("The model's length limit cut the answer off here.").isVisible());
    assert.equal(
      await chat.page.getByRole("list", { name: "Warnings" }).textContent(),
      "temperature was dropped",
    );
  });
});
