// Inline completions: what stands around the cursor is filled by a model, off unless somebody turns it on. One
// request at a time, ended by the next keystroke; a failure is told once.

import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { asOpenAIError } from "../../server/protocol/errors.ts";
import { type Gap, gapAt, insideWord } from "./gap.ts";
import { Pause } from "./pause.ts";
import { shapeCompletion } from "./shape-completion.ts";
import { SingleFlight } from "./single-flight.ts";
import type { InlineStatus } from "./status.ts";
import { TypedAlong } from "./typed-along.ts";
import { LONGEST_DOCUMENT, mayComplete } from "./where.ts";

/** Between keystrokes nobody is asked. */
const REST_MS = 200;
/** Later it would come to a place that is no longer there. */
const TIMEOUT_S = 15;

export class InlineCompletions implements vscode.InlineCompletionItemProvider {
  readonly #client: () => Promise<Client>;
  readonly #model: string;
  readonly #status: InlineStatus;
  readonly #flight = new SingleFlight((ms, signal) => sleep(ms, undefined, { signal }));
  readonly #known = new TypedAlong();
  readonly #pause = new Pause();

  constructor(client: () => Promise<Client>, model: string, status: InlineStatus) {
    this.#client = client;
    this.#model = model;
    this.#status = status;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind, selectedCompletionInfo }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const asked = triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (!vscode.workspace.isTrusted || !mayComplete(document.uri.scheme, document.uri.path)) return [];
    // Called too late to be wanted, it must not end the request that came after it.
    if (token.isCancellationRequested) return [];
    // The list of suggestions is open: its words come first.
    if (selectedCompletionInfo !== undefined) return [];
    const text = document.getText();
    const offset = document.offsetAt(position);
    if (text.length > LONGEST_DOCUMENT || (!asked && insideWord(text, offset))) return [];
    if (asked) this.#pause.lift();
    const gap = gapAt(text, offset);
    const key = document.uri.toString();
    const known = this.#known.get(key, gap.prefix, gap.suffix);
    if (known !== undefined) {
      this.#flight.cancel();
      return itemsOf(known, position);
    }
    if (gap.prefix.trim() === "" || this.#pause.holds(performance.now())) return [];
    try {
      const answer = await this.#flight.run(
        asked ? 0 : REST_MS,
        (end) => token.onCancellationRequested(end),
        (signal) => this.#ask(gap, signal),
      );
      if (answer === undefined) return [];
      this.#pause.succeeded();
      this.#status.works();
      const shaped = shapeCompletion(answer, gap);
      this.#known.put(key, gap.prefix, gap.suffix, shaped);
      return itemsOf(shaped, position);
    } catch (thrown) {
      const error = asOpenAIError(thrown);
      this.#pause.failed(error.name, performance.now(), error.retry_after_ms);
      this.#status.failed(error);
      return [];
    }
  }

  cancel(): void {
    this.#flight.cancel();
  }

  async #ask({ prefix, suffix, singleLine }: Gap, signal: AbortSignal): Promise<string> {
    const working = this.#status.working();
    try {
      const client = await this.#client();
      signal.throwIfAborted();
      const { choices } = await client.textCompletion(
        {
          model: this.#model,
          prompt: prefix,
          suffix,
          max_tokens: singleLine ? 64 : 256,
          temperature: 0,
          stop: [singleLine ? "\n" : "\n\n"],
          timeout: TIMEOUT_S,
          num_retries: 0,
        },
        { signal },
      );
      return choices[0]?.text ?? "";
    } finally {
      working.dispose();
    }
  }
}

function itemsOf(text: string, position: vscode.Position): vscode.InlineCompletionItem[] {
  return text === "" ? [] : [new vscode.InlineCompletionItem(text, new vscode.Range(position, position))];
}
