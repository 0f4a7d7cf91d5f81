// What differs between Claude's models, told by their names as every cloud writes them. A name that is none of Claude's
// (a deployment's) is taken to do everything, and the API judges. Source: Anthropic's models overview and migration guides.

export interface Claude {
  family: string;
  /** 4.5 is [4, 5]. */
  version: readonly [major: number, minor: number];
}

/** "claude-3-7-sonnet-latest", "claude-sonnet-4@20250514", "us.anthropic.claude-opus-4-5-20251101-v1:0". */
export function readClaude(model: string): Claude {
  const name = /claude-([a-z0-9.@:-]+)/.exec(model.toLowerCase())?.[1] ?? "";
  const family = /opus|sonnet|haiku|fable|mythos|instant/.exec(name)?.[0] ?? "";
  // A date has more than two digits.
  const found = /(?:^|[a-z]-)(\d{1,2})(?:[.-](\d{1,2}))?(?![\d])/.exec(name);
  if (!found) return { family, version: family === "instant" ? [1, 0] : CURRENT };
  return { family, version: [Number(found[1]), Number(found[2] ?? 0)] };
}

const CURRENT: Claude["version"] = [5, 0];

function isSince({ version: [major, minor] }: Claude, wanted: number, andMinor: number): boolean {
  return major > wanted || (major === wanted && minor >= andMinor);
}

export interface ClaudeFacts {
  /** "always": it cannot be told not to. */
  thinks: "never" | "by budget" | "adaptively" | "always";
  /** A budget in tokens is understood. */
  takes_budget: boolean;
  /** temperature, top_p and top_k are; "one": one of the first two at a time. */
  sampling: "all" | "one" | "none";
  /** Efforts beside low, medium and high. */
  efforts: readonly string[];
  /** Thoughts come empty unless a summary is asked for. */
  hides_thoughts: boolean;
  /** It can be made to call a tool. */
  takes_orders: boolean;
  /** The answer is held to a JSON schema; "beta": with a header, under the older name. */
  schema: "no" | "beta" | "yes";
  /** Asked for where a call names none: the API wants a limit. */
  max_tokens: number;
  /** The most it may be asked for. */
  most_tokens: number;
}

const UNKNOWN: ClaudeFacts = {
  thinks: "adaptively",
  takes_budget: true,
  sampling: "all",
  efforts: ["xhigh", "max"],
  hides_thoughts: false,
  takes_orders: true,
  schema: "yes",
  max_tokens: 8192,
  most_tokens: 128_000,
};

const remembered = new Map<string, ClaudeFacts>();
const MOST_REMEMBERED = 200;

export function factsOf(model: string): ClaudeFacts {
  let facts = remembered.get(model);
  if (!facts) {
    const claude = readClaude(model);
    facts = claude.family === "" && claude.version === CURRENT ? UNKNOWN : readFacts(claude);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(model, facts);
  }
  return facts;
}

function readFacts(claude: Claude): ClaudeFacts {
  const since = (major: number, minor: number): boolean => isSince(claude, major, minor);
  const { family } = claude;
  const bound = family === "fable" || family === "mythos" || since(5, 5);
  const always = bound && family !== "haiku";
  return {
    thinks: always ? "always" : since(4, 6) ? "adaptively" : since(3, 7) ? "by budget" : "never",
    takes_budget: since(3, 7) && !since(4, 7),
    sampling: since(4, 7) ? "none" : since(4, 1) ? "one" : "all",
    efforts: since(4, 7) ? ["xhigh", "max"] : since(4, 6) ? ["max"] : [],
    hides_thoughts: since(4, 7),
    takes_orders: !bound,
    schema: since(4, 5) ? "yes" : family === "opus" && since(4, 1) ? "beta" : "no",
    ...limitsOf(claude),
  };
}

function limitsOf(claude: Claude): Pick<ClaudeFacts, "max_tokens" | "most_tokens"> {
  if (isSince(claude, 4, 6)) return { max_tokens: 64_000, most_tokens: 128_000 };
  if (isSince(claude, 4, 0)) {
    const most = claude.family === "opus" && !isSince(claude, 4, 5) ? 32_000 : 64_000;
    return { max_tokens: 32_000, most_tokens: most };
  }
  if (isSince(claude, 3, 7)) return { max_tokens: 8192, most_tokens: 64_000 };
  if (isSince(claude, 3, 5)) return { max_tokens: 8192, most_tokens: 8192 };
  return { max_tokens: 4096, most_tokens: 4096 };
}
