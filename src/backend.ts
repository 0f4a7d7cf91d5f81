// The backend process: started on first use, restarted when it crashes, given up after the fifth crash in three
// minutes. When it dies, every pending call is rejected at once.

import { type ChildProcess, spawn } from "node:child_process";
import type { Client } from "../server/connection/client.ts";
import type { LanguageModelHost } from "../server/connection/serve-models.ts";
import { APIConnectionError } from "../server/protocol/errors.ts";
import type { Config } from "../server/protocol/results.ts";
import { RestartPolicy } from "./restart-policy.ts";

export interface BackendOptions {
  /** dist/server.js. */
  serverPath: string;
  version: string;
  env(): NodeJS.ProcessEnv;
  config(): Config;
  log(type: 1 | 2 | 3 | 4 | 5, message: string): void;
  secret(request: { provider: string; origin: string; model?: string | undefined }): Promise<string | null>;
  /** VS Code's own models, as upstreams. */
  languageModels?: LanguageModelHost;
  /** The fifth crash: a person must decide. */
  onGivenUp(): void;
  onState?(state: BackendState): void;
}

/** off: nobody has needed it yet, or it was stopped. failed: it is given up. */
export type BackendState = "off" | "starting" | "running" | "failed";

/** Output may still be in the pipe when the process is gone; waited for this long. */
const LAST_WORDS_MS = 100;
/** A polite shutdown gets this long before the process is killed. */
const FAREWELL_MS = 1_000;

export class Backend {
  readonly #options: BackendOptions;
  readonly #policy = new RestartPolicy(() => performance.now());
  #running: Promise<Client> | undefined;
  #current: { child: ChildProcess; client: Client } | undefined;
  /** Which client was initialised. */
  #ready: Client | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** Starts and stops so far: a start that was overtaken ends. */
  #turn = 0;
  #givenUp = false;
  #disposed = false;

  constructor(options: BackendOptions) {
    this.#options = options;
  }

  /** The running backend's client; starts it when there is none. Rejects with APIConnectionError. */
  client(): Promise<Client> {
    if (this.#disposed) return Promise.reject(unavailable("EdgeQuake is being closed"));
    if (this.#givenUp) {
      return Promise.reject(
        unavailable(
          'EdgeQuake\'s backend crashed five times in three minutes. Run "EdgeQuake: Restart Backend"',
        ),
      );
    }
    // Its output may have ended before its exit was told: the next call must not go to a dead process.
    if (this.#current?.client.isClosed) this.#ended(this.#current.child, "it closed the connection");
    if (!this.#running) {
      const running = this.#start();
      this.#running = running;
      // A start that failed is not handed out again.
      running.catch(() => {
        if (this.#running === running) this.#running = undefined;
      });
    }
    return this.#running;
  }

  /** The client of a backend that runs; nothing is started. */
  get running(): Client | undefined {
    const current = this.#current;
    return current && this.#ready === current.client && !current.client.isClosed ? current.client : undefined;
  }

  /** Pushes the configuration, if a backend is there to get it. */
  reconfigure(): void {
    this.#current?.client.pushConfiguration(this.#options.config());
  }

  /** A person asked for it: the crashes are forgiven. */
  async restart(): Promise<void> {
    this.#policy.reset();
    this.#givenUp = false;
    clearTimeout(this.#restart);
    await this.#stop();
    await this.client();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#restart);
    await this.#stop();
  }

  async #start(): Promise<Client> {
    clearTimeout(this.#restart);
    this.#options.onState?.("starting");
    const { serverPath, version, env, config, log, secret, languageModels } = this.#options;
    const turn = ++this.#turn;
    const { Client } = await import("../server/connection/client.ts");
    if (turn !== this.#turn || this.#disposed) throw unavailable("EdgeQuake's backend was stopped");
    const child = spawn(process.execPath, [serverPath, "--stdio"], {
      env: env(),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const client = new Client({
      input: child.stdout,
      output: child.stdin,
      clientInfo: { name: "edgequake-vscode", version },
      config: config(),
      onLog: log,
      onSecret: secret,
      ...(languageModels ? { languageModels } : {}),
    });
    this.#current = { child, client };
    child.stderr.setEncoding("utf8").on("data", (text: string) => log(2, `backend: ${text.trimEnd()}`));
    child.on("error", (error) => this.#ended(child, `it could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      const reason = signal ? `it was ended by ${signal}` : `it exited with code ${code}`;
      child.once("close", () => this.#ended(child, reason));
      setTimeout(() => this.#ended(child, reason), LAST_WORDS_MS);
    });
    void client.closed.then(() => this.#ended(child, "it closed the connection"));
    try {
      await client.initialize();
    } catch (error) {
      this.#ended(child, `it could not be initialised: ${(error as Error).message}`);
      throw error;
    }
    this.#ready = client;
    this.#options.onState?.("running");
    return client;
  }

  #ended(child: ChildProcess, reason: string): void {
    if (this.#current?.child !== child) return;
    const { client } = this.#current;
    this.#current = undefined;
    this.#running = undefined;
    client.dispose(reason);
    child.kill("SIGKILL");
    this.#options.log(1, `the backend stopped: ${reason}`);
    if (this.#disposed) return;
    const decision = this.#policy.crashed();
    this.#options.onState?.(decision.restart ? "starting" : "failed");
    if (!decision.restart) {
      this.#givenUp = true;
      this.#options.onGivenUp();
      return;
    }
    this.#restart = setTimeout(() => {
      // Whoever calls next sees the failure; here it is only logged.
      this.client().catch((error: Error) => this.#options.log(1, error.message));
    }, decision.delay_ms);
  }

  async #stop(): Promise<void> {
    this.#turn += 1;
    const current = this.#current;
    this.#current = undefined;
    this.#running = undefined;
    if (!current) return;
    const { child, client } = current;
    const gone = new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve();
      else child.once("exit", () => resolve());
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), FAREWELL_MS);
    await client.shutdown().catch(() => child.kill("SIGKILL"));
    await gone;
    clearTimeout(timer);
    client.dispose("it was stopped");
  }
}

function unavailable(message: string): APIConnectionError {
  return new APIConnectionError({ message, retryable: false });
}
