// Loaded before the packer: whatever it compresses is compressed as far as it goes.

const zlib = require("node:zlib");

const { DeflateRaw } = zlib;
zlib.DeflateRaw = function Harder(options) {
  return new DeflateRaw({ level: 9, memLevel: 9, ...options });
};
