/** What blocks without a language hold that are not drawings, by the page, each with the reason. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  "docs/adapters.md": "a line of a trace, which adapter-exceptions.test.ts looks for",
  "docs/architecture.md": "the sections of a part, as a list",
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
  "wasi-nest compose 'rg.wasm -n TODO /src | sort.wasm -r | head.wasm -n 5' -o todo.wasm --mount /src=./src --stdout allow":
    "names programs of the reader's; cli/compose.test.ts runs the command with others",
  "wasi-nest compose -p gen=codegen.wasm -p cc=clang.wasm 'gen > /work/g.c && cc -c /work/g.c -o /work/g.o' -o build.wasm --tmpfs /work":
    "names programs of the reader's; cli/compose.test.ts runs the command with others",
  "wasi-nest bundle rg=rg.wasm jq=jq.wasm -o tools.wasm --allow-args --stdio allow":
    "names programs of the reader's; cli/compose.test.ts runs the command with others",
  "apk add coreutils": "is for Alpine Linux",
  "wasmtime serve site.wasm": "serves until it is stopped, on a fixed port; static-site.test.ts serves such a file on a free one",
  "jco serve site.wasm": "serves until it is stopped, on a fixed port; static-site.test.ts serves such a file on a free one",
};
