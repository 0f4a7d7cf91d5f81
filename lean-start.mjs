// What the backend's bundle leaves out or puts off so that it starts fast: modules of Node that cost milliseconds and
// that a first call over plain HTTP/1.1 never touches. Nothing behaves otherwise but for when it is loaded.

/** Module -> the names the backend uses of it. Each loads its module when it is first called. */
const LATE = {
  crypto: ["createHash", "createHmac", "createSign", "randomBytes", "randomUUID", "timingSafeEqual"],
  "fs/promises": ["readFile", "stat"],
  worker_threads: ["Worker"],
  zlib: ["crc32"],
};
const late = (module, names) => `
  let loaded;
  const real = () => (loaded ??= require("node:${module}"));
  ${names
    .map(
      (name) => `export function ${name}(...given) {
        const { ${name}: one } = real();
        return new.target ? new one(...given) : one(...given);
      }`,
    )
    .join("\n")}`;

/**
 * undici asks them for little: whether something holds, how large a header may be, whether a body is a server's request
 * (ours are texts).
 */
const FOR_UNDICI = {
  assert: `module.exports = (holds, why) => {
    if (!holds) require("node:assert")(holds, why);
  };`,
  http: `exports.maxHeaderSize = 16 * 1024;
    exports.IncomingMessage = class IncomingMessage {};`,
};

const UNDICI = /[\\/]undici[\\/]/;

export const lateModules = {
  name: "late-modules",
  setup(build) {
    const pick = (all, name) => (Object.hasOwn(all, name) ? name : undefined);
    build.onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path, importer, namespace }) => {
      if (namespace !== "file") return { path, external: true };
      const own = UNDICI.test(importer) ? "undici" : "late";
      const name = pick(own === "undici" ? FOR_UNDICI : LATE, path.replace(/^node:/, ""));
      return name === undefined ? undefined : { path: name, namespace: own };
    });
    build.onLoad({ filter: /.*/, namespace: "late" }, ({ path }) => ({ contents: late(path, LATE[path]) }));
    build.onLoad({ filter: /.*/, namespace: "undici" }, ({ path }) => ({ contents: FOR_UNDICI[path] }));
  },
};

/** It is never spoken (`allowH2: false`), and Node's module for it is the slowest of all. */
export const withoutHttp2 = {
  name: "without-http2",
  setup(build) {
    build.onLoad({ filter: /undici[\\/]lib[\\/]dispatcher[\\/]client-h2\.js$/ }, () => ({
      contents: `module.exports = () => { throw new Error("HTTP/2 is not part of this build"); };`,
    }));
  },
};
