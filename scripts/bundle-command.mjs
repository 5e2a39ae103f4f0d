// Bundles the command: dist/cli/main.js and all of ours that it imports become a few files in dist/command, which Node
// loads in a fraction of the time that a hundred modules take. Packages stay imports.

import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";

const root = path.resolve(import.meta.dirname, "..");
const output = path.join(root, "dist/command");

/**
 * The bundle gets Node's own modules from `process.getBuiltinModule`. An `import` of `node:fs` would look at all its exports,
 * and thereby load what `node:fs` loads only when it is used, such as streams.
 */
const IMPORT = /^import (?:\* as )?(\{[^}]*\}|\w+) from ("node:[^"]+");$/gm;
const builtins = {
  name: "builtins",
  transform: (code) =>
    code.replace(IMPORT, (_, names, module) => `const ${names.replaceAll(" as ", ": ")} = process.getBuiltinModule(${module});`),
};

await rm(output, { recursive: true, force: true });
const bundle = await rolldown({
  input: path.join(root, "dist/cli/main.js"),
  platform: "node",
  // The commands load each other by `import()`, which saves time where they are not bundled. Here it makes no difference.
  checks: { ineffectiveDynamicImport: false },
  external: (id) => /^[^./]/.test(id) && !path.isAbsolute(id),
  plugins: [builtins],
});
await bundle.write({
  dir: output,
  format: "esm",
  minify: true,
  entryFileNames: "main.js",
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: {
    groups: [
      // Alone, so that `main.js` needs nothing else before it has Node keep what is compiled.
      { name: "start", test: /\/dist\/node\/(cache-folder|make-directories)\.js$/, priority: 1 },
      // What virtualizing needs is one file.
      { name: "virtualize", test: /\/dist\/cli\/(program|commands\/virtualize|print-report)\.js$/, includeDependenciesRecursively: true },
    ],
  },
});
await chmod(path.join(output, "main.js"), 0o755);
