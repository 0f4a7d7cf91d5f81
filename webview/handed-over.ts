// What is pasted into the page or dropped on it: images as data, files of the workspace by their address. Text goes
// where it always goes.

import { post } from "./host.ts";
import { t } from "./strings.ts";
import { notice } from "./surroundings.ts";

/** What no provider takes anyway would only make the page slow. */
const LARGEST_IMAGE = 20 * 1024 * 1024;
const IMAGE = /^image\/(png|jpeg|gif|webp)$/;
/** Where VS Code's own lists and editors put what is dragged, the richest first. */
const URI_LISTS = ["application/vnd.code.uri-list", "text/uri-list"];
const OF_THE_WEB = /^(https?|data|blob|javascript):/i;

export function attachPasted(event: ClipboardEvent): void {
  const data = event.clipboardData;
  // A picture of the text that is there as well, as spreadsheets give it, is not what was meant.
  if (!data || data.types.includes("text/plain")) return;
  const files = [...data.files];
  if (files.length === 0) return;
  event.preventDefault();
  attachFiles(files);
}

/** Whether there is something to attach; while it is only dragged its content cannot be seen. */
export function holdsFiles({ types }: DataTransfer): boolean {
  return types.includes("Files") || URI_LISTS.some((type) => types.includes(type));
}

/** Whether anything was there to attach. */
export function attachDropped(data: DataTransfer): boolean {
  const uris = urisOf(data);
  const files = [...data.files];
  if (uris.length > 0) post({ type: "attachUris", uris });
  else attachFiles(files);
  return uris.length + files.length > 0;
}

function urisOf(data: DataTransfer): string[] {
  for (const type of URI_LISTS) {
    const uris = data
      .getData(type)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#") && !OF_THE_WEB.test(line));
    if (uris.length > 0) return [...new Set(uris)];
  }
  return [];
}

function attachFiles(files: readonly File[]): void {
  for (const file of files) void attachFile(file);
}

async function attachFile(file: File): Promise<void> {
  if (!IMAGE.test(file.type)) {
    notice.value = t("{0} is no image. Files are attached from the Explorer, or by @.", file.name);
  } else if (file.size > LARGEST_IMAGE) {
    notice.value = t("{0} is larger than 20 MB.", file.name);
  } else {
    post({ type: "attachImage", name: file.name, image: await asDataUrl(file) });
  }
}

function asDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}
