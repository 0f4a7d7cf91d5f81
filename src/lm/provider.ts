// EdgeQuake's models in VS Code's own chat and for every extension that asks vscode.lm: text, tools, images, thoughts,
// usage. Nothing is listed or started before somebody asks.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { asOpenAIError } from "../../server/protocol/errors.ts";
import type { ChatCompletionChunk, CompletionParams, Usage } from "../../server/protocol/messages.ts";
import type { Params } from "../../server/protocol/methods.ts";
import { AS_IT_DOES, EFFORTS } from "../models/effort.ts";
import { effortWords } from "../models/effort-words.ts";
import { englishOf, messageOf } from "../plain-text.ts";
import { type AccessList, callerName, EDITOR } from "./access.ts";
import { attributed } from "./attributed.ts";
import { type Information, informationOf, type Words } from "./information.ts";
import { type HostMessage, toMessages } from "./to-messages.ts";
import { ToolCallParts } from "./tool-call-parts.ts";

export const VENDOR = "edgequake";
/** The host asks several times a second. */
const FRESH_MS = 60_000;

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
  readonly #favourites: () => readonly string[];
  readonly #onAsked: () => void;
  #listed: { at: number; models: Promise<Information[]> } | undefined;

  constructor(
    client: () => Promise<Client>,
    access: AccessList,
    favourites: () => readonly string[] = () => [],
    onAsked: () => void = () => {},
  ) {
    this.#client = client;
    this.#access = access;
    this.#favourites = favourites;
    this.#onAsked = onAsked;
  }

  /** Keys, settings, favourites or servers changed. */
  reconsider(): void {
    this.#listed = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** What was listed before stands until a newer list is there: nobody waits for a server that is slow today. */
  provideLanguageModelChatInformation(): Promise<vscode.LanguageModelChatInformation[]> {
    this.#onAsked();
    const before = this.#listed;
    if (before && performance.now() - before.at < FRESH_MS) return before.models;
    const models = this.#list();
    const listed = { at: performance.now(), models: before ? before.models : models };
    this.#listed = listed;
    models.then(
      async (newer) => {
        if (this.#listed !== listed) return;
        listed.models = models;
        if (before && JSON.stringify(await before.models) !== JSON.stringify(newer)) this.#changed.fire();
      },
      () => {
        if (this.#listed === listed) this.#listed = before ? { ...before, at: performance.now() } : undefined;
      },
    );
    return listed.models;
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
      throw hostError(error, caller);
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

  async #list(): Promise<Information[]> {
    const { models } = await (await this.#client()).request("edgequake/models", {
      // VS Code's own are there already, and listing them would ask for ours.
      without: ["vscode"],
      details: true,
    });
    const chat = models.filter(({ mode }) => mode !== "embedding");
    const real = chat.filter(({ provider }) => provider !== "mock");
    // Without any provider the built-in model shows that all is well but for a key.
    return informationOf(real.length > 0 ? real : chat, this.#favourites(), WORDS);
  }
}

const WORDS: Words = {
  tooltip: (model) => vscode.l10n.t("{0}, with your own key, through EdgeQuake", model),
  groupTooltip: (model) =>
    vscode.l10n.t("{0}: EdgeQuake's router chooses among the models of this group", model),
  effort: vscode.l10n.t("Thinking Effort"),
  efforts: EFFORTS.map((effort) => effortWords()[effort]),
  price: (input, output) => vscode.l10n.t("{0} in, {1} out per million tokens", input, output),
};

function paramsOf(
  model: string,
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  { tools, toolMode, modelOptions, modelConfiguration }: Options,
): CompletionParams {
  const chosen = modelConfiguration?.reasoningEffort;
  const effort = chosen === AS_IT_DOES ? undefined : chosen;
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

/** VS Code's own codes where it has one. */
const CODES: Partial<Record<string, string>> = {
  NotFoundError: "NotFound",
  AuthenticationError: "NoPermissions",
  PermissionDeniedError: "NoPermissions",
  ContentPolicyViolationError: "Blocked",
};
type CodedError = new (message: string, code: string) => Error;

/** Only this class keeps its code on the way to the caller; its typings hide that it takes any: LiteLLM's name. */
function hostError(thrown: unknown, caller: string): Error {
  const error = asOpenAIError(thrown);
  const LanguageModelError = vscode.LanguageModelError as unknown as CodedError;
  // Other extensions are programs: they get what every program gets.
  const text = caller === EDITOR ? messageOf(error) : englishOf(error);
  return new LanguageModelError(text, CODES[error.name] ?? error.name);
}
