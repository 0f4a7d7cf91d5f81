// Another extension, as somebody else would write it: it knows EdgeQuake by its id and its exported API alone.

const vscode = require("vscode");

async function edgequake() {
  const extension = vscode.extensions.getExtension("edgequake.edgequake");
  if (extension === undefined) throw new Error("EdgeQuake is not installed");
  const { getAPI } = await extension.activate();
  return getAPI(1, "edgequake-tests.consumer");
}

/** Models of somebody else in VS Code: what they heard is remembered. */
const heard = [];
const parrot = {
  provideLanguageModelChatInformation: () =>
    ["grey", "mute", "endless"].map((family) => ({
      id: `${family}-1`,
      name: family,
      family,
      version: "1",
      maxInputTokens: 1000,
      maxOutputTokens: 100,
      capabilities: { toolCalling: true, imageInput: true },
    })),
  async provideLanguageModelChatResponse(model, messages, options, progress, token) {
    const call = { model: model.id, messages, options, cancelled: false };
    heard.push(call);
    token.onCancellationRequested(() => {
      call.cancelled = true;
    });
    if (model.family === "mute") throw vscode.LanguageModelError.Blocked("it does not say that");
    if (options.tools?.length > 0) {
      progress.report(new vscode.LanguageModelToolCallPart("call-1", options.tools[0].name, { at: "a" }));
      return;
    }
    const words = ["Pieces", " of", " eight"];
    do {
      for (const word of words) progress.report(new vscode.LanguageModelTextPart(word));
      await new Promise((resolve) => setTimeout(resolve, 5));
    } while (model.family === "endless" && !call.cancelled);
    const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
    progress.report(vscode.LanguageModelDataPart.json(usage, "usage"));
  },
  provideTokenCount: () => Promise.resolve(1),
};

exports.activate = (context) => {
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider("parrot", parrot));
  return api;
};

const api = {
  edgequake,
  heard,

  async ask(params) {
    const { completion } = await edgequake();
    return completion(params);
  },

  /** Takes pieces until `enough` says so, then leaves the loop. */
  async listen(params, enough) {
    const { completion } = await edgequake();
    const pieces = [];
    for await (const chunk of await completion({ ...params, stream: true })) {
      const text = chunk.choices[0]?.delta.content;
      if (text) pieces.push(text);
      if (enough?.(pieces)) break;
    }
    return pieces;
  },

  async embed(params) {
    const { embedding } = await edgequake();
    return embedding(params);
  },

  async models() {
    const { models } = await edgequake();
    return models();
  },
};
