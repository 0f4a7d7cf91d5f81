// Turns and messages to show, as the host would make them.

import type { AttemptRecord } from "../../server/protocol/errors.ts";
import type { RouteTrace } from "../../server/protocol/route-trace.ts";
import type { Attachment, RouterLimits, Turn } from "../../server/protocol/webview.ts";
import type { Said } from "./chat-page.ts";

type Reset = Extract<Said, { type: "reset" }>;

let made = 0;

function turn(role: Turn["role"], text: string, differs: Partial<Turn>): Turn {
  made += 1;
  return {
    id: `${role}-${made}`,
    role,
    text,
    reasoning: "",
    state: "done",
    error: null,
    note: null,
    attachments: [],
    model: null,
    usage: null,
    cost_usd: null,
    ms_first_chunk: null,
    ms_total: null,
    warnings: [],
    attempts: null,
    attempt_records: null,
    trace: null,
    progress: null,
    compare: null,
    ...differs,
  };
}

export function question(text: string, differs: Partial<Turn> = {}): Turn {
  return turn("user", text, differs);
}

export function answer(text: string, differs: Partial<Turn> = {}): Turn {
  return turn("assistant", text, {
    model: "openai/gpt-4o-mini",
    usage: { prompt_tokens: 1_204, completion_tokens: 386, total_tokens: 1_590 },
    cost_usd: 0.000_412,
    ms_first_chunk: 412,
    ms_total: 3_210,
    attempts: 1,
    ...differs,
  });
}

/** An answer that has only just begun. */
export function begun(differs: Partial<Turn> = {}): Turn {
  return turn("assistant", "", { state: "streaming", model: "openai/gpt-4o-mini", ...differs });
}

export function settled({ text: _text, reasoning: _reasoning, ...rest }: Turn): Said {
  return { type: "settled", turn: rest };
}

export function opened(differs: Partial<Reset> = {}): Reset {
  return {
    type: "reset",
    turns: [],
    earlier: false,
    l10n: {},
    model: { model: "openai/gpt-4o-mini", chosen: true },
    compare: [],
    session: { id: "one", title: "" },
    context: null,
    attachments: [],
    draft: "",
    drafted: 0,
    editing: null,
    ...differs,
  };
}

/** A picture of 2 × 2 points. */
export const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP4z8DAwMDA8J+BgYHhPwAoBgX/ehyNZAAAAABJRU5ErkJggg==";

export function attachment(kind: Attachment["kind"], label: string, detail = ""): Attachment {
  return { id: `${kind}-${label}`, kind, label, detail, image: kind === "image" ? PICTURE : null };
}

export const EXPLAINS = `## What \`average()\` does with an empty list

It divides by \`len(values)\`, which is **0** for an empty list, so Python raises \`ZeroDivisionError\`. Two ways to
mend that:

1. Say what the average of nothing is, and return it.
2. Refuse an empty list with an error that says so.

\`\`\`python
def average(values: list[float]) -> float | None:
    """The mean, or None where there is nothing to average."""
    if not values:
        return None
    return sum(values) / len(values)
\`\`\`

Try it:

\`\`\`bash
python -c 'from temperature import average; print(average([]))'
\`\`\`

| call | before | after |
|---|---|---|
| \`average([1, 2])\` | 1.5 | 1.5 |
| \`average([])\` | ZeroDivisionError | None |

- [x] the empty list is answered for
- [ ] callers check for \`None\`

> See [the documentation](https://docs.python.org/3/library/statistics.html) for \`statistics.mean\`.`;

/** Of an answer without a router: two requests failed before it. */
export const RECORDS: AttemptRecord[] = [
  { attempt: 1, outcome: "RateLimitError", status_code: 429, ms: 182, waited_ms: 1_200 },
  { attempt: 2, outcome: "InternalServerError", status_code: 503, ms: 95, waited_ms: 2_400 },
  { attempt: 3, outcome: "ok", status_code: 200, ms: 2_980 },
];

export const LIMITS: RouterLimits = {
  rows: [
    {
      of: "deployment",
      id: "openai-main",
      model: "openai/gpt-4o-mini",
      cooled_ms: 42_000,
      cooled_because: "RateLimitError",
      limits: [
        { kind: "rpm", capacity: 60, free: 0 },
        { kind: "tpm", capacity: 90_000, free: 48_200 },
      ],
    },
    {
      of: "deployment",
      id: "3fa94c1b7d20e856",
      model: "azure/gpt-4o-mini",
      cooled_ms: 0,
      cooled_because: null,
      limits: [],
    },
    {
      of: "provider",
      id: "openai",
      model: "",
      cooled_ms: 0,
      cooled_because: null,
      limits: [{ kind: "max_parallel_requests", capacity: 8, free: 5 }],
    },
  ],
  waiting: 2,
};

export const TRACE: RouteTrace = {
  router_id: "default",
  model: "fast",
  group: "fast-backup",
  deployment: "azure-west-europe",
  attempts: [
    {
      attempt: 1,
      group: "fast",
      deployment: "openai-main",
      outcome: "RateLimitError",
      status_code: 429,
      error: "Rate limit reached for gpt-4o-mini: limit 60, used 60.",
      ms: 182,
      waited_ms: 1_200,
    },
    { attempt: 2, group: "fast", deployment: "openai-second", outcome: "Timeout", ms: 10_004, waited_ms: 0 },
    { attempt: 3, group: "fast-backup", deployment: "azure-west-europe", outcome: "ok", ms: 2_980 },
  ],
  decisions: [
    {
      strategy: "usage-based-routing",
      measure: "tokens this minute",
      chosen: "openai-main",
      candidates: [
        { id: "openai-main", score: 1_200 },
        { id: "openai-second", score: 48_000 },
        { id: "groq-free", filtered: "cooled down for 42 s after RateLimitError" },
      ],
    },
    {
      strategy: "simple-shuffle",
      measure: "weight",
      chosen: "azure-west-europe",
      candidates: [
        { id: "azure-west-europe", score: 1 },
        { id: "local-llama", filtered: "context of 8192 tokens is too small" },
      ],
    },
  ],
  fallbacks: [{ group: "fast", failed: "Timeout" }],
};
