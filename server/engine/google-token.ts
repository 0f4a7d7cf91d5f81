// Access tokens of Google Cloud, from a credentials file: a service account's, or the one `gcloud auth application-
// default login` writes. Kept until they expire; asked for once, however many calls wait.

import { createSign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createError, type OpenAIError } from "../protocol/errors.ts";
import type { Http } from "./http.ts";
import { isLoopback, parseBase } from "./url.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const TOKEN_URI = "https://oauth2.googleapis.com/token";
/** Renewed this long before it ends. */
const EARLY_MS = 60_000;
const LIFETIME_S = 3_600;
const TIMEOUT_MS = 15_000;
const MAX_ANSWER = 64 * 1024;

interface Credentials {
  type?: string;
  client_email?: string;
  private_key?: string;
  private_key_id?: string;
  token_uri?: string;
  client_id?: string;
  client_secret?: string;
  refresh_token?: string;
}

interface Kept {
  token: Promise<string>;
  until: number;
}

export class GoogleTokens {
  readonly #env: NodeJS.ProcessEnv;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(env: NodeJS.ProcessEnv, now: () => number) {
    this.#env = env;
    this.#now = now;
  }

  /**
   * `given`: a path, or the JSON itself; undefined looks where gcloud puts it. Throws AuthenticationError that says
   * what to do.
   */
  token(given: string | undefined, http: Http): Promise<string> {
    const source = given ?? this.#usualPath();
    const kept = this.#kept.get(source);
    if (kept && this.#now() < kept.until) return kept.token;
    const entry: Kept = { token: Promise.resolve(""), until: this.#now() + TIMEOUT_MS };
    entry.token = this.#fetch(source, http).then(({ access_token, expires_in }) => {
      entry.until = this.#now() + expires_in * 1000 - EARLY_MS;
      return access_token;
    });
    this.#kept.set(source, entry);
    // A failure is told to those who wait, and not kept.
    entry.token.catch(() => this.#kept.delete(source));
    return entry.token;
  }

  #usualPath(): string {
    const folder = this.#env["CLOUDSDK_CONFIG"] ?? join(this.#env["HOME"] ?? homedir(), ".config", "gcloud");
    return join(folder, "application_default_credentials.json");
  }

  async #fetch(source: string, http: Http): Promise<{ access_token: string; expires_in: number }> {
    const credentials = await read(source);
    const url = tokenUrl(credentials.token_uri ?? TOKEN_URI);
    const form = this.#form(credentials);
    const { status, body } = await post(http, url, form.toString());
    const answer = parsed(body);
    const { access_token, expires_in, error, error_description } = answer;
    if (status !== 200 || typeof access_token !== "string") {
      const told = [error, error_description].filter((one) => typeof one === "string").join(": ");
      throw refused(
        `Google gives no access token for these credentials (${status}${told ? `, ${told}` : ""})`,
      );
    }
    return { access_token, expires_in: typeof expires_in === "number" ? expires_in : LIFETIME_S };
  }

  #form(credentials: Credentials): URLSearchParams {
    const { type, client_email, private_key, private_key_id, client_id, client_secret, refresh_token } =
      credentials;
    if (type === "service_account" && client_email && private_key) {
      const iat = Math.floor(this.#now() / 1000);
      const claims = {
        iss: client_email,
        scope: SCOPE,
        aud: credentials.token_uri ?? TOKEN_URI,
        iat,
        exp: iat + LIFETIME_S,
      };
      const assertion = signed({ alg: "RS256", typ: "JWT", kid: private_key_id }, claims, private_key);
      return new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion });
    }
    if (type === "authorized_user" && client_id && client_secret && refresh_token)
      return new URLSearchParams({ grant_type: "refresh_token", client_id, client_secret, refresh_token });
    throw refused(
      `Google credentials of type "${type ?? "unknown"}" are not understood: give a service account's file`,
    );
  }
}

async function read(source: string): Promise<Credentials> {
  let text = source;
  if (!source.trimStart().startsWith("{")) {
    try {
      text = await readFile(source, "utf8");
    } catch {
      throw refused(`there are no Google credentials at ${source}`);
    }
  }
  const credentials = parsed(text);
  if (Object.keys(credentials).length === 0) throw refused("the Google credentials are not JSON");
  return credentials as Credentials;
}

/** A credentials file from elsewhere must not send its own assertion anywhere. */
function tokenUrl(uri: string): URL {
  const url = parseBase(uri);
  const google = url.protocol === "https:" && /(?:^|\.)googleapis\.com$/.test(url.hostname);
  if (!google && !isLoopback(url))
    throw refused(`the token_uri of the Google credentials is not Google's: ${url.origin}`);
  return url as URL;
}

function signed(header: object, claims: object, private_key: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  try {
    return `${text}.${createSign("RSA-SHA256").update(text).sign(private_key, "base64url")}`;
  } catch {
    throw refused("the private_key of the Google credentials cannot be used to sign");
  }
}

function post(http: Http, url: URL, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const parts: Buffer[] = [];
    let size = 0;
    const failed = (what: string): void => {
      clearTimeout(timer);
      reject(refused(`no access token from ${url.origin}: ${what}`));
    };
    const timer = setTimeout(() => {
      exchange.abort();
      failed("no answer in time");
    }, TIMEOUT_MS);
    const exchange = http.send(
      {
        method: "POST",
        origin: url.origin,
        path: url.pathname + url.search,
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body,
      },
      {
        onSent: () => {},
        onHeaders: (code) => {
          status = code;
        },
        onData: (bytes) => {
          size += bytes.length;
          if (size <= MAX_ANSWER) parts.push(bytes);
        },
        onEnd: () => {
          clearTimeout(timer);
          resolve({ status, body: Buffer.concat(parts).toString("utf8") });
        },
        onError: (error) => failed(error.message),
      },
    );
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function refused(what: string): OpenAIError {
  return createError("AuthenticationError", {
    message: `${what}. Set GOOGLE_APPLICATION_CREDENTIALS to a credentials file, run gcloud auth application-default login, or give an access token as api_key`,
    llm_provider: "vertex_ai",
    code: "google_credentials",
  });
}
