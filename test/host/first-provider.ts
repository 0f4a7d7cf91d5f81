// Which model the demonstration uses: the first provider with a key, else a local server that answers, else the
// built-in mock. It always gives one, and the reason in words.

import type { Client } from "../../server/connection/client.ts";

export const FALLBACK = "mock/echo";

export interface Choice {
  model: string;
  reason: string;
}

/** Small models first: one short question is all they are asked. */
const SMALL = /mini|flash|haiku|small|nano|lite/i;
const NOT_FOR_CHAT =
  /embed|image|audio|realtime|tts|whisper|transcri|moderation|dall-e|search|instruct|codex|pro\b/i;

function pick(models: readonly { model: string; mode: string }[]): string | undefined {
  const chat = models.filter(
    ({ model, mode }) => mode === "chat" || (mode === "unknown" && !NOT_FOR_CHAT.test(model)),
  );
  return (chat.find(({ model }) => SMALL.test(model) && !NOT_FOR_CHAT.test(model)) ?? chat[0])?.model;
}

export async function firstProvider(client: Client): Promise<Choice> {
  const given = process.env["EDGEQUAKE_MODEL"];
  if (given !== undefined && given !== "") return { model: given, reason: "EDGEQUAKE_MODEL names it" };
  const { providers } = await client.request("edgequake/providers");
  const candidates = providers.filter((provider) => provider.id !== "mock" && provider.configured);
  const keyed = candidates.filter((provider) => provider.key_source !== "none");
  const local = candidates.filter((provider) => !provider.key_required && !keyed.includes(provider));
  const unusable: string[] = [];
  for (const provider of [...keyed, ...local]) {
    const { models, problems } = await client.request("edgequake/models", { provider: provider.id });
    const model = pick(models);
    if (model !== undefined) {
      const because = keyed.includes(provider)
        ? `its key comes from: ${provider.key_source}`
        : `it answers at ${provider.api_base}`;
      return { model, reason: `${provider.label} is configured; ${because}` };
    }
    // A local server that is off is the usual case; a key that is refused is worth a line.
    if (keyed.includes(provider))
      unusable.push(problems[0]?.message ?? `${provider.label} lists no chat model`);
  }
  const why =
    unusable.length > 0
      ? unusable.join("; ")
      : "no provider key is in the environment and no Ollama answers; no key and no network needed";
  return { model: FALLBACK, reason: `the built-in mock: ${why}` };
}
