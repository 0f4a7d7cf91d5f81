// A call's name in ledger, errors and logs. UUIDs of version 7: they begin with the time, so that the rows of a ledger lie
// in the order they came and writing one touches the page that was written last.

import { randomUUID } from "node:crypto";

let at = -1;
let head = "";

/** `now` in Unix milliseconds. */
export function callId(now: number): string {
  if (now !== at) {
    at = now;
    const hex = Math.trunc(now).toString(16).padStart(12, "0");
    head = `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
  }
  // What follows the version of one of version 4 is as random here.
  return head + randomUUID().slice(15);
}
