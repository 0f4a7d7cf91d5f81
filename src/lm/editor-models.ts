// The models of VS Code itself and of other extensions as EdgeQuake's upstreams: asked by the backend, answered part by
// part. EdgeQuake's own are never among them.

import * as vscode from "vscode";
import type { LanguageModelHost } from "../../server/connection/serve-models.ts";
import {
  type HostModelEnd,
  HostModelError,
  type HostModelInfo,
  type HostModelPart,
  type HostModelRequest,
} from "../../server/protocol/host-models.ts";
import type { Usage } from "../../server/protocol/messages.ts";
import { fromMessages, fromTools } from "./from-messages.ts";
import { VENDOR } from "./provider.ts";

type Json = Record<string, unknown>;

export class EditorModels implements LanguageModelHost {
  async list(): Promise<HostModelInfo[]> {
    const models = await vscode.lm.selectChatModels({});
    return models
      .filter(({ vendor }) => vendor !== VENDOR)
      .map(({ vendor, family, id, name, maxInputTokens }) => ({
        vendor,
        family,
        id,
        name,
        max_input_tokens: maxInputTokens,
      }));
  }

  async ask(
    request: HostModelRequest,
    emit: (part: HostModelPart) => void,
    signal: AbortSignal,
  ): Promise<HostModelEnd> {
    const source = new vscode.CancellationTokenSource();
    const stop = (): void => source.cancel();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const model = await find(request);
      const answer = await model.sendRequest(
        fromMessages(request.messages),
        optionsOf(request, model),
        source.token,
      );
      let usage: Usage | undefined;
      for await (const part of answer.stream) {
        // VS Code 1.117 does not tell the model: it goes on, and nobody listens.
        if (signal.aborted) break;
        const told = usageOf(part);
        if (told) usage = told;
        else for (const one of partsOf(part)) emit(one);
      }
      return usage ? { usage } : {};
    } catch (thrown) {
      throw refusal(thrown);
    } finally {
      signal.removeEventListener("abort", stop);
      source.dispose();
    }
  }
}

/** By family, else by id. @throws HostModelError */
async function find({ vendor, family }: HostModelRequest): Promise<vscode.LanguageModelChat> {
  if (vendor === VENDOR) throw new HostModelError("EdgeQuake does not ask itself");
  const models = await vscode.lm.selectChatModels({ vendor });
  const found =
    models.find((model) => model.family === family) ?? models.find((model) => model.id === family);
  if (found) return found;
  const known = [...new Set(models.map((model) => model.family))].join(", ");
  throw new HostModelError(
    known === ""
      ? `VS Code has no models of "${vendor}": is its extension installed, and are you signed in?`
      : `"${vendor}" has no model "${family}". It has: ${known}`,
    "NotFound",
  );
}

function optionsOf(
  { tools, tool_choice, options }: HostModelRequest,
  { name }: vscode.LanguageModelChat,
): vscode.LanguageModelChatRequestOptions {
  const forced = (tool_choice as { function?: { name?: unknown } } | undefined)?.function?.name;
  const wanted = tools?.filter((tool) => forced === undefined || tool.function?.name === forced) ?? [];
  const required = tool_choice === "required" || forced !== undefined;
  return {
    justification: vscode.l10n.t("A call you made through EdgeQuake goes to {0}.", name),
    modelOptions: options ?? {},
    ...(wanted.length > 0 && tool_choice !== "none"
      ? {
          tools: fromTools(wanted),
          toolMode: required
            ? vscode.LanguageModelChatToolMode.Required
            : vscode.LanguageModelChatToolMode.Auto,
        }
      : {}),
  };
}

/** By their shape: the classes of some are not in the typings. */
function partsOf(part: unknown): HostModelPart[] {
  const { value, callId, name, input, metadata, thinking } = part as Json;
  if (typeof callId === "string" && typeof name === "string")
    return [{ type: "tool_call", id: callId, name, input }];
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: "text", text: part.value }];
  if (typeof value !== "string" && !Array.isArray(value)) return [];
  const text = Array.isArray(value) ? value.join("") : value;
  const { signature, redacted } = (metadata ?? thinking ?? {}) as Json;
  return [
    {
      type: "thinking",
      text,
      ...(typeof signature === "string" ? { signature } : {}),
      ...(typeof redacted === "string" ? { redacted } : {}),
    },
  ];
}

function usageOf(part: unknown): Usage | undefined {
  const { mimeType, data } = part as { mimeType?: unknown; data?: unknown };
  if (mimeType !== "usage" || !(data instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(data)) as Usage;
  } catch {
    return undefined;
  }
}

function refusal(thrown: unknown): HostModelError {
  if (thrown instanceof HostModelError) return thrown;
  // VS Code throws what it likes: a picture it cannot read is an event.
  const error = thrown instanceof Error ? thrown : new Error(typeof thrown === "string" ? thrown : "");
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  const { code } = error as { code?: unknown };
  return new HostModelError(
    `${error.message}${cause}` ||
      "VS Code could not hand the call on, and did not say why. If it holds a picture, is that one?",
    typeof code === "string" && code !== "Unknown" ? code : undefined,
  );
}
