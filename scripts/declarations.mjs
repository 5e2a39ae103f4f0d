// Writes the declarations of entries, and into one file what they need of the modules that they lead to: the rest of what these
// declare nobody can name. Statements stay as they are, with their comments where somebody reads them, and where two modules
// declare the same name, the one that nobody can import gets another.

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
      await keep(source.file, source.name);
      return;
    }
    const found = module.statements.filter(({ names }) => names.includes(name));
    if (found.length === 0) throw new Error(`${file}: declares no \`${name}\``);
    for (const { node } of found) {
      for (const each of identifiersIn(node)) if (module.imported.has(each) || module.declared.has(each)) await keep(file, each);
      if ([...nodesIn(node)].some(({ type }) => type === "TSImportType")) throw new Error(`${file}: \`import(…)\` in \`${name}\``);
    }
  };
  for (const entry of entries) {
    const { exported } = await load(entry);
    for (const name of exported) await keep(entry, name);
  }
  const renamed = new Map();
  const owners = new Map();
  const exported = new Set();
  for (const entry of entries) for (const name of modules.get(entry).exported) exported.add(originOf(modules, entry, name));
  const isPublic = (file, name) => exported.has(`${file}#${name}`);
  for (const [file, { declared, kept }] of modules) {
    if (entries.includes(file)) continue;
    for (const name of [...declared].filter((each) => kept.has(each))) {
      const other = owners.get(name);
      if (other !== undefined && isPublic(file, name) && isPublic(other, name)) throw new Error(`${file} and ${other} declare \`${name}\``);
      if (other !== undefined) renamed.set(`${isPublic(file, name) ? other : file}#${name}`, `${name}_${renamed.size}`);
      if (other === undefined || isPublic(file, name)) owners.set(name, file);
    }
  }
  const nameOf = (file, name) => {
    const origin = originOf(modules, file, name);
    return renamed.get(origin) ?? origin.replace(/.*#/, "");
  };
  const shared = [];
  for (const [file, module] of modules) {
    if (entries.includes(file)) {
      await mkdir(path.dirname(path.join(to, file)), { recursive: true });
      await writeFile(
        path.join(to, file),
        textOf(module, (name) => nameOf(file, name), placeFrom(file)),
      );
      continue;
    }
    const text = textOf(module, (name) => nameOf(file, name));
    shared.push(INTERNAL.test(file) ? text.replaceAll(/[ \t]*\/\*\*[^]*?\*\/\n?/g, "") : text);
  }
  // A name that nobody can import stays so.
  await writeFile(path.join(to, SHARED), `${shared.join("")}export {};\n`);
}

/** `FILE#NAME` of what a name in a module stands for. */
function originOf(modules, file, name) {
  const { imported, passedOn } = modules.get(file);
  const source = imported.get(name) ?? passedOn.get(name);
  return source?.file === undefined ? `${file}#${name}` : originOf(modules, source.file, source.name);
}

/** What the entries have in common, and what lies behind them. */
const SHARED = "shared.d.ts";

const placeFrom = (entry) => `${path.posix.relative(path.dirname(entry), ".") || "."}/${SHARED.replace(".d.ts", ".ts")}`;

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
      if (theirs === undefined) throw new Error(`${file}: \`import * as ${ours}\``);
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

/** Of an entry, `place` is where the others' declarations are; of others all lie in one file. */
function textOf({ text, statements, kept }, nameOf, place) {
  const parts = statements.map(({ node, names, specifiers, start }, i) => {
    const isKept = names.some((name) => kept.has(name));
    // What an entry is for stands before its first statement.
    const comments = isKept || (i === 0 && place !== undefined) ? text.slice(start, node.start).trimStart() : "";
    if (isKept) return `${comments}${withNames(node, text, nameOf)}\n`;
    const links = place === undefined ? "" : linksOf(node, specifiers, kept, place);
    return links === "" ? comments : `${comments}${links}\n`;
  });
  return parts.join("");
}

/** The text of a statement, in which what modules declare may have another name. */
function withNames(node, text, nameOf) {
  let [result, end] = ["", node.start];
  for (const { name, start } of referencesIn(node).toSorted((left, right) => left.start - right.start)) {
    if (nameOf(name) === name) continue;
    result += text.slice(end, start) + nameOf(name);
    end = start + name.length;
  }
  return result + text.slice(end, node.end);
}

/** Identifiers that stand for a declaration: what is declared, and what is referred to, but not the names of members. */
function referencesIn(node) {
  const found = [];
  for (const each of nodesIn(node)) {
    const { id, typeName, exprName, expression, superClass } = each;
    for (const part of [id, typeName, exprName, expression, superClass]) {
      let left = part;
      while (left?.type === "TSQualifiedName") left = left.left;
      if (left?.type === "Identifier") found.push(left);
    }
  }
  return found;
}

/** An import or export of names, of those only that are kept. `export {}` is for what it does not say: that nothing else is exported. */
function linksOf(node, specifiers, kept, place) {
  const left = specifiers.filter((each) => kept.has((each.exported ?? each.local).name));
  const isImport = node.type === "ImportDeclaration";
  if (left.length === 0) return !isImport && node.source === null && node.declaration === null ? "export {};" : "";
  const isType = (each) => (node.importKind ?? node.exportKind) === "type" || (each.importKind ?? each.exportKind) === "type";
  const names = left.map((each) => `${isType(each) ? "type " : ""}${(each.exported ?? each.local).name}`);
  return `${isImport ? "import" : "export"} { ${names.join(", ")} } from "${place}";`;
}
