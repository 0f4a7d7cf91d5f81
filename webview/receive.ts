// Takes what the host says. Messages are numbered: after a gap nothing is guessed, the host is asked for everything.

import { batch } from "@preact/signals";
import type { ToWebview } from "../server/protocol/webview.ts";
import { announceEnd, announceWait } from "./announcements.ts";
import { compose, editing, newerDraft, replaceDraft, wishFocus } from "./draft.ts";
import { post } from "./host.ts";
import { showLimits } from "./limits.ts";
import { showBefore, showNewest, showWithout } from "./page-of-turns.ts";
import { renewPictures, showPicture } from "./pictures.ts";
import { strings, t } from "./strings.ts";
import { showSuggestions } from "./suggesting.ts";
import {
  announcement,
  atEnd,
  attachments,
  compared,
  context,
  effort,
  model,
  notice,
  session,
} from "./surroundings.ts";
import { addTurn, growTurn, pickTurn, settleTurn, showProgress } from "./transcript.ts";

/** An answer to `ready` may get lost with a view that is hidden at that moment. */
const ASK_AGAIN_MS = 1_000;
let expected = -1;
let askedAt = Number.NEGATIVE_INFINITY;

/** Asks for everything, once, however many messages show the same gap. */
export function askForEverything(): void {
  const now = performance.now();
  if (now - askedAt < ASK_AGAIN_MS) return;
  askedAt = now;
  post({ type: "ready" });
}

export function receive(message: ToWebview): void {
  if (message.type === "reset") askedAt = Number.NEGATIVE_INFINITY;
  else if (message.seq !== expected) {
    // Until everything came, later messages show no new gap.
    expected = -1;
    askForEverything();
    return;
  }
  expected = message.seq + 1;
  batch(() => apply(message));
}

function apply(message: ToWebview): void {
  switch (message.type) {
    case "reset":
      reset(message);
      return;
    case "earlier":
      showBefore(message.turns, message.earlier);
      return;
    case "turn":
      addTurn(message.turn);
      if (message.turn.role === "user") atEnd.value = true;
      else if (message.turn.state === "streaming") announcement.value = t("The answer begins");
      return;
    case "delta":
      growTurn(message.id, message.text, message.reasoning);
      return;
    case "progress":
      showProgress(message.id, message.progress);
      if (message.progress) announceWait(message.progress);
      return;
    case "settled":
      settleTurn(message.turn);
      announceEnd(message.turn);
      return;
    case "removed":
      showWithout(message.from);
      return;
    case "picked":
      pickTurn(message.group, message.id);
      return;
    case "model":
      model.value = message.model;
      return;
    case "effort":
      effort.value = message.effort;
      return;
    case "compare":
      compared.value = message.models;
      return;
    case "session":
      session.value = { id: message.id, title: message.title };
      return;
    case "context":
      context.value = message.context;
      return;
    case "attachments":
      attachments.value = message.attachments;
      return;
    case "picture":
      showPicture(message.id, message.image);
      return;
    case "suggestions":
      showSuggestions(message.query, message.items);
      return;
    case "limits":
      showLimits(message.id, message.limits);
      return;
    case "compose":
      compose(message.draft);
      editing.value = message.editing;
      wishFocus();
      return;
    case "focus":
      wishFocus();
      return;
    case "notice":
      notice.value = message.text;
  }
}

function reset(message: Extract<ToWebview, { type: "reset" }>): void {
  const another = message.session.id !== session.peek().id;
  // Another conversation is read from its end.
  if (another) atEnd.value = true;
  strings.value = message.l10n;
  renewPictures(another);
  showNewest(message.turns, message.earlier);
  model.value = message.model;
  compared.value = message.compare;
  session.value = message.session;
  context.value = message.context;
  attachments.value = message.attachments;
  const edited = editing.peek();
  editing.value = message.editing;
  // What stands in the box may be newer than what the host last heard of it; an edit that was left is not.
  if (edited !== null && edited !== message.editing) replaceDraft(message.draft);
  else newerDraft(message.draft, message.drafted);
}
