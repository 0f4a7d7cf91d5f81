// Keys as the extension keeps them: several for a provider, each for its origin alone, cleaned and checked on entry.

import assert from "node:assert/strict";
import { checkKey, keyOf } from "../../src/keys/check-key.ts";
import { keeping } from "../../src/keys/keeping.ts";
import { ModelKeys } from "../../src/keys/model-keys.ts";
import { Secrets } from "../../src/secrets.ts";

const HOME = "https://api.openai.com";
const GATEWAY = "https://gateway.invalid";
const FAKE = "sk-fake-one";

class Storage {
  readonly kept = new Map<string, string>();
  get = async (key: string): Promise<string | undefined> => this.kept.get(key);
  store = async (key: string, value: string): Promise<void> => void this.kept.set(key, value);
  delete = async (key: string): Promise<void> => void this.kept.delete(key);
}
class State {
  readonly kept = new Map<string, unknown>();
  get<T>(key: string): T | undefined {
    return this.kept.get(key) as T | undefined;
  }
  update = async (key: string, value: unknown): Promise<void> => void this.kept.set(key, value);
}

describe("keys in the secret storage", () => {
  let storage: Storage;
  let choices: ModelKeys;
  let secrets: Secrets;
  const key = (origin = HOME, model?: string): Promise<string | null> =>
    secrets.keyFor({ provider: "openai", origin, model });
  beforeEach(() => {
    storage = new Storage();
    choices = new ModelKeys(new State());
    secrets = new Secrets(storage, choices);
  });

  it("go to the origin they were given for, and nowhere else", async () => {
    await secrets.store("openai", FAKE, HOME);
    assert.equal(await key(HOME), FAKE);
    assert.equal(await key(GATEWAY), null);
    assert.equal(await secrets.keyFor({ provider: "groq", origin: HOME }), null);
  });

  it("of one provider are several, and the one stored or activated last is used", async () => {
    await secrets.store("openai", "sk-fake-work", HOME, "work");
    await secrets.store("openai", "sk-fake-private", HOME, "private");
    assert.equal(await key(), "sk-fake-private");
    await secrets.activate("openai", "work");
    assert.equal(await key(), "sk-fake-work");
    const ring = await secrets.list("openai");
    assert.deepEqual(ring, [
      { name: "work", origin: HOME, active: true },
      { name: "private", origin: HOME, active: false },
    ]);
    assert.doesNotMatch(JSON.stringify(ring), /sk-fake/);
  });

  it("chosen for a model go before the active one, at their own origin only", async () => {
    await secrets.store("openai", "sk-fake-work", HOME, "work");
    await secrets.store("openai", "sk-fake-gate", GATEWAY, "gate");
    await secrets.store("openai", "sk-fake-private", HOME, "private");
    await choices.choose("openai/gpt-4o", "work");
    await choices.choose("openai/o3", "gate");
    assert.equal(await key(HOME, "openai/gpt-4o"), "sk-fake-work");
    assert.equal(await key(HOME, "openai/gpt-5"), "sk-fake-private");
    assert.equal(await key(HOME, "openai/o3"), "sk-fake-private", "never the gateway's key to the provider");
    assert.equal(await key(GATEWAY, "openai/gpt-4o"), "sk-fake-gate", "the only one there");
    await choices.choose("openai/gpt-4o", undefined);
    assert.equal(await key(HOME, "openai/gpt-4o"), "sk-fake-private");
  });

  it("that are removed are no model's choice any more", async () => {
    await secrets.store("openai", "sk-fake-work", HOME, "work");
    await secrets.store("openai", "sk-fake-private", HOME, "private");
    await secrets.store("groq", "sk-fake-work", HOME, "work");
    for (const model of ["openai/gpt-4o", "groq/llama"]) await choices.choose(model, "work");
    await choices.choose("openai/o3", "private");
    await secrets.remove("openai", "work");
    assert.equal(choices.of("openai/gpt-4o"), undefined);
    assert.equal(choices.of("openai/o3"), "private");
    assert.equal(choices.of("groq/llama"), "work");
    await secrets.remove("openai");
    assert.equal(choices.of("openai/o3"), undefined);
  });

  it("that are removed are gone, and another one takes their place", async () => {
    await secrets.store("openai", "sk-fake-work", HOME, "work");
    await secrets.store("openai", "sk-fake-private", HOME, "private");
    await secrets.remove("openai", "private");
    assert.equal(await key(), "sk-fake-work");
    await secrets.remove("openai", "work");
    assert.deepEqual(await secrets.list("openai"), []);
    assert.equal(storage.kept.size, 0);
  });

  it("stored at the same time are both there", async () => {
    await Promise.all(["a", "b", "c"].map((name) => secrets.store("openai", `sk-fake-${name}`, HOME, name)));
    assert.equal((await secrets.list("openai")).length, 3);
  });

  it("of the first version are read; nonsense is none", async () => {
    storage.kept.set("edgequake.apiKey.openai", JSON.stringify({ api_key: FAKE, origin: HOME }));
    assert.equal(await key(), FAKE);
    for (const text of ["", "{", "null", "[]", '{"keys":[{"name":1}]}']) {
      storage.kept.set("edgequake.apiKey.openai", text);
      assert.equal(await key(), null, text);
    }
  });
});

describe("a pasted key", () => {
  it("is cleaned of what was copied along", () => {
    const pasted = [
      ` ${FAKE}\n`,
      `"${FAKE}"`,
      `OPENAI_API_KEY=${FAKE}`,
      `export OPENAI_API_KEY="${FAKE}"`,
      `Bearer ${FAKE}`,
      `Authorization: Bearer ${FAKE}`,
    ];
    for (const text of pasted) assert.equal(keyOf(text), FAKE, text);
  });

  it("that can be none is refused, and the reason does not hold it", () => {
    const wrong: [string, string][] = [
      ["  ", "empty"],
      ["sk-fake\nsecond", "invisible"],
      ["sk-fake\u200bone", "invisible"],
      ["sk-fake one", "space"],
      ["sk-fake-ключ", "character"],
      ["https://api.openai.com/v1", "address"],
    ];
    for (const [text, what] of wrong) assert.deepEqual(checkKey(text, "openai"), { what }, text);
  });

  it("that looks like another provider's is told as that", () => {
    assert.deepEqual(checkKey("sk-ant-fake", "openai"), { what: "other", whose: "anthropic" });
    assert.equal(checkKey("sk-ant-fake", "anthropic"), undefined);
    assert.equal(checkKey(FAKE, "openai"), undefined);
  });
});

describe("whether secrets last", () => {
  it("is unknown at first, kept where they are found again, lost where only the state remembers", async () => {
    const state = new State();
    const lasting = new Storage();
    assert.equal(await keeping({ secrets: lasting, state, session: "1" }), "unknown");
    assert.equal(await keeping({ secrets: lasting, state, session: "1" }), "unknown");
    assert.equal(await keeping({ secrets: lasting, state, session: "2" }), "kept");
    assert.equal(await keeping({ secrets: lasting, state, session: "3" }), "kept");
    assert.equal(await keeping({ secrets: new Storage(), state, session: "4" }), "lost");
  });
});
