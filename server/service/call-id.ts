// A call's name in ledger, errors and logs. UUIDs of version 7: they begin with the time and count on from there, so that
// the rows of a ledger lie in the order they came and writing one touches the page that was written last.

import { randomUUID } from "node:crypto";

/** Calls of one millisecond that can be told apart. */
const MOST_AT_ONCE = 0x1000;
/** This process among all of them: the variant and 62 random bits. */
const TAIL = randomUUID().slice(18);

let at = -1;
let head = "";
let count = 0;

/** `now` in Unix milliseconds. A clock that is set back, or more calls than that, borrow from the time to come. */
export function callId(now: number): string {
  const asked = Math.trunc(now);
  if (asked > at) begin(asked);
  else if (count === MOST_AT_ONCE) begin(at + 1);
  const id = `${head}${count.toString(16).padStart(3, "0")}${TAIL}`;
  count += 1;
  return id;
}

function begin(ms: number): void {
  at = ms;
  count = 0;
  const hex = ms.toString(16).padStart(12, "0");
  head = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}
