// More bytes than an honest answer has: the call ends here, before they cost the process its memory.

export class OverflowError extends Error {
  override readonly name = "OverflowError";
  constructor(limit: number) {
    super(`the provider sent more than ${Math.round(limit / 1024 / 1024)} MiB without an end`);
  }
}
