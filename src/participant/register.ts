// "@edgequake" is there from activation on; how it answers is loaded with the first question.

import * as vscode from "vscode";
import type { ParticipantMeans } from "./participant.ts";

export const PARTICIPANT = "edgequake.participant";

export function createParticipant(means: ParticipantMeans): vscode.ChatParticipant {
  const participant = vscode.chat.createChatParticipant(
    PARTICIPANT,
    async (request, context, stream, token) =>
      (await import("./participant.ts")).answer(means, request, context, stream, token),
  );
  // In the colours of the theme, which a picture of ours is not.
  participant.iconPath = new vscode.ThemeIcon("pulse");
  participant.followupProvider = {
    provideFollowups: async (result) => (await import("./participant.ts")).followups(result),
  };
  return participant;
}
