// Three ways to a model through EdgeQuake, from the fullest to the plainest. Whichever you take, the person is asked once
// whether your extension may, your calls are counted as yours, and a daily budget may hold for you ("EdgeQuake: Manage
// Access").

const vscode = require("vscode");

const ID = "edgequake-samples.sample"; // context.extension.id
const MODEL = "mock/echo"; // openai/gpt-4o-mini, ollama/llama3.2, router/<group>, …
const QUESTION = "Say hello.";

/** 1. The exported API: LiteLLM's functions and error classes. In the extension host that EdgeQuake runs in. */
async function ask(question = QUESTION, model = MODEL, output = () => {}) {
  const extension = vscode.extensions.getExtension("edgequake.edgequake");
  if (!extension) throw new Error("EdgeQuake is not installed, or runs in another extension host: use the commands");
  const { completion, errors } = (await extension.activate()).getAPI(1, ID);
  let answer = "";
  try {
    for await (const chunk of completion({
      model,
      messages: [{ role: "user", content: question }],
      stream: true,
    })) {
      const text = chunk.choices[0]?.delta.content ?? "";
      answer += text;
      output(text); // `break` would cancel the call.
    }
  } catch (error) {
    if (error instanceof errors.RateLimitError) throw new Error(`busy: try again in ${error.retry_after_ms} ms`);
    throw error;
  }
  return answer;
}

/** 2. Commands from JSON to JSON: from any extension host. They never throw; a failure is `{error}`. */
async function askByCommands(question = QUESTION, model = MODEL, output = () => {}) {
  const api = (name, ...args) => vscode.commands.executeCommand(`edgequake.api.${name}`, ...args);
  const begun = await api("stream.start", ID, { model, messages: [{ role: "user", content: question }] });
  if (begun.error) throw new Error(begun.error.message);
  let answer = "";
  for (;;) {
    // Waits until something is there. To stop early: api("stream.cancel", begun.stream_id).
    const { chunks = [], done, error } = await api("stream.next", begun.stream_id);
    for (const chunk of chunks) {
      const text = chunk.choices[0]?.delta.content ?? "";
      answer += text;
      output(text);
    }
    // name, status_code, llm_provider, model, retry_after_ms, message
    if (error) throw new Error(`${error.name} (${error.status_code}): ${error.message}`);
    if (done) return answer;
  }
}

/**
 * 3. VS Code's own API for language models, where EdgeQuake is one vendor among others. In the extension host that
 * EdgeQuake runs in. What fails is a LanguageModelError, whose code is VS Code's own or LiteLLM's name.
 */
async function askByLanguageModel(question = QUESTION, model = MODEL, output = () => {}) {
  const models = await vscode.lm.selectChatModels({ vendor: "edgequake" });
  const chosen = models.find(({ id }) => id === model);
  // What needs no key, like mock/echo, is listed only where nothing else is.
  if (!chosen) throw new Error(`EdgeQuake lists no ${model}, but ${models.map(({ id }) => id).join(", ")}`);
  const response = await chosen.sendRequest([vscode.LanguageModelChatMessage.User(question)]);
  let answer = "";
  for await (const text of response.text) {
    answer += text;
    output(text);
  }
  return answer;
}

exports.activate = (context) => {
  const channel = vscode.window.createOutputChannel("EdgeQuake Sample");
  const shown = (run) => async () => {
    channel.show();
    try {
      await run(QUESTION, MODEL, (text) => channel.append(text));
      channel.appendLine("");
    } catch (error) {
      channel.appendLine(error.message);
    }
  };
  context.subscriptions.push(
    channel,
    vscode.commands.registerCommand("edgequakeSample.ask", shown(ask)),
    vscode.commands.registerCommand("edgequakeSample.askByCommands", shown(askByCommands)),
    vscode.commands.registerCommand("edgequakeSample.askByLanguageModel", shown(askByLanguageModel)),
  );
  return { ask, askByCommands, askByLanguageModel };
};
