// One attempt with a model of the client's editor: asked through the connection, under the same deadlines and with the
// same errors as a provider. Stopped here, it is cancelled there.

import type { CompactChunk } from "../protocol/compact.ts";
import { asOpenAIError, createError, type OpenAIError } from "../protocol/errors.ts";
import { HostModelError, type HostModels } from "../protocol/host-models.ts";
import type { ChatCall } from "../providers/types.ts";
import { HostDecoder, hostFailure, hostRequest } from "../providers/vscode.ts";
import { Deadlines } from "./deadlines.ts";
import type { FailureContext } from "./failure.ts";
import type { Played, Player } from "./player.ts";

/** @throws NotFoundError where no client has such models, BadRequestError for what names none. */
export function hostPlayer(call: ChatCall, models: HostModels | undefined): Player {
  const request = hostRequest(call);
  if (!models) {
    throw createError("NotFoundError", {
      message: `there is no editor here that could be asked for ${call.requested_model}: vscode/… are the models of the VS Code that EdgeQuake runs in, and of other clients that declare languageModel`,
      model: call.requested_model,
      llm_provider: "vscode",
    });
  }
  return ({ stop, limits, failures }, onChunks) =>
    new Promise<Played>((resolve, reject) => {
      const decoder = new HostDecoder(call);
      let settled = false;
      const settle = (): boolean => {
        if (settled) return false;
        settled = true;
        deadlines.clear();
        release();
        return true;
      };
      const fail = (error: OpenAIError): void => {
        if (!settle()) return;
        asked.cancel();
        reject(error);
      };
      const deadlines = new Deadlines(limits, (kind, ms) => fail(failures.timeout(kind, ms)));
      let release = (): void => {};
      const asked = models.ask(request, (parts) => {
        if (settled) return;
        deadlines.progress();
        const out: CompactChunk[] = [];
        for (const part of parts) decoder.push(part, out);
        onChunks(out);
      });
      // There is no connection to wait for.
      deadlines.sent();
      deadlines.start();
      asked.answer.then(
        (end) => {
          if (settled) return;
          try {
            const out: CompactChunk[] = [];
            const finish_reason = decoder.end(end, out);
            settle();
            onChunks(out);
            resolve({ usage: end.usage ?? undefined, finish_reasons: [finish_reason] });
          } catch (thrown) {
            fail(failures.fromDecoder(thrown));
          }
        },
        (thrown: unknown) => fail(failureOf(thrown, failures)),
      );
      release = stop.onStop(fail);
    });
}

function failureOf(thrown: unknown, failures: FailureContext): OpenAIError {
  if (!(thrown instanceof HostModelError)) return asOpenAIError(thrown);
  return failures.fromFailure(hostFailure(thrown.message, thrown.code));
}
