// A chat of VS Code's with this participant, as messages: what was asked and answered before, then the question with
// what is attached to it.

import * as vscode from "vscode";
import type { ContentPart, Message } from "../../server/protocol/messages.ts";
import { partsOfReferences } from "./references.ts";

export async function conversationOf(
  prompt: string,
  references: readonly vscode.ChatPromptReference[],
  { history }: vscode.ChatContext,
): Promise<Message[]> {
  const attached = await partsOfReferences(references);
  const question: ContentPart[] = [...attached, { type: "text", text: prompt }];
  return [...history.flatMap(turnOf), { role: "user", content: attached.length === 0 ? prompt : question }];
}

function turnOf(turn: vscode.ChatRequestTurn | vscode.ChatResponseTurn): Message[] {
  if (turn instanceof vscode.ChatRequestTurn)
    return turn.command === "why" ? [] : [{ role: "user", content: turn.prompt }];
  if (turn.command === "why") return [];
  const said = turn.response
    .map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : ""))
    .join("");
  return said === "" ? [] : [{ role: "assistant", content: said }];
}
