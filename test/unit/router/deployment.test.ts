// model_list and the Router's arguments as LiteLLM writes them, and what a name stands for.

import assert from "node:assert/strict";
import { readModelList } from "../../../server/router/deployment.ts";
import { Groups, modelOf } from "../../../server/router/groups.ts";
import { settleOptions } from "../../../server/router/options.ts";
import { RouterState } from "../../../server/router/state.ts";

const env = (name: string): string | undefined => ({ A_KEY: "sk-fake-a" })[name];

function read(...entries: unknown[]) {
  return readModelList(entries, { env }).deployments;
}
const one = (litellm_params: object, rest: object = {}) => ({ model_name: "g", litellm_params, ...rest });

describe("router: model_list", () => {
  it("resolves os.environ and keeps what steers apart from what is sent", () => {
    const [deployment] = read(
      one({
        model: "openai/gpt-4o",
        api_key: "os.environ/A_KEY",
        temperature: 0.5,
        rpm: 10,
        tpm: "1000",
        weight: 2,
        order: 1,
        tags: ["t"],
        cooldown_time: 1.5,
        max_parallel_requests: 3,
      }),
    );
    assert.deepEqual(deployment?.params, {
      model: "openai/gpt-4o",
      api_key: "sk-fake-a",
      temperature: 0.5,
    });
    const { rpm, tpm, weight, order, tags, cooldown_ms, max_parallel_requests, provider } = deployment ?? {};
    assert.deepEqual(
      { rpm, tpm, weight, order, tags, cooldown_ms, max_parallel_requests, provider },
      {
        rpm: 10,
        tpm: 1000,
        weight: 2,
        order: 1,
        tags: ["t"],
        cooldown_ms: 1500,
        max_parallel_requests: 3,
        provider: "openai",
      },
    );
  });

  it("gives the same id for the same parameters, whatever their order and whatever the key is now", () => {
    const a = read(one({ model: "openai/m", api_key: "os.environ/A_KEY" }))[0];
    const again = readModelList([one({ api_key: "os.environ/A_KEY", model: "openai/m" })], {
      env: () => "sk-fake-other",
    }).deployments[0];
    const other = read(one({ model: "openai/n", api_key: "os.environ/A_KEY" }))[0];
    assert.equal(a?.id, again?.id);
    assert.notEqual(a?.id, other?.id);
  });

  it("keeps two of the same parameters apart, and makes one of each organization", () => {
    const ids = read(one({ model: "openai/m" }), one({ model: "openai/m" })).map(({ id }) => id);
    assert.equal(new Set(ids).size, 2);
    const both = read(one({ model: "openai/m", organization: ["o1", "o2"] }));
    assert.deepEqual(
      both.map(({ params }) => params["organization"]),
      ["o1", "o2"],
    );
  });

  for (const [what, entry, told] of [
    ["no model", one({}), /litellm_params\.model/],
    ["no name", { litellm_params: { model: "m" } }, /model_list\[0\]\.model_name/],
    ["a variable that is not set", one({ model: "m", api_key: "os.environ/NONE" }), /NONE is not set/],
    ["a negative rpm", one({ model: "m", rpm: -1 }), /rpm must be a number of at least 0/],
    ["text for a weight", one({ model: "m", weight: "much" }), /weight must be a number/],
    ["tags that are no list", one({ model: "m", tags: "t" }), /tags must be an array/],
  ] as const) {
    it(`refuses ${what}, naming it`, () => {
      assert.throws(() => read(entry), { name: "BadRequestError", message: told });
    });
  }

  it("leaves an unreadable entry out with a warning where that is asked for", () => {
    const { deployments, warnings } = readModelList([one({}), one({ model: "openai/m" })], {
      env,
      ignore_invalid_deployments: true,
    });
    assert.equal(deployments.length, 1);
    assert.match(warnings[0] ?? "", /model_list\[0\]/);
  });

  it("refuses an id given twice", () => {
    const entry = one({ model: "openai/m" }, { model_info: { id: "x" } });
    assert.throws(() => read(entry, entry), /"x" is given twice/);
  });
});

describe("router: names", () => {
  const named = (model_name: string, model: string, id: string) => ({
    model_name,
    litellm_params: { model },
    model_info: { id },
  });
  const state = new RouterState();
  state.replace(
    read(
      named("fast", "openai/gpt-4o-mini", "f1"),
      named("fast", "groq/llama", "f2"),
      named("openai/*", "openai/*", "o"),
      named("openai/gpt-4*", "azure/four-*", "o4"),
      named("*", "*", "any"),
    ),
  );
  const groups = new Groups(state.slots(), { quick: "fast", hidden: { model: "fast", hidden: true } });
  const ids = (name: string) => groups.find(name)?.slots.map(({ deployment }) => deployment.id);
  const sent = (name: string) => {
    const group = groups.find(name);
    const slot = group?.slots[0];
    return group && slot && modelOf(slot.deployment, group, name);
  };

  it("finds ids, groups, aliases, and the most specific pattern", () => {
    assert.deepEqual(ids("f2"), ["f2"]);
    assert.deepEqual(ids("fast"), ["f1", "f2"]);
    assert.deepEqual(ids("quick"), ["f1", "f2"]);
    assert.deepEqual(ids("openai/gpt-4o"), ["o4"]);
    assert.deepEqual(ids("openai/o3"), ["o"]);
    assert.deepEqual(ids("mistral/large"), ["any"]);
  });

  it("puts what the pattern captured in the place of the star", () => {
    assert.equal(sent("openai/gpt-4o"), "azure/four-o");
    assert.equal(sent("openai/o3"), "openai/o3");
    assert.equal(sent("mistral/large"), "mistral/large");
    assert.equal(sent("fast"), "openai/gpt-4o-mini");
  });

  it("lists groups and the aliases that are not hidden", () => {
    assert.deepEqual(groups.names(), ["fast", "openai/*", "openai/gpt-4*", "*", "quick"]);
  });

  it("takes a pattern's other signs literally", () => {
    const dotted = new RouterState();
    dotted.replace(read(named("a.b/*", "openai/*", "d")));
    const found = new Groups(dotted.slots());
    assert.ok(found.find("a.b/x"));
    assert.equal(found.find("aXb/x"), undefined);
  });
});

describe("router: arguments", () => {
  const model_list = [one({ model: "openai/m" })];
  const settle = (more: object) => settleOptions({ model_list, ...more }, env);

  it("has LiteLLM's defaults", () => {
    const settled = settle({});
    assert.equal(settled.strategy, "simple-shuffle");
    assert.equal(settled.cooldown.cooldown_ms, 5000);
    assert.equal(settled.max_fallbacks, 5);
    assert.deepEqual(settled.warnings, []);
  });

  it("warns of a key it does not know, and refuses a value of another type by name", () => {
    assert.match(settle({ redis_host: "localhost" }).warnings.join(), /redis_host/);
    assert.throws(() => settle({ cooldown_time: "5" }), /cooldown_time must be a number/);
    assert.throws(() => settle({ routing_strategy: "best" }), /there are simple-shuffle/);
    assert.throws(() => settle({ fallbacks: ["b"] }), /fallbacks must be a list such as/);
    assert.throws(() => settle({ retry_policy: { TimeoutErrorRetries: -1 } }), /TimeoutErrorRetries/);
    assert.throws(() => settle({ provider_budget_config: { openai: { budget_limit: 1 } } }), /time_period/);
  });

  it("keeps a policy's 0", () => {
    const { cooldown } = settle({ allowed_fails_policy: { RateLimitErrorAllowedFails: 0 } });
    assert.deepEqual(cooldown.allowed_fails_policy, { RateLimitErrorAllowedFails: 0 });
  });
});
