// The part of aws4 that is used here; the package brings no types.
declare module "aws4" {
  interface Request {
    method: string;
    host: string;
    path: string;
    headers: Record<string, string>;
    body: string | undefined;
    service: string;
    region: string;
    extraHeadersToIgnore: Record<string, boolean>;
  }
  interface Credentials {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  }
  const aws4: { sign(request: Request, credentials: Credentials): { headers: Record<string, string> } };
  export = aws4;
}
