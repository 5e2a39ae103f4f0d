/** What blocks without a language hold that are not drawings, by the page, each with the reason. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  "docs/adapters.md": "a line of a trace, which adapter-exceptions.test.ts looks for",
  "docs/architecture.md": "the sections of a part, as a list",
  "docs/composition.md": "the grammar of scripts, which script/parse.test.ts goes through",
};

/** The commands of README and docs that no test runs as they stand, each with the reason. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "npm install --global wasi-nest": "would change the machine; installed.long.ts installs what is packed",
  "npm install --save-dev wasi-nest": "installs from the registry; installed.long.ts installs what is packed",
  "npx -- wasi-nest": "takes the package from the registry; start.test.ts starts the command so",
  "npx -- wasi-nest …": "is the form of a command; start.test.ts starts the command so",
  "node dist/command/main.js --env-file …": "is the form of a command; start.test.ts has the refusal",
  "node --no-global-search-paths -- main.js": "is the form of the command's first line; start.test.ts reads it there",
  "node bench/start-with-run.mjs 500": "measures, on a quiet machine",
  "node bench/instantiating.mjs": "measures, on a quiet machine",
  "node bench/scripts.mjs": "measures, on a quiet machine",
  "npm run playground": "serves until it is stopped; playground.long.ts builds the page and goes through it",
  "apk add coreutils": "is for Alpine Linux",
  "wasmtime serve site.wasm": "serves until it is stopped, on a fixed port; static-site.test.ts serves such a file on a free one",
  "jco serve site.wasm": "serves until it is stopped, on a fixed port; static-site.test.ts serves such a file on a free one",
  "wasi-nest serve server.wasm --mount /www=./public --port 8080":
    "serves until it is stopped, on a fixed port; serve.test.ts serves such a site on a free one",
};
