// Which certificates a connection trusts: Node's own, and where it is wanted the system's.

import type { HttpOptions } from "./http.ts";

export interface TlsOptions {
  ca?: string[];
  rejectUnauthorized?: boolean;
}

export function tlsOf({ system_certificates, proxy_strict_ssl }: HttpOptions): TlsOptions {
  return {
    ...(system_certificates ? { ca: allCertificates() } : {}),
    ...(proxy_strict_ssl === false ? { rejectUnauthorized: false } : {}),
  };
}

/** Node's own, the system's and NODE_EXTRA_CA_CERTS'. Loading TLS costs milliseconds: only where it is wanted. */
function allCertificates(): string[] {
  const { getCACertificates, rootCertificates } = process.getBuiltinModule("node:tls");
  return [...rootCertificates, ...getCACertificates("system"), ...getCACertificates("extra")];
}
