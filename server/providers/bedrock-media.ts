// Images, videos and documents of a message -> Converse's blocks. Bytes travel inside, or lie in S3; nothing is
// fetched.

import { createError } from "../protocol/errors.ts";
import type { Json } from "./openai-delta.ts";

export interface GivenFile {
  /** A data: URL, an s3:// address, or bare base64 where format or file name say what it is. */
  url: string;
  /** A media type. */
  format?: unknown;
  filename?: unknown;
}

const IMAGES: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpeg",
  "image/jpg": "jpeg",
  "image/gif": "gif",
  "image/webp": "webp",
};
const VIDEOS: Readonly<Record<string, string>> = {
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/x-matroska": "mkv",
  "video/webm": "webm",
  "video/mpeg": "mpeg",
  "video/3gpp": "three_gp",
};
const DOCUMENTS: Readonly<Record<string, string>> = {
  "application/pdf": "pdf",
  "text/csv": "csv",
  "application/msword": "doc",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
  "application/vnd.ms-excel": "xls",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "text/html": "html",
  "text/plain": "txt",
  "text/markdown": "md",
};
/** `name` is asked for where the block needs one. Throws BadRequestError and ImageFetchError. */
export function mediaBlock({ url, format, filename }: GivenFile, model: string, name: () => string): Json {
  const fields = { llm_provider: "bedrock", model, param: "messages" };
  const data = /^data:([^;,]*)[^,]*;base64,(.*)$/s.exec(url);
  const type = (typeof format === "string" ? format : (data?.[1] ?? typeByName(url, filename))).toLowerCase();
  if (!data && !url.startsWith("s3://") && /^[a-z][a-z0-9+.-]*:/i.test(url)) {
    throw createError("ImageFetchError", {
      ...fields,
      message:
        "Bedrock takes files as data: URLs or s3:// addresses; EdgeQuake does not fetch addresses on a prompt's behalf. Send data:image/png;base64,…",
    });
  }
  const source = url.startsWith("s3://") ? { s3Location: { uri: url } } : { bytes: data ? data[2] : url };
  const image = IMAGES[type];
  if (image) return { image: { format: image, source } };
  const video = VIDEOS[type];
  if (video) return { video: { format: video, source } };
  const document = DOCUMENTS[type];
  if (document) return { document: { format: document, name: name(), source } };
  throw createError("BadRequestError", {
    ...fields,
    message: `Bedrock takes no file of type "${type}". It takes ${[IMAGES, VIDEOS, DOCUMENTS].flatMap(Object.keys).join(", ")}`,
  });
}

function typeByName(url: string, filename: unknown): string {
  const name = typeof filename === "string" ? filename : url;
  const end = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  if (end === undefined) return "";
  if (end === "jpg") return "image/jpeg";
  for (const table of [IMAGES, VIDEOS, DOCUMENTS]) {
    for (const [type, format] of Object.entries(table)) if (format === end) return type;
  }
  return end;
}
