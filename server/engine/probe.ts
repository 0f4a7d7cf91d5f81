// Looks at the way to a server, one step after the other, as a person would with nslookup, nc and openssl: which
// proxy, DNS, connection, the proxy's leave, TLS. Sends no key, no prompt and no HTTP request of a call.

import { lookup } from "node:dns/promises";
import { connect, type Socket } from "node:net";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import type { DiagnosisStep } from "../protocol/results.ts";
import type { HttpOptions } from "./http.ts";
import { proxiesOf, proxyFor, proxyName } from "./proxy.ts";
import { tlsOf } from "./tls-options.ts";

const DEADLINE_MS = 5_000;

export interface Watch {
  /** Called when the caller gave up. Returns how to stop listening. */
  onStop(listener: (reason: Error) => void): () => void;
}

type Outcome = Omit<DiagnosisStep, "name" | "ms">;

export async function probe(
  base: Readonly<URL>,
  http: HttpOptions,
  env: Readonly<NodeJS.ProcessEnv>,
  stop: Watch,
): Promise<DiagnosisStep[]> {
  const steps: DiagnosisStep[] = [];
  const proxies = proxiesOf(http, env);
  const proxy = proxyFor(base.origin, proxies);
  const secure = base.protocol === "https:";
  steps.push({
    name: "proxy",
    outcome: "ok",
    message:
      proxy === undefined
        ? proxies.source === "none"
          ? "no proxy is set"
          : `${base.host} is asked directly: it is this machine, or http.noProxy names it`
        : `${base.host} is asked through ${proxyName(proxy)}, as the ${proxies.source} say${proxies.source === "environment" ? "s" : ""}`,
  });
  const first = proxy === undefined ? base : URL.parse(proxy);
  const reach = first ?? base;
  const host = reach.hostname.replace(/^\[(.+)\]$/, "$1");
  const port = Number(reach.port || (reach.protocol === "https:" ? 443 : 80));
  let socket: Socket | undefined;
  try {
    await step(steps, "dns", stop, () => resolved(host));
    await step(steps, "connect", stop, async (abort) => {
      socket = await opened(() => connect({ host, port }), abort);
      return { outcome: "ok", message: `${socket.remoteAddress}, port ${port}, takes connections` };
    });
    if (proxy !== undefined && secure && reach.protocol === "http:") {
      await step(steps, "proxy", stop, (abort) => tunnelled(socket as Socket, base, reach, abort));
    }
    if (secure && (proxy === undefined || reach.protocol === "http:")) {
      await step(steps, "tls", stop, async (abort) => secured(socket as Socket, base, tlsOf(http), abort));
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
  } finally {
    socket?.destroy();
  }
  return steps;
}

/** A step failed: those after it are not tried. */
class Failed extends Error {}

async function step(
  steps: DiagnosisStep[],
  name: string,
  stop: Watch,
  work: (abort: AbortSignal) => Promise<Outcome>,
): Promise<void> {
  const began = performance.now();
  const abort = new AbortController();
  const timer = setTimeout(
    () =>
      abort.abort(Object.assign(new Error(`nothing within ${DEADLINE_MS / 1000} s`), { code: "ETIMEDOUT" })),
    DEADLINE_MS,
  );
  let stopped: Error | undefined;
  const release = stop.onStop((reason) => {
    stopped = reason;
    abort.abort(reason);
  });
  const aborted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener("abort", () => reject(abort.signal.reason as Error), { once: true });
  });
  const ms = (): number => Math.round(performance.now() - began);
  try {
    steps.push({ name, ...(await Promise.race([work(abort.signal), aborted])), ms: ms() });
  } catch (error) {
    if (stopped) throw stopped;
    const advice = ADVICE[(error as NodeJS.ErrnoException).code ?? ""] ?? OTHERWISE[name];
    steps.push({
      name,
      outcome: "failed",
      message: (error as Error).message,
      ...(advice === undefined ? {} : { advice }),
      ms: ms(),
    });
    throw new Failed();
  } finally {
    clearTimeout(timer);
    release();
    // Nobody waits for it any more.
    aborted.catch(() => {});
  }
}

async function resolved(host: string): Promise<Outcome> {
  const found = await lookup(host, { all: true });
  return { outcome: "ok", message: `${host} resolves to ${found.map(({ address }) => address).join(", ")}` };
}

function opened(make: () => Socket, abort: AbortSignal, event = "connect"): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = make();
    abort.addEventListener("abort", () => socket.destroy(), { once: true });
    socket.once(event, () => resolve(socket));
    socket.on("error", (error) => reject(firstOf(error)));
    socket.once("close", () => reject(new Error("the other side closed the connection")));
  });
}

/** Happy eyeballs: the first address that failed is the one a person means. */
function firstOf(error: Error): Error {
  return error instanceof AggregateError ? (error.errors[0] as Error) : error;
}

function tunnelled(socket: Socket, base: Readonly<URL>, proxy: URL, abort: AbortSignal): Promise<Outcome> {
  const target = `${base.hostname}:${base.port || 443}`;
  const { username, password } = proxy;
  const given = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
    "base64",
  );
  const lines = [
    `CONNECT ${target} HTTP/1.1`,
    `host: ${target}`,
    ...(username === "" ? [] : [`proxy-authorization: Basic ${given}`]),
  ];
  return new Promise((resolve, reject) => {
    let text = "";
    abort.addEventListener("abort", () => socket.destroy(), { once: true });
    socket.once("close", () => reject(new Error("the proxy closed the connection")));
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      const status = /^HTTP\/1\.\d (\d+)[^\r\n]*\r\n[\s\S]*\r\n\r\n/.exec(text)?.[1];
      if (status === undefined) return;
      socket.removeAllListeners("data");
      if (status === "200") {
        socket.removeAllListeners("close");
        resolve({ outcome: "ok", message: `the proxy lets us through to ${target}` });
      } else
        reject(
          Object.assign(new Error(`the proxy ${proxyName(proxy.href)} answered ${status} for ${target}`), {
            code: `proxy_${status}`,
          }),
        );
    });
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  });
}

async function secured(
  socket: Socket,
  base: Readonly<URL>,
  tls: ReturnType<typeof tlsOf>,
  abort: AbortSignal,
): Promise<Outcome> {
  const made = await opened(
    () => tlsConnect({ socket, ...tls, ...(isAddress(base.hostname) ? {} : { servername: base.hostname }) }),
    abort,
    "secureConnect",
  );
  const secure = made as TLSSocket;
  const { issuer, valid_to } = secure.getPeerCertificate();
  const protocol = secure.getProtocol();
  secure.destroy();
  const by = issuer?.O ?? issuer?.CN ?? "somebody unnamed";
  const message = `${protocol}, certificate by ${by}, valid until ${valid_to}`;
  return tls.rejectUnauthorized === false
    ? {
        outcome: "warning",
        message: `${message}; certificates are not checked`,
        advice: "http.proxyStrictSSL is off: anybody on the way could read keys and prompts.",
      }
    : { outcome: "ok", message };
}

function isAddress(host: string): boolean {
  return /^\[|^[\d.]+$/.test(host);
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: "Check the spelling of the address, and whether this machine's network resolves names.",
  EAI_AGAIN: "Name look-ups fail just now: check this machine's network.",
  ECONNREFUSED: "Nothing listens there. Start the server, or mend the address or port.",
  ETIMEDOUT: "Nobody answers: a firewall may drop the packets, or a proxy is needed (http.proxy).",
  EHOSTUNREACH: "There is no way there from this machine's network.",
  ENETUNREACH: "There is no way there from this machine's network.",
  proxy_407:
    "The proxy wants a user name and a password. Give them in HTTPS_PROXY (http://name:password@proxy:port) in the environment the editor is started from.",
  proxy_403: "The proxy forbids this host. Ask who runs it, or name the host in http.noProxy.",
};
const OTHERWISE: Readonly<Record<string, string>> = {
  tls: "If your network intercepts TLS, give its certificate by NODE_EXTRA_CA_CERTS or the system's store (http.systemCertificates).",
  proxy:
    "The proxy cannot reach it, or does not let us through. Name the host in http.noProxy if it should be asked directly.",
};
