// The client's end of `edgequake/languageModel`: the host's models answer the backend. All parts of an answer leave
// before its response, those of one turn in one message.

import { type CancellationToken, type MessageConnection, ResponseError } from "vscode-jsonrpc/node";
import type {
  HostModelEnd,
  HostModelInfo,
  HostModelPart,
  HostModelRequest,
} from "../protocol/host-models.ts";
import { CODE, METHOD } from "../protocol/names.ts";

export interface LanguageModelHost {
  list(): Promise<HostModelInfo[]>;
  /** Rejects with an error whose `code`, if any, is VS Code's. */
  ask(
    request: HostModelRequest,
    emit: (part: HostModelPart) => void,
    signal: AbortSignal,
  ): Promise<HostModelEnd>;
}

export function serveModels(
  connection: MessageConnection,
  host: LanguageModelHost,
  notify: (method: string, params: unknown) => void,
): void {
  connection.onRequest(METHOD.languageModels, async () => ({ models: await host.list() }));
  connection.onRequest(METHOD.languageModel, async (request: HostModelRequest, token: CancellationToken) => {
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort());
    let waiting: HostModelPart[] = [];
    const flush = (): void => {
      if (waiting.length === 0) return;
      notify(METHOD.languageModelChunk, { stream_id: request.stream_id, parts: waiting });
      waiting = [];
    };
    try {
      return await host.ask(
        request,
        (part) => {
          if (waiting.push(part) === 1) queueMicrotask(flush);
        },
        stop.signal,
      );
    } catch (thrown) {
      const { message, code } = thrown as Error & { code?: unknown };
      throw new ResponseError(CODE.requestFailed, message, typeof code === "string" ? { code } : {});
    } finally {
      flush();
      cancelled.dispose();
    }
  });
}
