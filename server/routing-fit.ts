// What is known of the models behind a router's deployments, read once per list: the longest input, abilities, prices.
// A model nothing is known of fits every call and has no price.

import type { ModelInfo } from "./models/model-info.ts";
import type { Deployment } from "./router/deployment.ts";
import { deploymentInfo } from "./service/deployment-info.ts";

type Params = Readonly<Record<string, unknown>>;

export class ModelFacts {
  #of = new Map<string, ModelInfo>();

  async learn(deployments: readonly Deployment[]): Promise<void> {
    const known = await Promise.all(
      deployments.map(async (deployment): Promise<[string, ModelInfo][]> => {
        const info = await deploymentInfo(deployment);
        return info ? [[deployment.id, info]] : [];
      }),
    );
    this.#of = new Map(known.flat());
  }

  /** USD of a token in and a token out together; null = unknown. */
  price({ id }: Deployment): number | null {
    const { input_cost_per_token: input, output_cost_per_token: output } = this.#of.get(id) ?? {};
    return typeof input === "number" ? input + (output ?? 0) : null;
  }

  /** Why the model cannot take the call, as far as is known. */
  unfit({ id }: Deployment, params: Params, tokens: number): string | undefined {
    const info = this.#of.get(id);
    if (!info) return undefined;
    const { max_input_tokens: most } = info;
    if (typeof most === "number" && tokens > most)
      return `cannot read ${tokens} tokens: its input ends at ${most}`;
    for (const [ability, wanted] of WANTED) {
      // Nothing is said of a family whose abilities are not known.
      if (
        info["supports_system_messages"] !== undefined &&
        info[`supports_${ability}`] !== true &&
        wanted(params)
      )
        return `cannot do what the call asks: ${ability}`;
    }
    return undefined;
  }
}

const WANTED: readonly [ability: string, wanted: (params: Params) => boolean][] = [
  ["function_calling", ({ tools }) => Array.isArray(tools) && tools.length > 0],
  [
    "response_schema",
    ({ response_format }) => (response_format as { type?: unknown } | undefined)?.type === "json_schema",
  ],
  ["vision", ({ messages }) => hasPart(messages, "image_url")],
  ["audio_input", ({ messages }) => hasPart(messages, "input_audio")],
];

function hasPart(messages: unknown, type: string): boolean {
  if (!Array.isArray(messages)) return false;
  return messages.some(
    ({ content }: { content?: unknown }) =>
      Array.isArray(content) && content.some((part: { type?: unknown }) => part?.type === type),
  );
}
