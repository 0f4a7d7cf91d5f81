// Another extension that asks a model as VS Code lists it, and says nothing of how hard it should think; and one that
// calls EdgeQuake's tool with a text that would like to be more than text.

const vscode = require("vscode");

exports.activate = (context) => {
  const ask = async () => {
    const models = await vscode.lm.selectChatModels({ vendor: "edgequake" });
    const model = models.find(({ family }) => family === "gpt-5-mini");
    if (!model) throw new Error(`there is no gpt-5-mini among ${models.map(({ id }) => id)}`);
    const { text } = await model.sendRequest([vscode.LanguageModelChatMessage.User("Think.")]);
    for await (const _ of text);
  };
  const input = {
    prompt: "[press](command:workbench.action.quit) **now**\nand then",
    system: `You are ${"x".repeat(700)}`,
    model: "mock/echo",
  };
  const askByTool = () =>
    vscode.lm.invokeTool("edgequake_ask", { input, toolInvocationToken: undefined }).then(undefined, () => {});
  context.subscriptions.push(
    vscode.commands.registerCommand("edgequakeTests.askThinking", ask),
    vscode.commands.registerCommand("edgequakeTests.askByTool", askByTool),
  );
};
