// Tools that agents can call: ask another model, compare several. What is about to be asked, and what that costs, is
// confirmed by the person before; the calls are counted as the tools', who need leave like any caller.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { asOpenAIError } from "../../server/protocol/errors.ts";
import type { Message } from "../../server/protocol/messages.ts";
import { messageOf, notificationText } from "../plain-text.ts";
import { TOOLS } from "./access.ts";
import { type Asked, askModels, summaryOf } from "./ask-model.ts";
import { attributed } from "./attributed.ts";
import { type CostClass, costClass } from "./cost-class.ts";
import { detailsOf } from "./model-facts.ts";
import { quoted } from "./quoted-text.ts";

export const ASK_TOOL = "edgequake_ask";
export const COMPARE_TOOL = "edgequake_compare";

const MOST_MODELS = 4;

export interface ToolInput {
  prompt: string;
  system?: string;
  model?: string;
  models?: string[];
}

export interface ToolMeans {
  client(): Promise<Client>;
  /** The model in use. */
  model(): Promise<string>;
  leave(caller: string, signal?: AbortSignal): Promise<void>;
}

export function registerTools(means: ToolMeans): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.lm.registerTool(ASK_TOOL, new ModelsTool(means)),
    vscode.lm.registerTool(COMPARE_TOOL, new ModelsTool(means)),
  );
}

class ModelsTool implements vscode.LanguageModelTool<ToolInput> {
  readonly #means: ToolMeans;

  constructor(means: ToolMeans) {
    this.#means = means;
  }

  async prepareInvocation({
    input,
  }: vscode.LanguageModelToolInvocationPrepareOptions<ToolInput>): Promise<vscode.PreparedToolInvocation> {
    const models = await this.#models(input);
    const client = await this.#means.client();
    const costs = await Promise.all(models.map(async (model) => costClass(await detailsOf(client, model))));
    const lines = models.map((model, index) => `- ${named(model)}: ${costText(costs[index] ?? "unknown")}`);
    const list = models.map(named).join(", ");
    return {
      invocationMessage: vscode.l10n.t("Asking {0} through EdgeQuake", list),
      confirmationMessages: {
        title:
          models.length > 1
            ? vscode.l10n.t("Ask {0} models through EdgeQuake?", models.length)
            : vscode.l10n.t("Ask another model through EdgeQuake?"),
        message: new vscode.MarkdownString(
          [
            vscode.l10n.t("The question goes to the provider of each model and is paid with your keys:"),
            "",
            ...lines,
            ...quotation(vscode.l10n.t("What is asked:"), input.prompt),
            ...(input.system
              ? quotation(vscode.l10n.t("What the model is told beforehand:"), input.system)
              : []),
          ].join("\n"),
        ),
      },
    };
  }

  async invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<ToolInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort());
    try {
      await this.#means.leave(TOOLS, stop.signal);
      const models = await this.#models(input);
      const messages: Message[] = [
        ...(input.system ? [{ role: "system" as const, content: input.system }] : []),
        { role: "user", content: input.prompt },
      ];
      const calls = models.map((model) => attributed({ model, messages }, TOOLS));
      const answers = await askModels(await this.#means.client(), calls, stop.signal);
      const [only] = answers;
      // The only answer's failure is the tool's.
      if (answers.length === 1 && only && "error" in only) throw new Error(only.error);
      return new vscode.LanguageModelToolResult(
        answers.map((one) => new vscode.LanguageModelTextPart(told(one))),
      );
    } catch (thrown) {
      throw new Error(messageOf(asOpenAIError(thrown)));
    } finally {
      cancelled.dispose();
    }
  }

  async #models({ model, models }: ToolInput): Promise<string[]> {
    if (models && models.length > MOST_MODELS)
      throw new Error(vscode.l10n.t("Name at most {0} models.", MOST_MODELS));
    if (models && models.length > 0) return models.map((one) => one.trim());
    return [model?.trim() || (await this.#means.model())];
  }
}

function told(asked: Asked): string {
  return "error" in asked
    ? `## ${asked.model}\n\nIt failed: ${asked.error}\n`
    : `## ${summaryOf(asked.took)}\n\n${asked.text}\n`;
}

/** What leaves the machine is seen before. */
function quotation(title: string, text: string): string[] {
  const { block, left_out } = quoted(String(text));
  const more = left_out > 0 ? ["", vscode.l10n.t("and {0} more characters", left_out)] : [];
  return ["", title, "", block, ...more];
}

/** A name is a caller's text, and no markup. */
function named(model: string): string {
  return `\`${notificationText(model).replaceAll("`", "'")}\``;
}

function costText(cost: CostClass): string {
  if (cost === "free") return vscode.l10n.t("free of charge");
  if (cost === "low") return vscode.l10n.t("low cost");
  if (cost === "medium") return vscode.l10n.t("medium cost");
  if (cost === "high") return vscode.l10n.t("high cost");
  return vscode.l10n.t("cost unknown");
}
