// Messages to the webview without the pictures in them: it asks for each when somebody sees it. A conversation opens as
// fast with pictures as without. Pure.

import type { Attachment, ToWebview, Turn } from "../../server/protocol/webview.ts";

export function withoutPictures(message: ToWebview): ToWebview {
  switch (message.type) {
    case "reset":
      return {
        ...message,
        turns: message.turns.map(turnWithout),
        attachments: allWithout(message.attachments),
      };
    case "earlier":
      return { ...message, turns: message.turns.map(turnWithout) };
    case "turn":
      return { ...message, turn: turnWithout(message.turn) };
    case "attachments":
      return { ...message, attachments: allWithout(message.attachments) };
    default:
      return message;
  }
}

function turnWithout(turn: Turn): Turn {
  return turn.attachments.length === 0 ? turn : { ...turn, attachments: allWithout(turn.attachments) };
}

function allWithout(attachments: readonly Attachment[]): Attachment[] {
  return attachments.map((one) => (one.image === null ? one : { ...one, image: null }));
}
