// What a person attached to a question in VS Code's chat, as text and pictures for a model. Only what was attached is
// read, each within a limit, and what cannot be read is said.

import * as vscode from "vscode";
import type { ContentPart } from "../../server/protocol/messages.ts";

const MOST_BYTES = 200_000;
/** VS Code adds by itself what its agents could look up by their tools: there are none here, and nobody attached it. */
const NOBODYS = "vscode.customizations.";

export async function partsOfReferences(
  references: readonly vscode.ChatPromptReference[],
): Promise<ContentPart[]> {
  const attached = references.filter(({ id }) => !id.startsWith(NOBODYS));
  return (await Promise.all(attached.map(partsOf))).flat();
}

async function partsOf({ value, modelDescription }: vscode.ChatPromptReference): Promise<ContentPart[]> {
  if (typeof value === "string") return [text(modelDescription ?? "Attached", value)];
  if (value instanceof vscode.Location) {
    const document = await vscode.workspace.openTextDocument(value.uri);
    const { start, end } = value.range;
    const place = `${name(value.uri)}:${start.line + 1}-${end.line + 1}`;
    return [text(place, document.getText(value.range), document.languageId)];
  }
  if (value instanceof vscode.Uri) return [await file(value)];
  const picture = value as { mimeType?: unknown; data?: unknown } | null;
  if (typeof picture?.mimeType === "string" && typeof picture.data === "function") {
    const bytes = (await (picture.data as () => Thenable<Uint8Array>).call(picture)) as Uint8Array;
    const url = `data:${picture.mimeType};base64,${Buffer.from(bytes).toString("base64")}`;
    return [{ type: "image_url", image_url: { url } }];
  }
  return modelDescription ? [text("Attached", modelDescription)] : [];
}

async function file(uri: vscode.Uri): Promise<ContentPart> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) {
      const entries = await vscode.workspace.fs.readDirectory(uri);
      const names = entries.map(([entry, kind]) => (kind & vscode.FileType.Directory ? `${entry}/` : entry));
      return text(`${name(uri)}/`, names.sort().join("\n"));
    }
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (bytes.subarray(0, 8000).includes(0)) return text(name(uri), "(not text)");
    const whole = new TextDecoder().decode(bytes.subarray(0, MOST_BYTES));
    return text(name(uri), bytes.length > MOST_BYTES ? `${whole}\n(cut after ${MOST_BYTES} bytes)` : whole);
  } catch (error) {
    return text(name(uri), `(could not be read: ${(error as Error).message})`);
  }
}

function name(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

/** The fence is longer than any in the text. */
function text(title: string, content: string, language = ""): ContentPart {
  const longest = Math.max(2, ...(content.match(/`{3,}/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return { type: "text", text: `${title}\n${fence}${language}\n${content}\n${fence}` };
}
