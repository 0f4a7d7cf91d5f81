// Reads HTTP/1.1 requests off a socket, byte by byte known: what the backend really sent, not what a server
// library made of it. Content-Length and chunked bodies.

export interface RecordedRequest {
  /** Which TCP connection of the server it came on, from 0. */
  connection: number;
  /** `performance.now()` when the last byte was there. */
  at: number;
  method: string;
  path: string;
  /** Lower-case names; a repeated header is joined with ", ". */
  headers: Readonly<Record<string, string>>;
  /** Request line and headers as sent. */
  head: string;
  body: string;
}

/** The body, which must be JSON. */
export function jsonOf(request: RecordedRequest): Record<string, unknown> {
  return JSON.parse(request.body) as Record<string, unknown>;
}

interface Head {
  text: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  length: number;
}

/** Takes complete requests from the front of `data`; gives back what is left over. */
export function takeRequests(
  data: Buffer,
  connection: number,
  onRequest: (request: RecordedRequest) => void,
): Buffer {
  let rest = data;
  for (;;) {
    const head = readHead(rest);
    if (!head) return rest;
    const body = readBody(rest.subarray(head.length), head.headers);
    if (!body) return rest;
    rest = rest.subarray(head.length + body.consumed);
    const { method, path, headers, text } = head;
    onRequest({
      connection,
      at: performance.now(),
      method,
      path,
      headers,
      head: text,
      body: body.bytes.toString("utf8"),
    });
  }
}

function readHead(data: Buffer): Head | undefined {
  const end = data.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const text = data.toString("latin1", 0, end);
  const [requestLine = "", ...lines] = text.split("\r\n");
  const [method = "", path = ""] = requestLine.split(" ");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { text, method, path, headers: Object.fromEntries(headers), length: end + 4 };
}

function readBody(
  data: Buffer,
  headers: Readonly<Record<string, string>>,
): { bytes: Buffer; consumed: number } | undefined {
  if (headers["transfer-encoding"]?.includes("chunked")) return readChunked(data);
  const length = Number(headers["content-length"] ?? 0);
  return data.length < length ? undefined : { bytes: data.subarray(0, length), consumed: length };
}

function readChunked(data: Buffer): { bytes: Buffer; consumed: number } | undefined {
  const parts: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = data.indexOf("\r\n", offset);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(data.toString("latin1", offset, lineEnd), 16);
    const start = lineEnd + 2;
    if (data.length < start + size + 2) return undefined;
    parts.push(data.subarray(start, start + size));
    offset = start + size + 2;
    if (size === 0) return { bytes: Buffer.concat(parts), consumed: offset };
  }
}
