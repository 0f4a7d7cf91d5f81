// The models of the client's own editor (`vscode/<vendor>/<family>`), as they are asked for over the connection: types
// alone. Only a client that declared `languageModel` is asked.

import type { Message, Tool, Usage } from "./messages.ts";

/** Params of `edgequake/languageModel`. Its parts come as `edgequake/languageModelChunk`, before its response. */
export interface HostModelRequest {
  stream_id: string;
  vendor: string;
  /** The model's family, else its id. */
  family: string;
  messages: Message[];
  tools?: Tool[];
  tool_choice?: unknown;
  /** Whatever else the call says of how to answer, under OpenAI's names. */
  options?: Record<string, unknown>;
}

/** A piece of an answer. */
export type HostModelPart =
  | { type: "text"; text: string }
  | { type: "thinking"; text: string; signature?: string; redacted?: string }
  | { type: "tool_call"; id: string; name: string; input: unknown };

/** What the response says of the answer; null or absent = not told. */
export interface HostModelEnd {
  finish_reason?: string | null;
  usage?: Usage | null;
}

export interface HostModelInfo {
  vendor: string;
  family: string;
  id: string;
  name: string;
  max_input_tokens?: number;
}

/** Whoever has such models: the client, as its backend sees it. */
export interface HostModels {
  list(): Promise<HostModelInfo[]>;
  /** `onParts` is called in order, never after `answer` has settled. It rejects with HostModelError. */
  ask(
    request: Omit<HostModelRequest, "stream_id">,
    onParts: (parts: HostModelPart[]) => void,
  ): { answer: Promise<HostModelEnd>; cancel(): void };
}

/** A refusal of the editor's: `code` is VS Code's ("NoPermissions", "NotFound", "Blocked"), where it has one. */
export class HostModelError extends Error {
  override readonly name = "HostModelError";
  readonly code: string | undefined;
  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}
