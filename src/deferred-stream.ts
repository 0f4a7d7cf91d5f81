// A stream that can be handed out before the backend is up: it starts when there is a client, and cancelling it
// earlier means that it never starts.

import type { Client } from "../server/connection/client.ts";
import type { CompletionStream } from "../server/protocol/completion-stream.ts";
import { Cancelled } from "../server/protocol/errors.ts";
import type { ChatCompletionChunk, ModelResponse } from "../server/protocol/messages.ts";
import type { StreamEnd } from "../server/protocol/results.ts";
import type { ChunkStream } from "./api.ts";

export function deferredStream(
  client: Promise<Client>,
  start: (client: Client) => CompletionStream,
): ChunkStream {
  let stopped = false;
  const started = client.then((ready) => {
    if (stopped) throw new Cancelled({ message: "the caller stopped the stream", code: "ABORT_ERR" });
    return start(ready);
  });
  const end: Promise<StreamEnd> = started.then((stream) => stream.end);
  // Who only iterates sees the error there.
  end.catch(() => {});
  const cancel = (): void => {
    stopped = true;
    started.then((stream) => stream.cancel()).catch(() => {});
  };
  async function* iterate(): AsyncGenerator<ChatCompletionChunk, void, undefined> {
    try {
      yield* await started;
    } finally {
      cancel();
    }
  }
  return Object.freeze({
    end,
    cancel,
    response: async (): Promise<ModelResponse> => (await started).response(),
    [Symbol.asyncIterator]: iterate,
  });
}
