// Reads `initialize` by hand: it is answered before zod is loaded. Everything in initializationOptions is optional.

import { timingSafeEqual } from "node:crypto";
import { CODE, PROTOCOL_VERSION } from "../protocol/names.ts";
import type { WireError } from "./envelope.ts";

export interface Initialize {
  processId: number | undefined;
  config: unknown;
  compactDeltas: boolean;
  base64Embeddings: boolean;
  binaryEmbeddings: boolean;
  secrets: boolean;
  status: boolean;
  languageModel: boolean;
}

type Json = Record<string, unknown>;
const object = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

export function readInitialize(
  params: unknown,
  token: string | undefined,
): Initialize | { error: WireError; fatal: boolean } {
  const { processId, initializationOptions } = object(params);
  const options = object(initializationOptions);
  if (token !== undefined && !sameToken(options["token"], token)) {
    const message = "wrong or missing initializationOptions.token";
    return {
      error: { code: CODE.invalidRequest, message, data: { name: "AuthenticationError" } },
      fatal: true,
    };
  }
  const version = options["protocolVersion"] ?? PROTOCOL_VERSION;
  if (version !== PROTOCOL_VERSION) {
    const message = `protocolVersion ${JSON.stringify(version)} is not supported; this server speaks ${PROTOCOL_VERSION}`;
    return {
      error: {
        code: CODE.invalidParams,
        message,
        data: { name: "BadRequestError", supported: [PROTOCOL_VERSION] },
      },
      fatal: false,
    };
  }
  const capabilities = object(options["capabilities"]);
  return {
    processId:
      typeof processId === "number" && Number.isInteger(processId) && processId > 0 ? processId : undefined,
    config: options["config"] ?? {},
    compactDeltas: capabilities["compactDeltas"] === true,
    base64Embeddings: capabilities["base64Embeddings"] === true,
    binaryEmbeddings: capabilities["binaryEmbeddings"] === true,
    secrets: capabilities["secrets"] === true,
    status: capabilities["status"] === true,
    languageModel: capabilities["languageModel"] === true,
  };
}

/** In constant time. */
function sameToken(given: unknown, token: string): boolean {
  if (typeof given !== "string") return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
