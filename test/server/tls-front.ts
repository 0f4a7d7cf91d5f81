// TLS in front of a plain server on loopback, under the name provider.test. Its key lies open here: it is a test's, and
// worth nothing.

import { connect } from "node:net";
import { createServer, type Server } from "node:tls";

const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWh2qoMzHSbRdFjmD
2TBrw4vQLBqMrrcUsXRP6ePbMgahRANCAATALO31nEd9r/yX3ZoagMYwVpHKrZC1
eMvW9la4pWFaMGgFdd0tgB0YxOEmYNy8Gr680HU3rHH6HA98rxka8gwC
-----END PRIVATE KEY-----
`;
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIB9DCCAZmgAwIBAgIUXqgaNJF7Xw0FOYQdz5qIfrWCymgwCgYIKoZIzj0EAwIw
QTEnMCUGA1UECgweRWRnZVF1YWtlIHRlc3RzLCB3b3J0aCBub3RoaW5nMRYwFAYD
VQQDDA1wcm92aWRlci50ZXN0MCAXDTI2MTEyODE4NDEyMFoYDzIxMjYxMTA0MTg0
MTIwWjBBMScwJQYDVQQKDB5FZGdlUXVha2UgdGVzdHMsIHdvcnRoIG5vdGhpbmcx
FjAUBgNVBAMMDXByb3ZpZGVyLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATALO31nEd9r/yX3ZoagMYwVpHKrZC1eMvW9la4pWFaMGgFdd0tgB0YxOEmYNy8
Gr680HU3rHH6HA98rxka8gwCo20wazAdBgNVHQ4EFgQU9h+VUxvzszL4fft9Q6n8
wYesbMcwHwYDVR0jBBgwFoAU9h+VUxvzszL4fft9Q6n8wYesbMcwDwYDVR0TAQH/
BAUwAwEB/zAYBgNVHREEETAPgg1wcm92aWRlci50ZXN0MAoGCCqGSM49BAMCA0kA
MEYCIQDY2EL3EvaG7Ka/hT7qIOiN/1QFcFMcpFq9miABOhnlnAIhAO0E8hQYWuj3
bi5sVWDy4OfPDAkFnJ+ncELldtlwAn8F
-----END CERTIFICATE-----
`;

export interface TlsFront {
  port: number;
  stop(): Promise<void>;
}

export async function startTlsFront(behind: number): Promise<TlsFront> {
  const server: Server = createServer({ key: KEY, cert: CERTIFICATE }, (socket) => {
    const plain = connect(behind, "127.0.0.1");
    socket.pipe(plain).pipe(socket);
    socket.on("error", () => plain.destroy());
    plain.on("error", () => socket.destroy());
  });
  // Who does not trust the certificate says so by an alert.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}
