// A file, as the editor has it (unsaved changes included) or as it is on the disk; a picture as a picture, a folder as a
// list. Outside the workspace only after a person was asked.

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Held } from "../composer.ts";
import { askIfSecret, filesOf, NotAttached, pathOf, textAttachment } from "./attaching.ts";
import { imageUrl, readImage } from "./image.ts";
import { boundedText, MAX_BYTES, sizeOf, textOfBytes } from "./text-of-bytes.ts";

/** A file system reads files whole. */
const MAX_READ = 20 * 1024 * 1024;
const MAX_LISTED = 500;
const NOT_LISTED = "**/{node_modules,.git}/**";

/** What the window hands over: where extensions run on another machine it names their files by way of that. */
export function uriOfWindow(text: string): vscode.Uri {
  const uri = vscode.Uri.parse(text, true);
  const remote = uri.scheme === "vscode-remote" && vscode.env.remoteName !== undefined;
  return remote && !vscode.workspace.getWorkspaceFolder(uri)
    ? uri.with({ scheme: "file", authority: "" })
    : uri;
}

export async function attachedUri(uri: vscode.Uri): Promise<Held> {
  await askIfOutside(uri);
  const stat = await statOf(uri);
  return stat.type & vscode.FileType.Directory ? attachedFolder(uri) : attachedFile(uri, stat.size);
}

async function attachedFile(uri: vscode.Uri, size: number): Promise<Held> {
  const path = pathOf(uri);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return attachedDocument(open);
  if (size > MAX_READ) {
    throw new NotAttached(
      vscode.l10n.t(
        "{0} is too large to attach: {1}, at most {2} can be read.",
        path,
        sizeOf(size),
        sizeOf(MAX_READ),
      ),
    );
  }
  const bytes = await vscode.workspace.fs.readFile(uri);
  const image = imageUrl(bytes);
  if (image !== undefined) return attachedImage(path, image);
  const read = textOfBytes(bytes);
  if (!read) throw new NotAttached(vscode.l10n.t("{0} is a binary file and cannot be attached.", path));
  await askIfSecret(path, read.text);
  return textAttachment("file", path, read, { source: { file: path, language: "", lines: "" } });
}

export async function attachedDocument(document: vscode.TextDocument): Promise<Held> {
  const path = pathOf(document.uri);
  const read = boundedText(document.getText());
  await askIfSecret(path, read.text.slice(0, MAX_BYTES));
  const detail = document.isDirty ? vscode.l10n.t("with unsaved changes") : "";
  const lines = document.lineCount > 1 ? `1-${document.lineCount}` : "1";
  return textAttachment("file", path, read, {
    detail,
    source: { file: path, language: document.languageId, lines },
  });
}

/** A data: URL; what it is, its bytes say. */
export function attachedImage(name: string, url: string): Held {
  const image = readImage(url);
  if (image === "type") {
    throw new NotAttached(
      vscode.l10n.t("{0} cannot be attached: it is no PNG, JPEG, GIF or WebP picture.", name),
    );
  }
  if (image === "size") {
    throw new NotAttached(vscode.l10n.t("{0} is too large to attach: a picture may have 5 MB.", name));
  }
  return {
    attachment: {
      id: randomUUID(),
      kind: "image",
      label: name,
      detail: sizeOf(image.bytes),
      image: image.url,
    },
    text: null,
  };
}

async function attachedFolder(uri: vscode.Uri): Promise<Held> {
  const pattern = new vscode.RelativePattern(uri, "**/*");
  const files = await vscode.workspace.findFiles(pattern, NOT_LISTED, MAX_LISTED + 1);
  const paths = files.map(pathOf).sort();
  if (paths.length === 0) throw new NotAttached(vscode.l10n.t("{0} holds no files.", pathOf(uri)));
  const listed = paths.slice(0, MAX_LISTED);
  const detail =
    paths.length > listed.length
      ? vscode.l10n.t("the first {0} files, names only", listed.length)
      : vscode.l10n.t("{0}, names only", filesOf(listed.length));
  return textAttachment("folder", `${pathOf(uri)}/`, boundedText(listed.join("\n")), { detail });
}

async function statOf(uri: vscode.Uri): Promise<vscode.FileStat> {
  try {
    return await vscode.workspace.fs.stat(uri);
  } catch {
    throw new NotAttached(vscode.l10n.t("{0} cannot be read.", pathOf(uri)));
  }
}

async function askIfOutside(uri: vscode.Uri): Promise<void> {
  if (vscode.workspace.getWorkspaceFolder(uri) || uri.scheme === "untitled") return;
  const attach = vscode.l10n.t("Attach");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("Attach a file from outside the workspace?"),
    { modal: true, detail: uri.scheme === "file" ? uri.fsPath : uri.toString() },
    attach,
  );
  if (answer !== attach) throw new NotAttached(vscode.l10n.t("{0} was not attached.", pathOf(uri)));
}
