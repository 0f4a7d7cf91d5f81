// Which links an answer may have: web pages and mail. Everything else stays text. Pure.

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The normalised address, or undefined. */
export function allowedLink(href: string): string | undefined {
  const url = URL.parse(href.trim());
  return url && SCHEMES.has(url.protocol) ? url.href : undefined;
}
