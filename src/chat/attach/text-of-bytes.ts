// The text of a file, or undefined where it is none; bounded, with how much there was. Pure.

/** About 60,000 tokens: more is no question any more. */
export const MAX_BYTES = 256 * 1024;
/** A zero byte stands in the beginning of nearly every binary format. */
const LOOKED_AT = 8_192;

export interface BoundedText {
  text: string;
  /** In bytes. */
  size: number;
  /** The rest was left out. */
  cut: boolean;
}

export function textOfBytes(bytes: Uint8Array): BoundedText | undefined {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!utf16 && bytes.subarray(0, LOOKED_AT).includes(0)) return undefined;
  const cut = bytes.length > MAX_BYTES;
  try {
    // What is cut may end within a character; what is not may not.
    const decoder = new TextDecoder(utf16 ? "utf-16le" : "utf-8", { fatal: true });
    const text = decoder.decode(bytes.subarray(0, MAX_BYTES), { stream: cut });
    return { text: cut ? wholeLines(text) : text, size: bytes.length, cut };
  } catch {
    return undefined;
  }
}

export function boundedText(text: string): BoundedText {
  const size = Buffer.byteLength(text);
  if (size <= MAX_BYTES) return { text, size, cut: false };
  const whole = new TextDecoder().decode(Buffer.from(text).subarray(0, MAX_BYTES), { stream: true });
  return { text: wholeLines(whole), size, cut: true };
}

export function sizeOf(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${Math.round(bytes / 1_024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

function wholeLines(text: string): string {
  const end = text.lastIndexOf("\n");
  return end > text.length / 2 ? text.slice(0, end + 1) : text;
}
