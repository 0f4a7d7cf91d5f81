// One running VS Code server on a free loopback port, with data folders of its own. It is listening when start
// returns and gone when stop returns.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { poll } from "./poll.ts";
import { PlainError, run, start, stop } from "./processes.ts";
import { fetchVSCode, type VSCodeVersion } from "./vscode.ts";

export interface CodeHostOptions {
  /** Extensions, settings and logs of this server; made if it is not there. */
  dataFolder: string;
  workspace: string;
  /** Opens the payload of the page's address, which loads extensions under development. */
  testDriver?: boolean;
  /** A file with the token the page's address must carry; none is asked for without. */
  tokenFile?: string;
  /** Packed extensions to install first. */
  vsix?: string[];
  env?: NodeJS.ProcessEnv;
  logLevel?: "trace";
  /** Asks whether a folder is trusted, as VS Code does everywhere else; without, every folder is. */
  workspaceTrust?: boolean;
  /** Another VS Code than the newest, and the Node it runs on. */
  version?: VSCodeVersion;
  node?: string;
}

export interface CodeHost {
  readonly port: number;
  readonly pid: number;
  /** Everything the server printed so far. */
  log(): string;
  /** Resolves when the server's process is gone. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const START_DEADLINE_MS = 180_000;

export async function startCodeHost(options: CodeHostOptions): Promise<CodeHost> {
  const folder = await fetchVSCode(options.version);
  const node = options.node ?? process.execPath;
  const main = join(folder, "out", "server-main.js");
  const common = [
    main,
    "--accept-server-license-terms",
    "--telemetry-level=off",
    `--server-data-dir=${options.dataFolder}`,
  ];
  const env = environment(options.env);
  if (options.vsix !== undefined && options.vsix.length > 0) {
    const install = options.vsix.map((file) => `--install-extension=${file}`);
    const installed = await run(node, [...common, ...install], { env });
    if (installed.code !== 0)
      throw new PlainError(`VS Code could not install EdgeQuake:\n${installed.output}`);
  }
  const access =
    options.tokenFile === undefined
      ? "--without-connection-token"
      : `--connection-token-file=${options.tokenFile}`;
  const child = start(
    node,
    [
      ...common,
      "--host=127.0.0.1",
      "--port=0",
      access,
      ...(options.workspaceTrust === true ? [] : ["--disable-workspace-trust"]),
      `--default-folder=${options.workspace}`,
      ...(options.logLevel === undefined ? [] : [`--log=${options.logLevel}`]),
      ...(options.testDriver === true ? ["--enable-smoke-test-driver"] : []),
    ],
    { env, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let output = "";
  child.stdout?.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  child.stderr?.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  try {
    const port = await poll("VS Code's server to listen", START_DEADLINE_MS, async () => {
      if (child.exitCode !== null) throw new PlainError(`VS Code's server ended at once:\n${output.trim()}`);
      const found = /listening on (\d+)/.exec(output)?.[1];
      if (found === undefined) return undefined;
      const answer = await fetch(`http://127.0.0.1:${found}/version`).catch(() => undefined);
      return answer?.ok === true ? Number(found) : undefined;
    });
    return { port, pid: child.pid ?? 0, log: () => output, ended, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** The host must not inherit npm's view of this project, nor another VS Code's. */
function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(npm_|VSCODE_|ELECTRON_)/i.test(name)) env[name] = value;
  }
  delete env["NODE_OPTIONS"];
  return { ...env, ...extra };
}

export interface PageOptions {
  workspace: string;
  tokenFile?: string;
  /** The folder of an extension under development: the page takes one. */
  development?: string;
  /** A bundle that exports run(). */
  tests?: string;
  logLevel?: "trace" | undefined;
  /** VS Code's Welcome stays away, also where it looks before it has read the folder's settings. */
  skipWelcome?: boolean;
}

/** The address to open in a browser. */
export function pageAddress(host: CodeHost, options: PageOptions): string {
  const authority = `localhost:${host.port}`;
  const remote = (path: string): string => `vscode-remote://${authority}${path}`;
  const payload = [
    ...(options.development === undefined ? [] : [["extensionDevelopmentPath", remote(options.development)]]),
    ...(options.tests === undefined ? [] : [["extensionTestsPath", remote(options.tests)]]),
    ...(options.logLevel === undefined ? [] : [["logLevel", options.logLevel]]),
    ...(options.skipWelcome === true ? [["skipWelcome", "true"]] : []),
  ];
  const query = new URLSearchParams();
  if (options.tokenFile !== undefined) query.set("tkn", readFileSync(options.tokenFile, "utf8").trim());
  query.set("folder", options.workspace);
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}
