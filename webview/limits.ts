// What the host told of routers' limits, by the answer they were asked for; and what a person calls a deployment.

import { signal } from "@preact/signals";
import type { RouterLimits } from "../server/protocol/webview.ts";
import { post } from "./host.ts";

const told = signal<ReadonlyMap<string, RouterLimits | null>>(new Map());
/** What a router calls a deployment whose configuration does not name it. */
const UNNAMED = /^[0-9a-f]{16}(-\d+)?$/;

/** undefined = not told yet; null = there is nothing to tell. */
export function limitsOf(turn: string): RouterLimits | null | undefined {
  return told.value.get(turn);
}

export function askForLimits(turn: string): void {
  post({ type: "limits", id: turn });
}

export function showLimits(turn: string, limits: RouterLimits | null): void {
  told.value = new Map(told.peek()).set(turn, limits);
}

/** Its id, or its model and as much of the id as tells it from others. */
export function nameOfDeployment(turn: string, id: string): string {
  if (!UNNAMED.test(id)) return id;
  const model = limitsOf(turn)?.rows.find((row) => row.id === id)?.model;
  return model ? `${model} (${id.slice(0, 4)})` : id;
}
