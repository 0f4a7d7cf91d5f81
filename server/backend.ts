// The command line of edgequake-server.

import { SHORTEST_TOKEN, servePipe, serveSocket, serveStdio } from "./transports/listen.ts";
import type { Serving } from "./transports/rpc.ts";

const USAGE = `usage: edgequake-server --stdio | --pipe=NAME | --socket=PORT
  --stdio        JSON-RPC with Content-Length frames on stdin and stdout
  --pipe=NAME    joins the pipe or Unix socket NAME, or listens on it when nobody does
  --socket=PORT  listens on 127.0.0.1:PORT (0: any free port, named on stderr); the client sends the token of
                 the environment variable EDGEQUAKE_SOCKET_TOKEN as initializationOptions.token`;

export function start(argv: readonly string[], serving: Serving): void {
  const { env } = serving;
  const [argument = ""] = argv;
  const [flag, value = ""] = argument.split(/=(.*)/s);
  if (argument === "--stdio") {
    const { stdin, stdout } = process;
    // Whoever writes to process.stdout from now on writes to stderr.
    Object.defineProperty(process, "stdout", { get: () => process.stderr });
    serveStdio(stdin, stdout, serving);
  } else if (flag === "--pipe" && value !== "") servePipe(value, serving);
  else if (flag === "--socket" && /^\d{1,5}$/.test(value) && Number(value) < 65_536) {
    const token = env["EDGEQUAKE_SOCKET_TOKEN"] ?? "";
    if (token.length < SHORTEST_TOKEN) {
      console.error(
        `--socket needs a token of at least ${SHORTEST_TOKEN} characters in EDGEQUAKE_SOCKET_TOKEN`,
      );
      process.exit(2);
    }
    serveSocket(Number(value), token, serving);
  } else if (argument === "--help" || argument === "-h") console.error(USAGE);
  else {
    console.error(USAGE);
    process.exit(2);
  }
}
