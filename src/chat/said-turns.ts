// Turns as a person reads them: a conversation keeps what the backend said in English, and each window says it in its
// own language. What was kept in another language before stays as it is.

import type { ToWebview, Turn } from "../../server/protocol/webview.ts";
import { messageOf } from "../plain-text.ts";
import { requestsInUsersWords, traceInUsersWords } from "../words/trace.ts";
import { inUsersWords } from "../words/users-words.ts";

export function said(message: ToWebview): ToWebview {
  switch (message.type) {
    case "reset":
    case "earlier":
      return { ...message, turns: message.turns.map(saidTurn) };
    case "turn":
      return { ...message, turn: saidTurn(message.turn) };
    case "settled":
      return { ...message, turn: saidTurn(message.turn) };
    default:
      return message;
  }
}

export function saidTurn<T extends Pick<Turn, "error" | "warnings" | "attempt_records" | "trace">>(
  turn: T,
): T {
  const { error, warnings, attempt_records, trace } = turn;
  if (!error && warnings.length === 0 && !attempt_records && !trace) return turn;
  return {
    ...turn,
    error: error && { ...error, message: messageOf(error) },
    warnings: warnings.map(inUsersWords),
    attempt_records: attempt_records && requestsInUsersWords(attempt_records),
    trace: trace && traceInUsersWords(trace),
  };
}
