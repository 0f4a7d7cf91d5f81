// A self-signed certificate made on the spot, for TLS servers of tests: X.509 version 3 in DER, with an EC key. Nothing
// of it outlives the test, and no tool beside Node is needed.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface CertificateOptions {
  /** DNS names, or IPv4 addresses. */
  names: readonly string[];
  from: Date;
  until: Date;
}

const ECDSA_SHA256 = "1.2.840.10045.4.3.2";
const COMMON_NAME = "2.5.4.3";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";

/** PEM texts. */
export function selfSigned({ names, from, until }: CertificateOptions): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid(ECDSA_SHA256));
  // Certificates of one name would be taken for each other.
  const common = Buffer.from(`edgequake test ${randomBytes(8).toString("hex")}`);
  const name = sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, common))));
  const extensions = sequence(
    // It may stand in a list of authorities.
    sequence(oid(BASIC_CONSTRAINTS), der(0x04, sequence(der(0x01, Buffer.from([0xff]))))),
    sequence(oid(SUBJECT_ALT_NAME), der(0x04, sequence(...names.map(altName)))),
  );
  const told = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(8)),
    algorithm,
    name,
    sequence(time(from), time(until)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = sign("sha256", told, privateKey);
  const whole = sequence(told, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Positive, and as short as it must be: its first bit is 0, and it does not begin with a 0 too many. */
function integer(bytes: Buffer): Buffer {
  const positive = Buffer.from(bytes);
  positive[0] = ((positive[0] ?? 0) & 0x7f) | (bytes.length > 1 ? 0x40 : 0);
  return der(0x02, positive);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const one of rest) {
    const digits = [one & 0x7f];
    for (let left = one >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

/** GeneralizedTime. */
function time(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]|\.\d+/g, "")}`));
}

function altName(name: string): Buffer {
  const address = name.split(".").map(Number);
  return address.length === 4 && address.every(Number.isInteger)
    ? der(0x87, Buffer.from(address))
    : der(0x82, Buffer.from(name));
}
