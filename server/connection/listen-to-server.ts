// What the server says and asks of a client beside its answers. Loaded with the first call: who has nothing to ask, does
// not pay for it.

import { METHOD } from "../protocol/names.ts";
import type { ClientOptions, LogLevel } from "./client.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { connectJsonRpc } from "./jsonrpc.ts";
import { serveModels } from "./serve-models.ts";

export function listenToServer(
  frames: FrameWriter,
  options: ClientOptions,
  notify: (method: string, params: unknown) => void,
): ReturnType<typeof connectJsonRpc> {
  const rpc = connectJsonRpc(frames);
  const { connection } = rpc;
  connection.onNotification(METHOD.logMessage, (log: { type: LogLevel; message: string }) =>
    options.onLog?.(log.type, log.message),
  );
  connection.onRequest(
    METHOD.secret,
    async (request: { provider: string; origin: string; model?: string | undefined }) => ({
      api_key: (await options.onSecret?.(request)) ?? null,
    }),
  );
  if (options.languageModels) serveModels(connection, options.languageModels, notify);
  connection.onUnhandledNotification(() => {});
  connection.listen();
  return rpc;
}
