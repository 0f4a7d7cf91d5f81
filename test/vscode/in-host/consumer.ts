// The second extension as the suites see it.

import * as vscode from "vscode";
import type {
  CompletionParams,
  EmbeddingParams,
  EmbeddingResponse,
  ModelResponse,
} from "../../../server/protocol/messages.ts";
import type { ModelsResult } from "../../../server/protocol/results.ts";

/** What a model of the consumer's was asked. */
export interface Heard {
  model: string;
  messages: {
    role: number;
    content: { value?: unknown; mimeType?: unknown; data?: Uint8Array; callId?: string }[];
  }[];
  options: { requestInitiator?: string; tools?: { name: string }[]; modelOptions?: Record<string, unknown> };
  cancelled: boolean;
}

export interface Consumer {
  readonly heard: Heard[];
  edgequake(): Promise<Record<string, unknown>>;
  ask(params: CompletionParams): Promise<ModelResponse>;
  listen(params: CompletionParams, enough?: (pieces: string[]) => boolean): Promise<string[]>;
  embed(params: EmbeddingParams): Promise<EmbeddingResponse>;
  models(): Promise<ModelsResult>;
}

export async function activateConsumer(): Promise<Consumer> {
  const extension = vscode.extensions.getExtension<Consumer>("edgequake-tests.consumer");
  if (extension === undefined) throw new Error("the consumer extension is not loaded");
  return extension.activate();
}
