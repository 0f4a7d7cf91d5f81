// Pictures by the id of what they are attached to: each is asked for once, when it is about to be seen; one that did not
// come is asked for again when it is seen again.

import { type Signal, signal } from "@preact/signals";
import { post } from "./host.ts";

const pictures = new Map<string, Signal<string | null>>();
const asked = new Set<string>();
const unanswered = new Set<string>();

/** null = not here yet, or gone. */
export function pictureOf(id: string): Signal<string | null> {
  const known = pictures.get(id) ?? signal(null);
  pictures.set(id, known);
  return known;
}

export function wantPicture(id: string): void {
  if (asked.has(id)) return;
  asked.add(id);
  unanswered.add(id);
  post({ type: "picture", id });
}

export function showPicture(id: string, image: string | null): void {
  unanswered.delete(id);
  if (image === null) asked.delete(id);
  pictureOf(id).value = image;
}

/** Everything came anew: an answer may have been lost before it, and another conversation has other pictures. */
export function renewPictures(another: boolean): void {
  if (another) for (const known of [pictures, asked, unanswered]) known.clear();
  for (const id of unanswered) post({ type: "picture", id });
}
