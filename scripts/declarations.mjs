// Writes the declarations of entries, and of the modules that they lead to only what they need of them: the rest of what these declare
// nobody can name. Statements stay as they are, with their comments where somebody reads them.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseAst } from "rolldown/parseAst";

/** @param entries files below `from`; `to` gets the same tree. */
export async function writeDeclarations(entries, { from, to }) {
  const modules = new Map();
  const load = async (file) => {
    if (!modules.has(file)) modules.set(file, await read(from, file));
    return modules.get(file);
  };
  /** Keeps what declares a name in a module, and what that needs. */
  const keep = async (file, name) => {
    const module = await load(file);
    if (module.kept.has(name)) return;
    module.kept.add(name);
    const source = module.imported.get(name) ?? module.passedOn.get(name);
    if (source !== undefined) {
      // A package's declarations stay where they are.
      if (source.file === undefined) return;
      // `import * as` has no name: all of it is kept.
      const names = source.name === undefined ? (await load(source.file)).exported : [source.name];
      for (const each of names) await keep(source.file, each);
      return;
    }
    const found = module.statements.filter(({ names }) => names.includes(name));
    if (found.length === 0) throw new Error(`${file}: declares no \`${name}\``);
    for (const { node } of found) {
      for (const each of identifiersIn(node)) if (module.imported.has(each) || module.declared.has(each)) await keep(file, each);
      for (const each of importsIn(node)) await keep(path.join(path.dirname(file), declarationsOf(each.file)), each.name);
    }
  };
  for (const entry of entries) {
    const { exported } = await load(entry);
    for (const name of exported) await keep(entry, name);
  }
  for (const [file, module] of modules) {
    if (module.kept.size === 0) continue;
    await mkdir(path.dirname(path.join(to, file)), { recursive: true });
    const text = textOf(module, entries.includes(file));
    await writeFile(path.join(to, file), INTERNAL.test(file) ? text.replaceAll(/[ \t]*\/\*\*[^]*?\*\/\n?/g, "") : text);
  }
}

/** Modules of which types are made that can be named, and none can be named itself: nobody reads there. */
const INTERNAL = /^(adapters\/[\w-]+|(binary|compose)\/.*)\.d\.ts$/;

/** What a declaration file stands for: of `./chunk.ts` it is `./chunk.d.ts`. */
const declarationsOf = (specifier) => specifier.replace(/(\.d)?\.[jt]s$/, ".d.ts");

async function read(from, file) {
  const text = await readFile(path.join(from, file), "utf8");
  const { body } = parseAst(text, { lang: "dts" });
  const module = {
    text,
    statements: [],
    /** Names here, and where they come from: those of imports, and of `export … from`. */
    imported: new Map(),
    passedOn: new Map(),
    declared: new Set(),
    exported: new Set(),
    kept: new Set(),
  };
  let end = 0;
  for (const node of body) {
    const names = namesOf(node);
    const specifiers = node.specifiers ?? [];
    if (node.type === "ExportAllDeclaration" || node.type === "ExportDefaultDeclaration") throw new Error(`${file}: ${node.type}`);
    for (const specifier of specifiers) {
      const theirs = (node.type === "ImportDeclaration" ? specifier.imported : specifier.local)?.name;
      const ours = (specifier.exported ?? specifier.local).name;
      if (node.source === null && specifier.local.name !== ours)
        throw new Error(`${file}: exports \`${specifier.local.name}\` by another name`);
      const isOurs = node.source?.value.startsWith(".");
      const source = { name: theirs, file: isOurs ? path.join(path.dirname(file), declarationsOf(node.source.value)) : undefined };
      if (node.type === "ImportDeclaration") module.imported.set(ours, source);
      else if (node.source) module.passedOn.set(ours, source);
      if (node.type !== "ImportDeclaration") module.exported.add(ours);
    }
    for (const name of names) {
      module.declared.add(name);
      if (node.type === "ExportNamedDeclaration") module.exported.add(name);
    }
    module.statements.push({ node, names, specifiers, start: end });
    end = node.end;
  }
  return module;
}

/** What a statement declares. */
function namesOf(node) {
  const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
  if (declaration === null || declaration === undefined) return [];
  if (declaration.type === "VariableDeclaration") return declaration.declarations.map(({ id }) => id.name);
  return declaration.id === undefined ? [] : [declaration.id.name];
}

function* nodesIn(node) {
  if (Array.isArray(node)) for (const each of node) yield* nodesIn(each);
  else if (typeof node === "object" && node !== null) {
    if (typeof node.type === "string") yield node;
    for (const each of Object.values(node)) yield* nodesIn(each);
  }
}

/** All names in it: those of members, too, which keeps more than is needed where one is called as a declaration is. */
const identifiersIn = (node) => new Set([...nodesIn(node)].filter(({ type }) => type === "Identifier").map(({ name }) => name));

/** Of `import("./module.ts").Name`. */
function importsIn(node) {
  const imports = [...nodesIn(node)].filter(({ type }) => type === "TSImportType");
  return imports.map(({ source, qualifier }) => ({ file: source.value, name: qualifier.name }));
}

function textOf({ text, statements, kept }, isEntry) {
  const parts = statements.map(({ node, names, specifiers, start }, i) => {
    const isKept = names.some((name) => kept.has(name));
    // What a file is for stands before its first statement, and so do the libraries that it refers to.
    const comments = text.slice(start, node.start).trimStart();
    const head = isKept || (i === 0 && isEntry) ? comments : (comments.match(/^\/\/\/ <reference.*\n/gm) ?? []).join("");
    const statement = isKept ? text.slice(node.start, node.end) : linksOf(node, specifiers, { text, kept });
    return statement === "" ? head : `${head}${statement}\n`;
  });
  return parts.join("");
}

/** An import or export of names, of those only that are kept. `export {}` is for what it does not say: that nothing else is exported. */
function linksOf(node, specifiers, { text, kept }) {
  const left = specifiers.filter((each) => kept.has((each.exported ?? each.local).name));
  if (left.length === 0)
    return node.type === "ExportNamedDeclaration" && node.source === null && node.declaration === null ? "export {};" : "";
  if (left.length === specifiers.length) return text.slice(node.start, node.end);
  const before = text.slice(node.start, specifiers[0].start);
  const after = text.slice(specifiers.at(-1).end, node.end).replace(/^,/, "");
  return `${before}${left.map((each) => text.slice(each.start, each.end)).join(", ")}${after}`;
}
