// A client lives as long as its editor: an answer that was handed over is its caller's, and held by nothing else.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { Client } from "../../server/connection/client.ts";
import { age, oldSpaceBytes } from "../host/old-space.ts";

describe("a client's memory", function () {
  this.timeout(20_000);

  it("lets go of each answer, also while many calls are open", async () => {
    const calls = 8_000;
    const kilobytes = 8;
    const input = new PassThrough();
    const client = new Client({ input, output: new PassThrough().resume() });
    const ask = (): Promise<unknown> => client.request("edgequake/providers");
    const answer = (call: number): void => {
      const result = Array.from({ length: kilobytes * 128 }, () => call);
      const body = JSON.stringify({ jsonrpc: "2.0", id: `c${call}`, result });
      input.emit("data", Buffer.from(`Content-Length: ${body.length}\r\n\r\n${body}`));
    };
    let sum = 0;
    let first = 1;
    const open: Promise<unknown>[] = [];
    const close = async (): Promise<void> => {
      answer(first);
      first += 1;
      sum += ((await open.shift()) as number[]).length;
    };
    for (let call = 0; call < 100; call += 1) open.push(ask());
    age();
    const before = oldSpaceBytes();
    let most = before;
    for (let call = 100; call < calls; call += 1) {
      open.push(ask());
      await close();
      most = Math.max(most, oldSpaceBytes());
    }
    while (open.length > 0) await close();
    assert.equal(sum, calls * kilobytes * 128);
    const grown = (most - before) / 1024 / 1024;
    assert.ok(grown < 8, `${grown.toFixed(1)} MB of ${(calls * kilobytes) / 1024} outlived their calls`);
    client.dispose();
  });
});
