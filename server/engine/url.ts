// api_base and path become one URL: prefixes kept, trailing slashes ignored, a doubled version removed. Pure.

import { createError } from "../protocol/errors.ts";

/** A program uses few bases and calls them often. */
const parsed = new Map<string, URL>();
const MOST_PARSED = 100;

/** Throws BadRequestError for what is no http(s) URL. The result is shared: not to be changed. */
export function parseBase(api_base: string): Readonly<URL> {
  let url = parsed.get(api_base);
  if (!url) {
    url = readBase(api_base);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(api_base, url);
  }
  return url;
}

function readBase(api_base: string): URL {
  const problem = (message: string): Error =>
    createError("BadRequestError", {
      message: `api_base ${message}`,
      param: "api_base",
      code: "invalid_api_base",
    });
  const text = api_base.trim();
  const url = URL.parse(text);
  if (!url) throw problem(`"${shown(text)}" is not a URL. Write it like http://localhost:8000/v1`);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw problem(`"${shown(text)}" is not http or https. Write it like http://localhost:8000/v1`);
  }
  if (url.username || url.password) {
    throw problem("holds a user name or password. Give the key as api_key, or the header in extra_headers");
  }
  return url;
}

/** Nothing that could be a credential is repeated in an error. */
function shown(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//…@").slice(0, 100);
}

/** Per base, as it came from parseBase(): a provider has a handful of paths. */
const joined = new WeakMap<Readonly<URL>, Map<string, JoinedUrl>>();
const MOST_JOINED = 100;

export interface JoinedUrl {
  readonly origin: string;
  readonly path: string;
}

/** `path` may bring a query; one of the base stands before it. The result is shared. `beside`: the base's version is left out. */
export function joinUrl(base: Readonly<URL>, path: string, beside = false): JoinedUrl {
  if (beside) return join(base, path, base.pathname.replace(/\/+$/, "").replace(/\/v\d+$/, ""));
  let paths = joined.get(base);
  if (!paths) {
    paths = new Map();
    joined.set(base, paths);
  }
  let url = paths.get(path);
  if (!url) {
    url = join(base, path);
    if (paths.size >= MOST_JOINED) paths.clear();
    paths.set(path, url);
  }
  return url;
}

function join(base: Readonly<URL>, path: string, prefix = base.pathname.replace(/\/+$/, "")): JoinedUrl {
  const mark = path.indexOf("?");
  const own = mark < 0 ? path : path.slice(0, mark);
  const query = mark < 0 ? "" : path.slice(mark + 1);
  const whole = prefix.endsWith(own) ? prefix : prefix + own;
  const search = query === "" ? base.search : base.search === "" ? `?${query}` : `${base.search}&${query}`;
  return { origin: base.origin, path: whole.replace(/\/(v1|v1beta)\/\1(?=\/|$)/, "/$1") + search };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|.*\.localhost)$/;

export function isLoopback(url: Readonly<URL>): boolean {
  return LOOPBACK.test(url.hostname);
}
