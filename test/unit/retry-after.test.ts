// How long a provider asks to wait, in every form of header seen, and that nonsense asks for nothing.

import assert from "node:assert/strict";
import { durationMs, retryAfterMs } from "../../server/engine/retry-after.ts";

const NOW = Date.parse("2025-10-09T08:53:20Z");

type Row = readonly [headers: Record<string, string>, ms: number | undefined];

function table(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [headers, ms] of rows) {
      it(`${JSON.stringify(headers)} -> ${ms}`, () => {
        assert.equal(retryAfterMs(headers, NOW), ms);
      });
    }
  });
}

table("retry-after in seconds", [
  [{ "retry-after": "20" }, 20_000],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": " 3 " }, 3_000],
  [{ "retry-after": "86400" }, 86_400_000],
]);

table("retry-after as a date", [
  [{ "retry-after": "Thu, 09 Oct 2025 08:53:50 GMT" }, 30_000],
  [{ "retry-after": "Thursday, 09-Oct-25 08:53:21 GMT" }, 1_000],
  // What is past is now.
  [{ "retry-after": "Thu, 09 Oct 2025 08:00:00 GMT" }, 0],
]);

table("retry-after-ms", [
  [{ "retry-after-ms": "1234" }, 1_234],
  [{ "retry-after-ms": "12.5" }, 12.5],
  [{ "retry-after-ms": "100", "retry-after": "7" }, 100],
  [{ "retry-after-ms": "soon", "retry-after": "7" }, 7_000],
]);

table("nonsense", [
  [{}, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "-5" }, undefined],
  [{ "retry-after": "1e3" }, undefined],
  [{ "retry-after": "NaN" }, undefined],
  [{ "retry-after": "Infinity" }, undefined],
  [{ "retry-after": "5 apples" }, undefined],
  [{ "retry-after": "2025-10-09" }, undefined],
  [{ "retry-after-ms": "-1" }, undefined],
]);

table("x-ratelimit-reset-*", [
  [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m23.5s" }, 83_500],
  [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6ms" }, 6],
  [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "2" }, 2_000],
  // A limit that is not used up is not what stopped the call.
  [{ "x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "1m" }, undefined],
  [{ "x-ratelimit-reset-requests": "1m" }, undefined],
  // Both used up: the longer counts.
  [
    {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "2s",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "5s",
    },
    5_000,
  ],
  [
    {
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "2s",
      "x-ratelimit-remaining-tokens": "10",
      "x-ratelimit-reset-tokens": "5s",
    },
    2_000,
  ],
  // The plain header is meant for this answer.
  [
    {
      "retry-after": "1",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "9s",
    },
    1_000,
  ],
  [{ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "later" }, undefined],
]);

describe("a duration", () => {
  const rows: readonly [text: string, ms: number | undefined][] = [
    ["1h2m3s", 3_723_000],
    ["1d", 86_400_000],
    ["0s", 0],
    ["250ms", 250],
    ["1.5", 1_500],
    // A point in time, and not a time to wait.
    ["1760000000", undefined],
    ["", undefined],
    ["-3s", undefined],
    ["3s ago", undefined],
    ["1m 2s", undefined],
  ];
  for (const [text, ms] of rows) {
    it(`"${text}" is ${ms}`, () => assert.equal(durationMs(text), ms));
  }
});
