// An answer nested deeper than any program can follow: the call ends with an answer or an error, the backend goes on,
// and its frames can still be read.

import assert from "node:assert/strict";
import { chunkOf, sse } from "../server/openai-bytes.ts";
import { sharedBackend } from "./backend-process.ts";
import type { RpcMessage } from "./raw-client.ts";
import { openai, scriptedProvider } from "./scripted.ts";

const DEPTH = 200_000;
const DEEP = `${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}`;

describe("an answer without a floor", function () {
  this.timeout(60_000);
  const backend = sharedBackend();
  const provider = scriptedProvider();

  async function outcome(method: string, params: object): Promise<RpcMessage["error"]> {
    return (await backend().client.start(method, params).response).error;
  }

  for (const place of ["message", "choice", "usage", "answer"]) {
    it(`deep in its ${place}`, async () => {
      const x = (where: string): string => (where === place ? `,"x":${DEEP}` : "");
      const whole = `{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"hi"${x("message")}}${x("choice")}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2${x("usage")}}${x("answer")}}`;
      const part = `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"hi"${x("message")}},"finish_reason":null${x("choice")}}]${x("answer")}}`;
      provider().always((exchange) => {
        const streamed = exchange.request.body.includes('"stream":true');
        const events = sse(part) + sse(chunkOf({}, "stop")) + sse("[DONE]");
        return streamed
          ? exchange.reply(200, events, { "content-type": "text/event-stream" })
          : exchange.reply(200, whole, { "content-type": "application/json" });
      });
      for (const [method, more] of [
        ["edgequake/completion", {}],
        ["edgequake/completionStream", { stream_id: `deep-${place}` }],
      ] as const) {
        const error = await outcome(method, openai(provider(), more));
        assert.ok(error === undefined || error.code === -32803, JSON.stringify(error)?.slice(0, 300));
      }
      const error = await outcome("edgequake/completion", {
        model: "mock/echo",
        messages: [{ role: "user", content: "still there?" }],
      });
      assert.equal(error, undefined);
    });
  }
});
