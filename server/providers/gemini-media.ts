// Images, sound, video and documents of a message -> Gemini's parts: bytes travel inside (inlineData), addresses that
// Google itself can read go as they are (fileData). Nothing is fetched.

import { createError } from "../protocol/errors.ts";
import type { ContentPart } from "../protocol/messages.ts";
import { isAtLeast } from "./gemini-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  heic: "image/heic",
  heif: "image/heif",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  html: "text/html",
  csv: "text/csv",
  xml: "text/xml",
  json: "application/json",
  mp3: "audio/mp3",
  wav: "audio/wav",
  aac: "audio/aac",
  ogg: "audio/ogg",
  flac: "audio/flac",
  aiff: "audio/aiff",
  m4a: "audio/m4a",
  opus: "audio/opus",
  mp4: "video/mp4",
  mpeg: "video/mpeg",
  mov: "video/mov",
  avi: "video/avi",
  webm: "video/webm",
  wmv: "video/wmv",
  flv: "video/x-flv",
};
const FILES_API = "https://generativelanguage.googleapis.com/";
const YOUTUBE = /^https:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;
const RESOLUTION: Readonly<Record<string, string>> = {
  low: "MEDIA_RESOLUTION_LOW",
  medium: "MEDIA_RESOLUTION_MEDIUM",
  high: "MEDIA_RESOLUTION_HIGH",
};

/** A part as it stands in a message, text aside. Throws BadRequestError. */
export function mediaPart(part: ContentPart, call: ChatCall): Json {
  const given = (part as Json)[part.type];
  const fields: Json = isObject(given) ? given : typeof given === "string" ? { url: given } : {};
  switch (part.type) {
    case "image_url":
    case "video_url":
    case "audio_url":
    case "document_url": {
      const kind = part.type === "document_url" ? "application/pdf" : undefined;
      return { ...located(fields["url"], fields, call, kind), ...resolution(fields["detail"], call) };
    }
    case "input_audio":
    case "input_video": {
      const { data, format } = fields;
      const family = part.type === "input_audio" ? "audio" : "video";
      if (typeof data !== "string" || data === "") throw refused(call, `an ${part.type} part without data`);
      if (/^(?:data:|gs:|https?:)/.test(data)) return located(data, fields, call);
      const type = typeof format === "string" ? mediaType(format, family) : `${family}/wav`;
      return { inlineData: { mimeType: type, data } };
    }
    case "file":
      return located(fields["file_data"] ?? fields["file_id"] ?? fields["file_url"], fields, call);
    default:
      throw refused(call, `a content part of type ${part.type}`);
  }
}

function located(url: unknown, fields: Json, call: ChatCall, otherwise?: string): Json {
  if (typeof url !== "string" || url === "") throw refused(call, "a file without data or address");
  const { format, filename } = fields;
  const told = typeof format === "string" ? mediaType(format, "image") : undefined;
  const settings = isObject(fields["video_metadata"]) ? { videoMetadata: fields["video_metadata"] } : {};
  const data = /^data:([^;,]*)([^,]*),(.*)$/s.exec(url);
  if (data) {
    const [, type = "", parameters = "", body = ""] = data;
    const mimeType = told ?? (type === "" ? (byName(filename) ?? "text/plain") : type);
    const bytes = parameters.includes(";base64") ? body : textToBase64(decodeURIComponent(body));
    return { inlineData: { mimeType, data: bytes }, ...settings };
  }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
    const mimeType = told ?? byName(filename) ?? otherwise;
    if (/^files\/[a-z0-9-]+$/.test(url))
      return { fileData: withType(`${FILES_API}v1beta/${url}`, mimeType), ...settings };
    if (mimeType === undefined)
      throw refused(call, "a file whose kind is not told (give it as a data: URL, or with format)");
    return { inlineData: { mimeType, data: url }, ...settings };
  }
  // Files of the Files API and videos of YouTube are known to Google by their address alone.
  if (url.startsWith(FILES_API) || YOUTUBE.test(url)) return { fileData: withType(url, told), ...settings };
  const mimeType = told ?? byName(url) ?? byName(filename) ?? otherwise;
  if (mimeType === undefined)
    throw refused(call, "an address whose kind is not told (add format, like image/png)");
  if (url.startsWith("https:") || url.startsWith("http:")) {
    call.warnings.push({
      param: "messages",
      message: `the file at ${new URL(url).host} is named by its address and not sent: EdgeQuake does not fetch addresses on a prompt's behalf, and not every Gemini model reads them. A data: URL always works`,
    });
  } else if (!url.startsWith("gs:")) throw refused(call, `an address that begins with ${url.split(":")[0]}:`);
  return { fileData: { mimeType, fileUri: url }, ...settings };
}

function withType(fileUri: string, mimeType: string | undefined): Json {
  return mimeType === undefined ? { fileUri } : { mimeType, fileUri };
}

/** "png", "image/png", "mp3" -> a media type. */
function mediaType(format: string, family: string): string {
  if (format.includes("/")) return format;
  return BY_EXTENSION[format.toLowerCase()] ?? `${family}/${format.toLowerCase()}`;
}

function byName(name: unknown): string | undefined {
  const end =
    typeof name === "string" ? /\.([a-z0-9]+)(?:[?#].*)?$/i.exec(name)?.[1]?.toLowerCase() : undefined;
  return end === undefined ? undefined : BY_EXTENSION[end];
}

/** From the third generation on a part has a resolution of its own; before, only the whole request has. */
function resolution(detail: unknown, call: ChatCall): Json {
  if (typeof detail !== "string" || detail === "auto") return {};
  const level = RESOLUTION[detail];
  if (level !== undefined && isAtLeast(call.model, 3)) return { mediaResolution: { level } };
  call.warnings.push({
    param: "messages",
    message: `image detail ${detail} was dropped: ${call.model} has no resolution for one image. Set mediaResolution for all of them`,
  });
  return {};
}

function textToBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function refused(call: ChatCall, what: string): Error {
  return createError("BadRequestError", {
    message: `Gemini takes text, images, audio, video and documents; ${what} cannot be sent`,
    llm_provider: "gemini",
    model: call.requested_model,
    param: "messages",
  });
}
