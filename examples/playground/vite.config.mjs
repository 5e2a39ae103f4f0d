// Builds the playground into `dist`: static files that work from any path of any server.
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
// A preview 1 module, as the package `ripgrep` carries it.
import { getCompressedBytes } from "../../node_modules/ripgrep/lib/_rg.wasm.mjs";

const root = import.meta.dirname;

/** The program that the page offers to try. */
const sample = {
  name: "sample",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "rg.wasm", source: brotliDecompressSync(getCompressedBytes()) });
  },
};

export default {
  root,
  base: "./",
  // Elsewhere this is the package, by its own name.
  resolve: { alias: { "wasi-nest": path.join(root, "../../src/index.ts") } },
  plugins: [sample],
  // The page may connect to its own server only, and a data URL is none.
  build: { target: "es2023", assetsInlineLimit: 0, chunkSizeWarningLimit: 2000 },
  worker: { format: "es" },
};
