// EdgeQuake's models in VS Code's own chat and for every extension that asks vscode.lm: text, tools, images, thoughts,
// usage. Nothing is listed or started before somebody asks.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { asOpenAIError } from "../../server/protocol/errors.ts";
import type { ChatCompletionChunk, CompletionParams, Usage } from "../../server/protocol/messages.ts";
import type { Params } from "../../server/protocol/methods.ts";
import type { ModelEntry } from "../../server/protocol/results.ts";
import { messageOf } from "../plain-text.ts";
import { type AccessList, callerName } from "./access.ts";
import { attributed } from "./attributed.ts";
import { type HostMessage, toMessages } from "./to-messages.ts";
import { ToolCallParts } from "./tool-call-parts.ts";

export const VENDOR = "edgequake";
/** The host asks several times a second. */
const FRESH_MS = 60_000;
/** Where nobody tells a model's limits. */
const CONTEXT = 128_000;
const OUTPUT = 16_384;

/** What the host hands over beyond its typings. */
type Options = vscode.ProvideLanguageModelChatResponseOptions & {
  requestInitiator?: string;
  modelConfiguration?: { reasoningEffort?: string };
};
/** Not in the typings of the oldest host, and accepted at run time. */
type ThinkingPart = new (value: string, id?: string, metadata?: Record<string, unknown>) => unknown;
const { LanguageModelThinkingPart } = vscode as unknown as { LanguageModelThinkingPart?: ThinkingPart };

export class LanguageModels implements vscode.LanguageModelChatProvider, vscode.Disposable {
  readonly #client: () => Promise<Client>;
  readonly #access: AccessList;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  #listed: { at: number; models: Promise<vscode.LanguageModelChatInformation[]> } | undefined;

  constructor(client: () => Promise<Client>, access: AccessList) {
    this.#client = client;
    this.#access = access;
  }

  /** Keys, settings or servers changed. */
  reconsider(): void {
    this.#listed = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  provideLanguageModelChatInformation(): Promise<vscode.LanguageModelChatInformation[]> {
    if (!this.#listed || performance.now() - this.#listed.at > FRESH_MS) {
      const models = this.#list();
      this.#listed = { at: performance.now(), models };
      models.catch(() => {
        this.#listed = undefined;
      });
    }
    return this.#listed.models;
  }

  async provideLanguageModelChatResponse(
    model: vscode.LanguageModelChatInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: Options,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const stopped = new AbortController();
    const cancelled = token.onCancellationRequested(() => stopped.abort());
    const caller = callerName(options.requestInitiator);
    try {
      await this.#access.leave(caller, stopped.signal);
      const params = attributed(paramsOf(model.id, messages, options), caller);
      await this.#answer(params, stopped.signal, progress);
    } catch (error) {
      if (token.isCancellationRequested) return;
      throw hostError(error);
    } finally {
      cancelled.dispose();
    }
  }

  async provideTokenCount(
    model: vscode.LanguageModelChatInformation,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    const params: Params<"edgequake/countTokens"> = { model: model.id };
    if (typeof text === "string") params.text = text;
    else {
      const messages: unknown = toMessages([text as unknown as HostMessage]);
      params.messages = messages as NonNullable<typeof params.messages>;
    }
    return (await (await this.#client()).request("edgequake/countTokens", params)).tokens;
  }

  async #answer(
    params: CompletionParams,
    signal: AbortSignal,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
  ): Promise<void> {
    const stream = (await this.#client()).stream(params, { signal });
    const calls = new ToolCallParts();
    for await (const chunk of stream) report(chunk, calls, progress);
    for (const { id, name, input } of calls.finish())
      progress.report(new vscode.LanguageModelToolCallPart(id, name, input));
    const { usage } = await stream.end;
    if (usage) progress.report(usagePart(usage));
  }

  async #list(): Promise<vscode.LanguageModelChatInformation[]> {
    const { models } = await (await this.#client()).request("edgequake/models", {
      // VS Code's own are there already, and listing them would ask for ours.
      without: ["vscode"],
    });
    const chat = models.filter(({ mode }) => mode !== "embedding");
    const real = chat.filter(({ provider }) => provider !== "mock");
    // Without any provider the built-in model shows that all is well but for a key.
    return (real.length > 0 ? real : chat).map(informationOf);
  }
}

function informationOf({ model, provider }: ModelEntry): vscode.LanguageModelChatInformation {
  const name = model.slice(provider.length + 1);
  return {
    id: model,
    name,
    family: name,
    version: "1",
    detail: provider,
    tooltip: vscode.l10n.t("{0}, with your own key, through EdgeQuake", model),
    maxInputTokens: CONTEXT,
    maxOutputTokens: OUTPUT,
    capabilities: { toolCalling: true, imageInput: true },
  };
}

function paramsOf(
  model: string,
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  { tools, toolMode, modelOptions, modelConfiguration }: Options,
): CompletionParams {
  const effort = modelConfiguration?.reasoningEffort;
  return {
    ...(modelOptions as Partial<CompletionParams> | undefined),
    model,
    messages: toMessages(messages as unknown as HostMessage[]),
    ...(effort ? { reasoning_effort: effort } : {}),
    ...(tools && tools.length > 0
      ? {
          tools: tools.map(({ name, description, inputSchema }) => ({
            type: "function",
            function: {
              name,
              description,
              parameters: (inputSchema ?? { type: "object" }) as Record<string, unknown>,
            },
          })),
          tool_choice: toolMode === vscode.LanguageModelChatToolMode.Required ? "required" : "auto",
        }
      : {}),
  };
}

function report(
  { choices }: ChatCompletionChunk,
  calls: ToolCallParts,
  progress: vscode.Progress<vscode.LanguageModelResponsePart>,
): void {
  const delta = choices[0]?.delta;
  if (!delta) return;
  const think = (value: string, metadata?: Record<string, unknown>): void => {
    if (LanguageModelThinkingPart)
      progress.report(
        new LanguageModelThinkingPart(value, undefined, metadata) as vscode.LanguageModelResponsePart,
      );
  };
  if (delta.reasoning_content) think(delta.reasoning_content);
  for (const block of delta.thinking_blocks ?? []) {
    if (block.type === "redacted_thinking") think("", { redacted: block.data });
    else if (block.signature !== undefined) think("", { signature: block.signature });
  }
  if (delta.content) progress.report(new vscode.LanguageModelTextPart(delta.content));
  if (delta.refusal) progress.report(new vscode.LanguageModelTextPart(delta.refusal));
  for (const call of delta.tool_calls ?? []) calls.push(call);
}

/** Drives the context ring of the editor's chat. */
function usagePart(usage: Usage): vscode.LanguageModelDataPart {
  return vscode.LanguageModelDataPart.json(usage, "usage");
}

/** Only this class keeps its code on the way to the caller. */
function hostError(thrown: unknown): Error {
  const error = asOpenAIError(thrown);
  const text = messageOf(error);
  if (error.name === "NotFoundError") return vscode.LanguageModelError.NotFound(text);
  if (error.name === "AuthenticationError" || error.name === "PermissionDeniedError")
    return vscode.LanguageModelError.NoPermissions(text);
  if (error.name === "ContentPolicyViolationError") return vscode.LanguageModelError.Blocked(text);
  return new Error(text);
}
