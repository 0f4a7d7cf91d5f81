// TLS that fails, in each way it can: the call is an APIConnectionError that says what to do, it is not tried again, and
// not a byte of the prompt or the key is sent.

import assert from "node:assert/strict";
import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import type { OpenAIError } from "../server/protocol/errors.ts";
import { Service } from "../server/service.ts";
import { selfSigned } from "./server/certificate.ts";
import { answerBody } from "./server/openai-bytes.ts";

const DAY_MS = 86_400_000;
const KEY = "sk-fake-tls-canary";
const PROMPT = "a secret question";
const MODELS = ["openai/m", "anthropic/m", "gemini/m", "mistral/m", "ollama/m"];
const VALID = { from: new Date(Date.now() - DAY_MS), until: new Date(Date.now() + DAY_MS) };

interface Listening {
  port: number;
  connections: number;
  /** What came after the handshake, or at all where there is none. */
  received: string;
  stop(): Promise<void>;
}

describe("TLS that fails", function () {
  this.timeout(30_000);
  const trusted = getCACertificates("default");
  const mine = selfSigned({ names: ["127.0.0.1"], ...VALID });
  const elsewhere = selfSigned({ names: ["other.example"], ...VALID });
  const expired = selfSigned({
    names: ["127.0.0.1"],
    from: new Date(Date.now() - 3 * DAY_MS),
    until: new Date(Date.now() - DAY_MS),
  });
  const stranger = selfSigned({ names: ["127.0.0.1"], ...VALID });
  const service = new Service({ env: {} });
  before(() => setDefaultCACertificates([...trusted, mine.cert, elsewhere.cert, expired.cert]));
  after(async () => {
    setDefaultCACertificates(trusted);
    await service.dispose();
  });

  async function listen(pair: { key: string; cert: string } | undefined): Promise<Listening> {
    const sockets = new Set<Socket>();
    const take = (socket: Socket): void => {
      socket.on("data", (bytes) => {
        told.received += bytes.toString("latin1");
        const body = answerBody("hello");
        socket.end(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
      });
      socket.on("error", () => {});
    };
    const server: Server = pair ? createServer(pair, take) : createPlainServer(take);
    const told: Listening = {
      port: 0,
      connections: 0,
      received: "",
      async stop() {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
    server.on("connection", (socket: Socket) => {
      told.connections += 1;
      sockets.add(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    told.port = (server.address() as { port: number }).port;
    return told;
  }

  const call = (model: string, port: number) => ({
    model,
    messages: [{ role: "user" as const, content: PROMPT }],
    api_base: `https://127.0.0.1:${port}`,
    api_key: KEY,
    num_retries: 2,
  });

  it("is what these tests are about: a certificate that is trusted gives an answer", async () => {
    const server = await listen(mine);
    const answer = await service.completion(call("openai/m", server.port));
    assert.equal(answer.choices[0]?.message.content, "hello");
    assert.ok(server.received.includes(PROMPT));
    await server.stop();
  });

  const FAULTS = [
    { what: "a certificate nobody vouches for", pair: stranger, code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    { what: "another host's certificate", pair: elsewhere, code: "ERR_TLS_CERT_ALTNAME_INVALID" },
    { what: "a certificate that has expired", pair: expired, code: "CERT_HAS_EXPIRED" },
    { what: "plain HTTP where TLS is expected", pair: undefined, code: /^(?:EPROTO|ERR_SSL_)/ },
  ];
  for (const { what, pair, code } of FAULTS) {
    it(`by ${what} sends nothing, is not tried again and names the setting, for each kind of provider`, async () => {
      const server = await listen(pair);
      let calls = 0;
      for (const model of MODELS) {
        for (const stream of [false, true]) {
          calls += 1;
          const params = call(model, server.port);
          const asked: Promise<unknown> = stream
            ? service.stream({ ...params, stream: true }, { push() {} })
            : service.completion(params);
          const error = await asked.then(
            () => assert.fail("it succeeded"),
            (thrown: OpenAIError) => thrown,
          );
          assert.equal(error.name, "APIConnectionError", error.message);
          assert.equal(error.retryable, false);
          assert.equal(error.attempts?.length, 1);
          if (typeof code === "string") assert.equal(error.code, code);
          else assert.match(error.code ?? "", code);
          assert.match(error.message, /NODE_EXTRA_CA_CERTS or http\.systemCertificates/);
          assert.ok(error.message.includes(`https://127.0.0.1:${server.port}`), error.message);
        }
      }
      assert.equal(server.connections, calls, "one connection each");
      assert.doesNotMatch(server.received, /secret|canary|HTTP\/1/);
      await server.stop();
    });
  }
});
