// What model families can do and how much they read and write, told by their names: what no price list says. The first
// row that fits a name holds. Sources stand at each group; a family that is missing is unknown, not unable.

/** LiteLLM's flags without `supports_`. */
export type Ability =
  | "audio_input"
  | "audio_output"
  | "computer_use"
  | "function_calling"
  | "parallel_function_calling"
  | "pdf_input"
  | "prompt_caching"
  | "reasoning"
  | "response_schema"
  | "system_messages"
  | "tool_choice"
  | "vision"
  | "web_search";

export interface Capabilities {
  mode: "chat" | "embedding" | "audio_transcription" | "image_generation";
  max_input_tokens?: number;
  max_output_tokens?: number;
  output_vector_size?: number;
  abilities: ReadonlySet<Ability>;
}

const TEXT: Ability[] = ["system_messages"];
const TOOLS: Ability[] = [...TEXT, "function_calling", "tool_choice"];
const PARALLEL: Ability[] = [...TOOLS, "parallel_function_calling"];
const STRUCTURED: Ability[] = [...PARALLEL, "response_schema"];
const SEEING: Ability[] = [...STRUCTURED, "vision"];
const OPENAI: Ability[] = [...SEEING, "pdf_input", "prompt_caching"];
const OPENAI_THINKING: Ability[] = [...OPENAI, "reasoning"];
const CLAUDE: Ability[] = [...PARALLEL, "vision", "pdf_input", "prompt_caching"];
const CLAUDE_4: Ability[] = [...CLAUDE, "reasoning", "response_schema", "web_search", "computer_use"];
const GEMINI: Ability[] = [...SEEING, "pdf_input", "audio_input", "prompt_caching", "web_search"];

type Row = [name: RegExp, input: number | undefined, output: number | undefined, abilities: Ability[]];

const CHAT: readonly Row[] = [
  // OpenAI: platform.openai.com/docs/models, each model's page. Where input and output share a context window, the
  // input is what is left of it beside the longest output.
  [/^gpt-5(?:\.\d)?-chat/, 128_000, 16_384, OPENAI],
  [/^gpt-5\.[4-9](?!.*(?:mini|nano))/, 922_000, 128_000, [...OPENAI_THINKING, "web_search"]],
  [
    /^gpt-5(?:\.\d+)?-(?:pro|codex)|^gpt-5(?:\.\d+)?-pro/,
    272_000,
    128_000,
    [...OPENAI_THINKING, "web_search"],
  ],
  [/^gpt-5-nano/, 272_000, 128_000, OPENAI_THINKING],
  [/^gpt-5/, 272_000, 128_000, [...OPENAI_THINKING, "web_search"]],
  [/^gpt-4\.1-nano/, 1_047_576, 32_768, OPENAI],
  [/^gpt-4\.1/, 1_047_576, 32_768, [...OPENAI, "web_search"]],
  [/^gpt-4o(?:-mini)?-search/, 128_000, 16_384, [...TEXT, "response_schema", "vision", "web_search"]],
  [/^gpt-(?:4o(?:-mini)?-)?audio/, 128_000, 16_384, [...PARALLEL, "audio_input", "audio_output"]],
  [/^gpt-4o(?:-mini)?-realtime|^gpt-realtime/, 32_000, 4096, [...PARALLEL, "audio_input", "audio_output"]],
  [/^gpt-4o-2024-05-13/, 128_000, 4096, [...PARALLEL, "vision", "pdf_input"]],
  [/^gpt-4o|^chatgpt-4o/, 128_000, 16_384, OPENAI],
  [/^gpt-4\.5/, 128_000, 16_384, OPENAI],
  [/^gpt-4-turbo-preview|^gpt-4-(?:0125|1106)-preview/, 128_000, 4096, PARALLEL],
  [/^gpt-4-(?:turbo|vision)/, 128_000, 4096, [...PARALLEL, "vision"]],
  [/^gpt-4-32k/, 32_768, 4096, TOOLS],
  [/^gpt-4/, 8192, 4096, TOOLS],
  [/^gpt-3\.5-turbo-instruct/, 8192, 4096, []],
  [/^gpt-3\.5/, 16_385, 4096, PARALLEL],
  [/^o1-mini/, 128_000, 65_536, ["reasoning", "prompt_caching"]],
  [/^o1-preview/, 128_000, 32_768, ["reasoning", "prompt_caching"]],
  [/^o3-mini/, 200_000, 100_000, [...TOOLS, "response_schema", "prompt_caching", "reasoning"]],
  [/^o[1-9]-pro|^o\d-deep-research/, 200_000, 100_000, [...SEEING, "pdf_input", "reasoning", "web_search"]],
  [
    /^o[1-9](?:-|$)/,
    200_000,
    100_000,
    [...TOOLS, "response_schema", "vision", "pdf_input", "prompt_caching", "reasoning"],
  ],
  [/^gpt-oss/, 131_072, 32_768, [...STRUCTURED, "reasoning"]],

  // Anthropic: docs.claude.com, "Models overview" and "Context windows".
  [/claude-(?:opus-(?:4-[6-9]|5)|sonnet-(?:4-6|5)|fable|mythos|haiku-5)/, 1_000_000, 128_000, CLAUDE_4],
  [/claude-opus-4-5|claude-(?:sonnet|haiku)-4|claude-4(?:-5)?-(?:sonnet|haiku)/, 200_000, 64_000, CLAUDE_4],
  [/claude-opus-4|claude-4(?:-[01])?-opus/, 200_000, 32_000, CLAUDE_4],
  [/claude-3-7/, 200_000, 64_000, [...CLAUDE, "reasoning", "web_search", "computer_use"]],
  [/claude-3-5-sonnet/, 200_000, 8192, [...CLAUDE, "web_search", "computer_use"]],
  [/claude-3-5/, 200_000, 8192, [...CLAUDE, "web_search"]],
  [/claude-3/, 200_000, 4096, [...PARALLEL, "vision", "prompt_caching"]],
  [/claude-(?:2|instant|v2)/, 100_000, 8191, TEXT],

  // Google: ai.google.dev/gemini-api/docs/models.
  [/gemini-.*(?:tts|native-audio|live)/, 131_072, 8192, [...TEXT, "audio_input", "audio_output"]],
  [/gemini-.*image/, 65_536, 32_768, [...TEXT, "vision"]],
  [
    /gemini-(?:3|2\.5|flash-latest|flash-lite-latest|pro-latest)/,
    1_048_576,
    65_536,
    [...GEMINI, "reasoning"],
  ],
  [/gemini-2\.0-flash-thinking/, 1_048_576, 65_536, [...TEXT, "vision", "reasoning"]],
  [/gemini-2/, 1_048_576, 8192, GEMINI],
  [/gemini-1\.5-pro/, 2_097_152, 8192, GEMINI],
  [/gemini-1\.5/, 1_048_576, 8192, GEMINI],
  [/gemma-?3n/, 32_768, 8192, ["vision", "audio_input"]],
  [/gemma-?[34]/, 131_072, 8192, ["vision", "system_messages"]],
  [/gemma-?2/, 8192, 8192, TEXT],

  // Mistral: docs.mistral.ai/getting-started/models.
  [/voxtral/, 32_768, 32_768, [...PARALLEL, "audio_input"]],
  [/pixtral/, 131_072, 131_072, SEEING],
  [/magistral/, 131_072, 40_960, [...SEEING, "reasoning"]],
  [/mistral-(?:medium|small|large)-(?:latest|25\d\d|3)/, 131_072, 131_072, SEEING],
  [/ministral-(?:3b|8b|14b)/, 262_144, 262_144, SEEING],
  [/codestral|devstral/, 262_144, 262_144, STRUCTURED],
  [/mixtral|mistral-(?:7b|large|medium|small|nemo|tiny|saba)|open-mi/, 32_768, 32_768, STRUCTURED],

  // Cohere: docs.cohere.com/docs/models.
  [/command-a-vision/, 128_000, 8192, [...TEXT, "vision", "response_schema"]],
  [/command-a-reasoning/, 256_000, 32_768, [...PARALLEL, "response_schema", "reasoning"]],
  [/command-a/, 256_000, 8192, STRUCTURED],
  [/command-r/, 128_000, 4096, STRUCTURED],
  [/^command(?:-light)?$/, 4096, 4096, TEXT],
  [/aya-vision/, 16_384, 4096, [...TEXT, "vision"]],

  // DeepSeek: api-docs.deepseek.com, "Models & Pricing".
  [/deepseek-v4/, 1_000_000, 131_072, [...STRUCTURED, "prompt_caching", "reasoning"]],
  [/deepseek-(?:reasoner|r1)/, 131_072, 65_536, [...TOOLS, "prompt_caching", "reasoning"]],
  [/deepseek-(?:chat|v3)/, 131_072, 8192, [...TOOLS, "response_schema", "prompt_caching"]],

  // xAI: docs.x.ai/docs/models.
  [/grok-4.*non-reasoning/, 2_000_000, 30_000, [...SEEING, "prompt_caching", "web_search"]],
  [/grok-4.*fast/, 2_000_000, 30_000, [...SEEING, "prompt_caching", "web_search", "reasoning"]],
  [/grok-code/, 256_000, 10_000, [...STRUCTURED, "prompt_caching", "reasoning"]],
  [/grok-[4-9]/, 256_000, 256_000, [...SEEING, "prompt_caching", "web_search", "reasoning"]],
  [/grok-3-mini/, 131_072, 131_072, [...STRUCTURED, "prompt_caching", "reasoning", "web_search"]],
  [/grok-3/, 131_072, 131_072, [...STRUCTURED, "prompt_caching", "web_search"]],
  [/grok-2-vision/, 32_768, 32_768, SEEING],
  [/grok-/, 131_072, 131_072, STRUCTURED],

  // Perplexity: docs.perplexity.ai/getting-started/models.
  [
    /sonar-(?:reasoning|deep)/,
    128_000,
    8192,
    [...TEXT, "response_schema", "vision", "web_search", "reasoning"],
  ],
  [/^sonar-pro/, 200_000, 8000, [...TEXT, "response_schema", "vision", "web_search"]],
  [/^sonar/, 128_000, 8000, [...TEXT, "response_schema", "vision", "web_search"]],

  // Z.AI: docs.z.ai. Moonshot: platform.moonshot.ai.
  [/glm-4\.[5-9]v/, 65_536, 16_384, [...PARALLEL, "vision", "reasoning"]],
  [/glm-(?:4\.[5-9]|[5-9])/, 200_000, 131_072, [...STRUCTURED, "reasoning", "prompt_caching"]],
  [/kimi-k2\.[5-9]|kimi-k3/, 262_144, 65_536, [...SEEING, "reasoning", "prompt_caching"]],
  [/kimi-k2-thinking/, 262_144, 65_536, [...STRUCTURED, "reasoning"]],
  [/kimi-k2/, 262_144, 16_384, STRUCTURED],

  // Amazon: docs.aws.amazon.com/nova/latest/userguide.
  [/nova-2/, 1_000_000, 65_536, [...PARALLEL, "vision", "pdf_input", "reasoning"]],
  [/nova-micro/, 128_000, 10_000, [...TOOLS, "prompt_caching"]],
  [/nova-premier/, 1_000_000, 10_000, [...TOOLS, "vision", "pdf_input"]],
  [/nova-(?:lite|pro)/, 300_000, 10_000, [...TOOLS, "vision", "pdf_input", "prompt_caching"]],

  // Open models, wherever they run: their model cards. Limits are the server's, so none is told here but the context.
  [/llama-?4/, 1_000_000, undefined, [...PARALLEL, "vision", "response_schema"]],
  [/llama-?3\.2.*vision|llama-?v?3p2.*vision/, 128_000, undefined, [...TOOLS, "vision"]],
  [/llama-?v?3[.p][1-3]/, 128_000, undefined, [...PARALLEL, "response_schema"]],
  [/llama-?3/, 8192, undefined, TEXT],
  [/llava|bakllava|moondream|minicpm-v/, undefined, undefined, [...TEXT, "vision"]],
  [/qwen(?:2(?:\.|p)?5?|3)-?vl/, 131_072, undefined, [...PARALLEL, "vision"]],
  [/qwen-?3.*thinking|qwq/, 131_072, undefined, [...PARALLEL, "reasoning"]],
  [
    /qwen-?3(?!.*(?:instruct|coder|embed))/,
    131_072,
    undefined,
    [...PARALLEL, "reasoning", "response_schema"],
  ],
  [/qwen-?(?:3|2\.5)/, 131_072, undefined, [...PARALLEL, "response_schema"]],
  [/phi-?4-mini|granite-?[34]|hermes-3/, 131_072, undefined, TOOLS],
  [/phi-?4/, 16_384, undefined, TEXT],
];

/** Name, inputs' length, vector's length. Sources: the providers' embedding guides. */
const EMBEDDING: readonly [name: RegExp, input: number, vector: number][] = [
  [/text-embedding-3-large/, 8191, 3072],
  [/text-embedding-(?:3-small|ada)/, 8191, 1536],
  [/gemini-embedding/, 2048, 3072],
  [/text-(?:multilingual-)?embedding-00/, 2048, 768],
  [/mistral-embed/, 8192, 1024],
  [/codestral-embed/, 8192, 1536],
  [/embed-v4/, 128_000, 1536],
  [/embed-(?:english|multilingual)-light-v3/, 512, 384],
  [/embed-(?:english|multilingual)-v3/, 512, 1024],
  [/titan-embed-text-v2/, 8192, 1024],
  [/nomic-embed/, 8192, 768],
  [/mxbai-embed-large/, 512, 1024],
  [/all-minilm/, 256, 384],
  [/bge-m3/, 8192, 1024],
];

const NONE: ReadonlySet<Ability> = new Set();
const OTHER_MODES: readonly [RegExp, Capabilities["mode"]][] = [
  [/whisper|transcribe/, "audio_transcription"],
  [/dall-e|^gpt-image|imagen|flux|stable-diffusion/, "image_generation"],
];

const remembered = new Map<string, Capabilities | undefined>();
const MOST_REMEMBERED = 500;

/** `model` without its provider; undefined = nothing is known of it. */
export function capabilitiesOf(model: string): Capabilities | undefined {
  const name = familyName(model);
  if (remembered.has(name)) return remembered.get(name);
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const found = read(name);
  remembered.set(name, found);
  return found;
}

function read(name: string): Capabilities | undefined {
  for (const [pattern, mode] of OTHER_MODES) if (pattern.test(name)) return { mode, abilities: NONE };
  for (const [pattern, max_input_tokens, output_vector_size] of EMBEDDING) {
    if (pattern.test(name))
      return { mode: "embedding", max_input_tokens, output_vector_size, abilities: NONE };
  }
  if (/embed/.test(name)) return { mode: "embedding", abilities: NONE };
  const row = CHAT.find(([pattern]) => pattern.test(name));
  if (!row) return undefined;
  const [, input, output, abilities] = row;
  return {
    mode: "chat",
    ...(input === undefined ? {} : { max_input_tokens: input }),
    ...(output === undefined ? {} : { max_output_tokens: output }),
    abilities: new Set(abilities),
  };
}

/** "anthropic/claude-sonnet-4.5:beta", "us.anthropic.claude-…", "accounts/fireworks/models/llama-v3p1-8b" -> the model's own name. */
function familyName(model: string): string {
  const last = model.toLowerCase().split("/").at(-1) ?? "";
  const plain = last.replace(/^ft:/, "").replace(/^(?:[a-z-]+\.)+(?=[a-z])/, "");
  return plain.includes("claude") ? plain.replaceAll(".", "-") : plain;
}
