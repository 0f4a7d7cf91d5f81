// One content part in OpenAI's shape -> a block of Anthropic's. A block of Anthropic's own is sent as it is. Bytes travel
// inside and addresses as they are: nothing is fetched.

import { createError } from "../protocol/errors.ts";
import type { ContentPart } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** OpenAI's parts for which the API has no block. */
const REFUSED = new Set(["input_audio", "video_url", "audio_url"]);

/** undefined: a part that holds nothing. Throws BadRequestError. */
export function toBlock(part: ContentPart, call: ChatCall): Json | undefined {
  const fields = part as Json;
  switch (part.type) {
    case "text": {
      const { text } = fields;
      if (typeof text !== "string") return undefined;
      return { type: "text", text, ...kept(fields, ["cache_control", "citations"]) };
    }
    case "refusal":
      return typeof fields["refusal"] === "string" && fields["refusal"] !== ""
        ? { type: "text", text: fields["refusal"] }
        : undefined;
    case "image_url":
      return { ...image(fields["image_url"], call), ...kept(fields, ["cache_control"]) };
    case "file":
      return {
        ...file(isObject(fields["file"]) ? fields["file"] : {}, call),
        ...kept(fields, ["cache_control", "citations", "context", "title"]),
      };
    default:
      if (REFUSED.has(part.type)) {
        throw refuse(
          call,
          `Anthropic takes text, images and documents; a content part of type ${part.type} cannot be sent`,
        );
      }
      return fields;
  }
}

export function refuse(call: ChatCall, message: string, param = "messages"): Error {
  return createError("BadRequestError", { message, model: call.requested_model, param });
}

/** One warning for one thing, however often it happens. */
export function warn(call: ChatCall, param: string, message: string): void {
  if (!call.warnings.some((one) => one.message === message)) call.warnings.push({ param, message });
}

function kept(fields: Json, names: readonly string[]): Json {
  const found = names.filter((name) => fields[name] !== undefined && fields[name] !== null);
  return Object.fromEntries(found.map((name) => [name, fields[name]]));
}

function image(given: unknown, call: ChatCall): Json {
  const { url, detail, format } = isObject(given) ? given : { url: given };
  if (detail === "low" || detail === "high")
    warn(call, "messages", `the detail "${detail}" of an image was dropped: Anthropic has no word for it`);
  if (typeof url !== "string" || url === "") throw refuse(call, "an image_url holds no url");
  if (/^https?:/i.test(url)) return { type: "image", source: { type: "url", url } };
  const data = readDataUrl(url);
  if (!data) {
    throw refuse(
      call,
      "an image must be an http(s) address or a data URL like data:image/png;base64,…; this is neither",
    );
  }
  return inline(data, typeof format === "string" ? format : undefined, call);
}

function file({ file_data, file_id, filename, format }: Json, call: ChatCall): Json {
  const title = typeof filename === "string" && filename !== "" ? { title: filename } : {};
  const told = typeof format === "string" ? format : typeOfName(filename);
  if (typeof file_data === "string" && file_data !== "") {
    const data = readDataUrl(file_data) ?? { type: told ?? PDF, base64: true, data: file_data };
    if (/^https?:/i.test(file_data)) return { ...byUrl(file_data, told), ...title };
    const block = inline(data, typeof format === "string" ? format : undefined, call);
    return block["type"] === "document" ? { ...block, ...title } : block;
  }
  if (typeof file_id !== "string" || file_id === "")
    throw refuse(call, "a file part holds neither file_data nor file_id");
  if (/^https?:/i.test(file_id)) return { ...byUrl(file_id, told), ...title };
  const type = told?.startsWith("image/") ? "image" : "document";
  return { type, source: { type: "file", file_id }, ...(type === "document" ? title : {}) };
}

const PDF = "application/pdf";

function byUrl(url: string, type: string | undefined): Json {
  return { type: type?.startsWith("image/") ? "image" : "document", source: { type: "url", url } };
}

interface DataUrl {
  /** Media type without its parameters. */
  type: string;
  base64: boolean;
  data: string;
}

function readDataUrl(url: string): DataUrl | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(",");
  if (comma < 0) return undefined;
  const [type = "", ...parameters] = url.slice("data:".length, comma).split(";");
  const base64 = parameters.some((one) => one.trim().toLowerCase() === "base64");
  return { type: type.trim().toLowerCase(), base64, data: url.slice(comma + 1) };
}

function inline({ type, base64, data }: DataUrl, format: string | undefined, call: ChatCall): Json {
  const media_type = format ?? (type === "image/jpg" ? "image/jpeg" : type || "text/plain");
  if (media_type.startsWith("image/"))
    return {
      type: "image",
      source: {
        type: "base64",
        media_type,
        data: base64 ? data : Buffer.from(plain(data)).toString("base64"),
      },
    };
  if (media_type === PDF)
    return {
      type: "document",
      source: {
        type: "base64",
        media_type,
        data: base64 ? data : Buffer.from(plain(data)).toString("base64"),
      },
    };
  if (/^text\/|^application\/(?:json|xml|yaml|x-yaml|javascript)$/.test(media_type)) {
    const text = base64 ? Buffer.from(data, "base64").toString("utf8") : plain(data);
    return { type: "document", source: { type: "text", media_type: "text/plain", data: text } };
  }
  throw refuse(call, `Anthropic takes images, PDFs and texts; a file of type ${media_type} cannot be sent`);
}

/** Percent signs that are none are left as they stand. */
function plain(data: string): string {
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  pdf: PDF,
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
};

function typeOfName(name: unknown): string | undefined {
  const ending = typeof name === "string" ? /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() : undefined;
  return ending !== undefined && Object.hasOwn(TYPES, ending) ? TYPES[ending] : undefined;
}
