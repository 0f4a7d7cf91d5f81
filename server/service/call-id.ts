// A call's name in ledger, errors and logs. UUIDs of version 7: they begin with the time and count on from there, so that
// the rows of a ledger lie in the order they came and writing one touches the page that was written last.

/** Calls of one millisecond that can be told apart. */
const MOST_AT_ONCE = 0x1000;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const random = (bits: number): number => Math.floor(Math.random() * 2 ** bits);
/** This process among all of them: the variant and 62 random bits, which are no secret and cost no node:crypto. */
const TAIL = `-${hex(0x8000 + random(14), 4)}-${hex(random(48), 12)}`;

let at = -1;
let head = "";
let count = 0;

/** `now` in Unix milliseconds. A clock that is set back, or more calls than that, borrow from the time to come. */
export function callId(now: number): string {
  const asked = Math.trunc(now);
  if (asked > at) begin(asked);
  else if (count === MOST_AT_ONCE) begin(at + 1);
  const id = `${head}${hex(count, 3)}${TAIL}`;
  count += 1;
  return id;
}

function begin(ms: number): void {
  at = ms;
  count = 0;
  const time = hex(ms, 12);
  head = `${time.slice(0, 8)}-${time.slice(8)}-7`;
}
