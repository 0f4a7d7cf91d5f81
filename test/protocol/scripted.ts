// A scripted provider for each test, on a port of its own: no pooled connection and no retry budget is carried
// from one test to the next. A script that threw fails its test.

import assert from "node:assert/strict";
import { type Script, ScriptedProvider } from "../server/scripted-provider.ts";

export function scriptedProvider(always?: Script): () => ScriptedProvider {
  let provider: ScriptedProvider | undefined;
  beforeEach(async () => {
    provider = await ScriptedProvider.start(always);
  });
  afterEach(async () => {
    await provider?.stop();
    assert.deepEqual(provider?.errors, [], "a provider's script threw");
  });
  return () => {
    assert.ok(provider, "the scripted provider is not started yet");
    return provider;
  };
}

export const HELLO = [{ role: "user", content: "Say hello." }];

/** Arguments of a call to an OpenAI-like server there. */
export function openai(
  provider: ScriptedProvider,
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return { model: "openai/scripted-1", api_base: provider.v1, messages: HELLO, num_retries: 0, ...extra };
}

/** Arguments of a call to an Ollama server there. */
export function ollama(
  provider: ScriptedProvider,
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return { model: "ollama/llama3.2", api_base: provider.origin, messages: HELLO, num_retries: 0, ...extra };
}
