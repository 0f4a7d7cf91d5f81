// LiteLLM's helpers in the built library: there by their names, and importing them starts nothing.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const NAMES = [
  ...["token_counter", "token_count_details", "encode", "decode", "trim_messages", "stream_chunk_builder"],
  ...["completion_cost", "completion_cost_details", "cost_per_token", "register_model"],
  ...[
    "get_model_info",
    "get_max_tokens",
    "get_llm_provider",
    "get_supported_openai_params",
    "get_valid_models",
  ],
  ...["validate_environment", "supports_vision", "supports_function_calling", "supports_response_schema"],
  ...["supports_parallel_function_calling", "supports_reasoning", "supports_prompt_caching"],
  ...["supports_pdf_input", "supports_audio_input", "supports_audio_output", "supports_web_search"],
  ...["supports_system_messages", "supports_tool_choice", "supports_computer_use"],
];

/** Runs a program of the library's in a process of its own, which must end by itself. */
async function run(source: string, env: Record<string, string> = {}): Promise<unknown> {
  const program = `import * as lib from "./dist/index.mjs";
    const told = await (async () => { ${source} })();
    console.log(JSON.stringify(told));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    env: { HOME: "/nonexistent", ...env },
    timeout: 20_000,
  });
  return JSON.parse(stdout);
}

describe("the library's helpers", function () {
  this.timeout(30_000);

  it("are there by LiteLLM's names, on the module and on its object", async () => {
    const missing = `const names = ${JSON.stringify(NAMES)};
      return names.filter((name) => typeof lib[name] !== "function" || lib.edgequake[name] !== lib[name]);`;
    assert.deepEqual(await run(missing), []);
  });

  it("start nothing when imported", async () => {
    const running =
      "return process.getActiveResourcesInfo().filter((one) => /Worker|MessagePort|TCP|Timeout/.test(one));";
    assert.deepEqual(await run(running), []);
  });

  it("count, trim and price, and the process ends by itself", async () => {
    const source = `
      const text = "hello world";
      return [
        await lib.token_counter({ model: "gpt-4o", text }),
        await lib.token_counter({ model: "gpt-4", text }),
        (await lib.trim_messages([{ role: "user", content: text }], "gpt-4o")).length,
        await lib.completion_cost({ model: "gpt-4o", prompt: text, completion: text }),
        (await lib.get_model_info("gpt-4o")).max_input_tokens,
      ];`;
    assert.deepEqual(await run(source), [2, 2, 1, 0.000025, 128_000]);
  });

  it("know the models of the keys there are, and what is missing", async () => {
    const source = `
      const models = await lib.get_valid_models();
      return [models.includes("groq/llama-3.1-8b-instant"), models.every((one) => one.startsWith("groq/")),
        lib.validate_environment("gpt-4o").missing_keys];`;
    assert.deepEqual(await run(source, { GROQ_API_KEY: "sk-fake-1" }), [true, true, ["OPENAI_API_KEY"]]);
  });

  it("throw the classes of errors", async () => {
    const source = `return lib.get_model_info("openai/gpt-99").catch((error) => [error instanceof lib.errors.BadRequestError, error.code]);`;
    assert.deepEqual(await run(source), [true, "unmapped_model"]);
  });
});
