// Pictures a person pasted or dropped: only the types every provider reads, by what the bytes say, and of a bounded size.
// Pure.

/** What the strictest of the large providers takes. */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;
export const MAX_IMAGES_BYTES = 20 * 1024 * 1024;

const DATA_URL = /^data:(image\/[a-z+.-]+);base64,([A-Za-z0-9+/]*={0,2})$/;

export interface ReadImage {
  url: string;
  /** "image/png". */
  type: string;
  bytes: number;
}
export type ImageProblem = "type" | "size";

export function readImage(url: string): ReadImage | ImageProblem {
  const [, claimed, base64 = ""] = DATA_URL.exec(url) ?? [];
  if (claimed === undefined) return "type";
  const bytes = Math.floor((base64.replace(/=+$/, "").length * 3) / 4);
  if (bytes > MAX_IMAGE_BYTES) return "size";
  const type = typeOf(Buffer.from(base64.slice(0, 32), "base64"));
  // A wrong claim is a provider's error message later: the bytes decide.
  return type === undefined ? "type" : { url: `data:${type};base64,${base64}`, type, bytes };
}

export function imageUrl(bytes: Uint8Array): string | undefined {
  const type = typeOf(bytes);
  return type && `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
}

function typeOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "image/gif";
  return text.startsWith("RIFF") && text.slice(8, 12) === "WEBP" ? "image/webp" : undefined;
}
