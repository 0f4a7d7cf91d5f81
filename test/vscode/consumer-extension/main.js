// Another extension, as somebody else would write it: it knows EdgeQuake by its id and its exported API alone.

const vscode = require("vscode");

async function edgequake() {
  const extension = vscode.extensions.getExtension("edgequake.edgequake");
  if (extension === undefined) throw new Error("EdgeQuake is not installed");
  const { getAPI } = await extension.activate();
  return getAPI(1, "edgequake-tests.consumer");
}

exports.activate = () => ({
  edgequake,

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
});
