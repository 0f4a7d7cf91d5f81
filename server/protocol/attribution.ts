// Who a call is made for: what the ledger keeps beside it and budgets go by. Never sent to a provider.

export interface Attribution {
  /** Who called: an extension's id, a program's name. */
  caller?: string | undefined;
  /** The chat or task the call belongs to. */
  session?: string | undefined;
  /** LiteLLM's tags. */
  tags?: readonly string[] | undefined;
  /** Set by a Router. */
  router?: string | undefined;
  deployment?: string | undefined;
}

/** From a call's `attribution`, `tags` and `metadata.tags`. What is no text is left out. */
export function attributionOf(params: Readonly<Record<string, unknown>>): Attribution {
  const { attribution, tags, metadata } = params;
  if (attribution === undefined && tags === undefined && metadata === undefined) return NONE;
  const given = objectOf(attribution);
  return {
    caller: textOf(given["caller"]),
    session: textOf(given["session"]),
    router: textOf(given["router"]),
    deployment: textOf(given["deployment"]),
    tags: listOf(given["tags"]) ?? listOf(tags) ?? listOf(objectOf(metadata)["tags"]),
  };
}

const NONE: Attribution = {};

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function listOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : undefined;
}
