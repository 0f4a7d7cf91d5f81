// Another extension, in the extension host that is a worker of the browser: there is no Node there, and EdgeQuake's
// exports do not reach it. It knows EdgeQuake's commands alone, and is told what to do by commands of its own.

const vscode = require("vscode");

const api = (name, ...args) => vscode.commands.executeCommand(`edgequake.api.${name}`, ...args);

/** What tells one extension host from another. */
function where() {
  return {
    node: globalThis.process?.versions?.node ?? null,
    scope: globalThis.constructor.name,
    kind: vscode.ExtensionKind[vscode.extensions.getExtension("edgequake-tests.worker").extensionKind],
    exports: vscode.extensions.getExtension("edgequake.edgequake")?.exports ?? "no such extension",
  };
}

/** As the documentation says: begun, asked for until done. `enough` pieces of text, then it is cancelled. */
async function listen(caller, params, enough = Number.POSITIVE_INFINITY) {
  const begun = await api("stream.start", caller, params);
  if (begun.error) return { pieces: [], error: begun.error };
  const pieces = [];
  for (;;) {
    const { chunks = [], done, end, error } = await api("stream.next", begun.stream_id);
    for (const chunk of chunks) {
      const text = chunk.choices[0]?.delta.content;
      if (text) pieces.push(text);
    }
    if (error) return { pieces, error };
    if (done) return { pieces, end };
    if (pieces.length >= enough) {
      const cancelled = await api("stream.cancel", begun.stream_id);
      return { pieces, cancelled, after: await api("stream.next", begun.stream_id) };
    }
  }
}

/** What VS Code's own API has of EdgeQuake here. */
async function languageModels() {
  return (await vscode.lm.selectChatModels({ vendor: "edgequake" })).map(({ id }) => id);
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand("edgequakeWorker.where", where),
    vscode.commands.registerCommand("edgequakeWorker.call", (name, ...args) => api(name, ...args)),
    vscode.commands.registerCommand("edgequakeWorker.listen", listen),
    vscode.commands.registerCommand("edgequakeWorker.languageModels", languageModels),
  );
};
