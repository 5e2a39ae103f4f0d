// Bundles what is shipped: of the command, dist/cli/main.js and all of ours that it imports become a few files in dist/command,
// which Node loads in a fraction of the time that a hundred modules take; of the library, each entry becomes a file in
// dist/library. The command takes the library from there, so that nothing is shipped twice. Packages stay imports.
// wasi-nest/http stays as it is: it goes into adapters, where nothing else of ours is. dist/types has the declarations of the entries
// (declarations.mjs).

import { chmod, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { rolldown } from "rolldown";
import { writeDeclarations } from "./declarations.mjs";

const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const OUTPUTS = ["command", "library", "types"];
const TYPES = ["index.d.ts", "node/index.d.ts", "rolldown/index.d.ts"];

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

for (const output of OUTPUTS) await rm(path.join(dist, output), { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    "command/main": path.join(dist, "cli/main.js"),
    "library/index": path.join(dist, "index.js"),
    "library/node": path.join(dist, "node/index.js"),
    "library/rolldown": path.join(dist, "rolldown/index.js"),
  },
  platform: "node",
  // The commands load each other by `import()`, which saves time where they are not bundled. Here it makes no difference.
  checks: { ineffectiveDynamicImport: false },
  external: (id) => /^[^./]/.test(id) && !path.isAbsolute(id),
  plugins: [builtins],
});
const { output } = await bundle.write({
  dir: dist,
  format: "esm",
  minify: true,
  // There are only those that tell bundlers what has no side effects, which they know of a `Map` without them.
  comments: false,
  entryFileNames: "[name].js",
  chunkFileNames: ({ name }) => `${name === "core" ? "library" : "command"}/[name]-[hash].js`,
  codeSplitting: {
    groups: [
      // Alone, so that `main.js` needs nothing else before it has Node keep what is compiled.
      { name: "start", test: /\/dist\/node\/(cache-folder|make-directories)\.js$/, priority: 1 },
      // What runs in a browser, too, is in no file with what does not.
      { name: "core", test: /\/dist\/index\.js$/, includeDependenciesRecursively: true, priority: 1 },
      // What else virtualizing needs is one file.
      {
        name: "virtualize",
        test: /\/dist\/(cli\/(program|commands\/virtualize|print-report|columns)|node\/(tool-message|component-bytes|preview1|missing-directories))\.js$/,
        includeDependenciesRecursively: true,
      },
    ],
  },
});
await withoutFacades(output.filter(({ fileName }) => fileName.startsWith("command/")));
// NOTICE says that nothing of other packages is in it.
const strangers = output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => !id.startsWith(dist) && !id.startsWith("\0rolldown/"));
if (strangers.length > 0) throw new Error(`the bundle holds ${strangers.join(", ")}`);
await chmod(path.join(dist, "command/main.js"), 0o755);

/**
 * A module that is imported when it is needed, and is in a file with others, has a file beside that which only renames. Its importers
 * do that themselves: an entry in the package is larger than that.
 */
async function withoutFacades(chunks) {
  const FACADE = /^export\{([^}]*)\}from"([^"]*)";\s*$/;
  const meanings = new Map();
  for (const { fileName, code } of chunks) {
    const [, names, from] = FACADE.exec(code) ?? [];
    if (names === undefined) continue;
    const members = names
      .split(",")
      .map((each) => each.split(" as "))
      .map(([own, name = own]) => `${name}:e.${own}`);
    meanings.set(`./${path.basename(fileName)}`, `import(\`${from}\`).then(e=>({${members}}))`);
    await rm(path.join(dist, fileName));
  }
  for (const { fileName, code } of chunks) {
    if (meanings.has(`./${path.basename(fileName)}`)) continue;
    const changed = code.replace(/\bimport\(`(\.\/[^`]*)`\)/g, (whole, name) => meanings.get(name) ?? whole);
    const left = [...meanings.keys()].find((name) => changed.includes(name));
    if (left !== undefined) throw new Error(`${fileName} still imports ${left}, which only renames`);
    if (changed !== code) await writeFile(path.join(dist, fileName), changed);
  }
}

await writeDeclarations(TYPES, { from: dist, to: path.join(dist, "types") });
