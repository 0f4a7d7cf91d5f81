// What an image costs in tokens: 85 for a glance, and 170 for every tile of 512 pixels looked at closely. The size is
// read from the image itself where it comes as data; nothing is fetched. Source: OpenAI's vision guide. Pure.

const GLANCE = 85;
const TILE = 170;
const TILE_SIDE = 512;
const LONGEST_SIDE = 2000;
const SHORTEST_SIDE = 768;
/** LiteLLM's, for an image of unknown size. */
export const DEFAULT_IMAGE_TOKENS = 250;

/** `image` is a part's image_url: an address, a data: URL, or an object with `url` and `detail`. */
export function imageTokens(image: unknown, use_default: boolean): number {
  if (use_default) return DEFAULT_IMAGE_TOKENS;
  const { url, detail } =
    typeof image === "string" ? { url: image } : ((image ?? {}) as Record<string, unknown>);
  if (detail !== "high") return GLANCE;
  const size = typeof url === "string" ? sizeOf(url) : undefined;
  return size ? GLANCE + TILE * tiles(size) : DEFAULT_IMAGE_TOKENS;
}

interface Size {
  width: number;
  height: number;
}

/** Scaled down to fit a square of 2000, then until the shorter side is 768. */
function tiles({ width, height }: Size): number {
  const first = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const second = Math.min(1, SHORTEST_SIDE / (Math.min(width, height) * first));
  const side = (pixels: number): number =>
    Math.max(1, Math.ceil(Math.round(pixels * first * second) / TILE_SIDE));
  return side(width) * side(height);
}

/** PNG, GIF, WebP and JPEG, from their first bytes. */
function sizeOf(url: string): Size | undefined {
  const base64 = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const size = png(bytes) ?? gif(bytes) ?? webp(bytes) ?? jpeg(bytes);
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

function png(bytes: Buffer): Size | undefined {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89_50_4e_47) return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

function gif(bytes: Buffer): Size | undefined {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 3) !== "GIF") return undefined;
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

function webp(bytes: Buffer): Size | undefined {
  if (bytes.length < 30 || bytes.toString("latin1", 8, 12) !== "WEBP") return undefined;
  const kind = bytes.toString("latin1", 12, 16);
  if (kind === "VP8X") return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (kind === "VP8 ")
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (kind !== "VP8L") return undefined;
  const bits = bytes.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
}

/** The size stands in the first frame header among the segments. */
function jpeg(bytes: Buffer): Size | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xff_d8) return undefined;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
