// Answers a call without the network: a mock from its script, an editor's model through the client. It ends like a real
// attempt: whole, failed or stopped.

import type { CompactChunk } from "../protocol/compact.ts";
import type { Usage } from "../protocol/messages.ts";
import type { AttemptContext } from "./attempt.ts";

export interface Played {
  usage: Usage | undefined;
  /** By choice index. */
  finish_reasons: string[];
}

export type Player = (context: AttemptContext, onChunks: (chunks: CompactChunk[]) => void) => Promise<Played>;
