// What stands below an answer: its figures, unknown ones as unknown, and the router's trace in words.

import assert from "node:assert/strict";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, TRACE } from "./samples.ts";

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
    assert.deepEqual(await rows("Choice 1: usage-based-routing"), [
      "openai-main | 1,200 | chosen",
      "openai-second | 48,000 | not chosen",
      "groq-free | – | left out: cooled down for 42 s after RateLimitError",
    ]);
    assert.deepEqual(await rows("Requests"), [
      "1 | openai-main | RateLimitError (429) | 182 ms | 1.2 s",
      "2 | openai-second | Timeout | 10.0 s | 0 ms",
      "3 | azure-west-europe | ok | 3.0 s | –",
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
