// Microseconds on the machine's monotonic clock, the same in every process, and cheap enough to be asked per chunk.

// Asked once before: `performance` is loaded on first use, which must not fall between the two readings.
performance.now();
const OFFSET = Number(process.hrtime.bigint()) / 1000 - performance.now() * 1000;

export function nowMicros(): number {
  return Math.round(OFFSET + performance.now() * 1000);
}
