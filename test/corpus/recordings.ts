// The recorded exchanges beside the project: never part of it. Where they are absent, the suite says so.

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const CORPUS = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));

export interface Entry {
  id: string;
  file: string;
  provider: string;
  api: string | null;
  kind: "chat" | "chat-stream" | "embeddings" | "models" | "error" | "other";
  status: number;
  model: string | null;
  features: string[];
}

export interface Recording {
  request: {
    method: string;
    path: string;
    host?: string | null;
    headers?: Record<string, string>;
    body: string | null;
    body_omitted_bytes?: number;
  };
  request_fidelity?: string;
  response: {
    status: number;
    headers: Record<string, string>;
    body: string | null;
    body_encoding?: "utf-8" | "base64";
  };
}

export function corpusIsHere(): boolean {
  return existsSync(`${CORPUS}INDEX.json`);
}

/** The whole index. */
export function entries(): Entry[] {
  return JSON.parse(readFileSync(`${CORPUS}INDEX.json`, "utf8")) as Entry[];
}

export function read(entry: Entry): Recording {
  return JSON.parse(readFileSync(CORPUS + entry.file, "utf8")) as Recording;
}

export function bodyBytes({ response }: Recording): Buffer {
  return Buffer.from(response.body ?? "", response.body_encoding === "base64" ? "base64" : "utf8");
}
