// A model tried with a real call of a few tokens: whether it answers, how long it took, what it cost.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { messageOf, notificationText } from "../plain-text.ts";
import { moneyText } from "./model-facts.ts";

const TOKENS = 16;
const SECONDS = 60;

export interface TestResult {
  ok: boolean;
  /** "answered in 420 ms, 18 tokens, $0.000012". */
  text: string;
}

export async function testModel(
  client: Promise<Client>,
  model: string,
  signal?: AbortSignal,
): Promise<TestResult> {
  try {
    const { usage, edgequake } = await (await client).request(
      "edgequake/completion",
      {
        model,
        messages: [{ role: "user", content: "Answer with the word OK." }],
        max_tokens: TOKENS,
        num_retries: 0,
        timeout: SECONDS,
        drop_params: true,
        attribution: { caller: "edgequake.test" },
      },
      signal === undefined ? {} : { signal },
    );
    const text = vscode.l10n.t(
      "answered in {0} ms, {1} tokens, {2}",
      Math.round(edgequake?.ms_total ?? 0),
      usage?.total_tokens ?? "?",
      moneyText(edgequake?.cost_usd ?? null),
    );
    return { ok: true, text: `$(pass) ${text}` };
  } catch (error) {
    return { ok: false, text: `$(error) ${notificationText(messageOf(error as Error))}` };
  }
}
