// Compiles the guests with AssemblyScript, each folder of virt-adapters that has an index.ts, and makes the catalogues,
// components whose imports are full types: of the interfaces of WASI 0.2 that a guest has to do with, of all that a
// component can import, in 0.2 and in 0.3, and of our own. Writes everything into one generated module, src/adapters/prebuilt.ts. The same
// sources give the same bytes. `names` keeps the names of functions, for traces (CONTRIBUTING.md).

import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import asc from "assemblyscript/asc";
import { packBinaries } from "./pack-binaries.mjs";

const root = path.resolve(import.meta.dirname, "..");
const output = path.join(root, "src/adapters/prebuilt.ts");

const GUESTS = "virt-adapters";
const WASI_VERSION = "0.2.12";
/** The first version of the series 0.3: what is in it, every host of the series has. */
const ASYNC_VERSION = "0.3.0";
const PACKAGES = {
  [WASI_VERSION]: ["io", "clocks", "filesystem", "cli", "random", "sockets", "http"],
  [ASYNC_VERSION]: ["clocks", "filesystem", "cli", "random", "sockets", "http"],
};
/** Interfaces that are for components to export. */
const EXPORTED = ["wasi:cli/run", "wasi:http/incoming-handler"];

/** Our own interfaces; the last is between parts of ours. */
const OWN_FILES = ["wit/files.wit", "wit/changes.wit", "wit/pipes.wit", "virt-adapters/kept.wit"];

/**
 * What a binary is packed after: another that is like it. Where a chain of them is unpacked, what is used most stands first.
 */
const BASES = {
  filesCore: "ioCore",
  hostFilesCore: "filesCore",
  ruledFilesCore: "filesCore",
  ruledHostFilesCore: "hostFilesCore",
  tellingCore: "ruledHostFilesCore",
  httpCore: "ioCore",
  httpCannedCore: "ioCore",
  scriptCore: "ioCore",
  socketsCore: "ioCore",
  namedSocketsCore: "socketsCore",
  wholeCatalogue: "catalogue",
};

/** Section ids: of a module (spec, 5.5.2) and of a component (Binary.md). */
const CUSTOM = 0;
const MODULE_START = 8;
const MODULE_DATA = 11;
const CORE_MODULE = 1;

/** The binaries, by the name under which prebuilt.ts exports them. */
export async function buildAdapters({ names = false } = {}) {
  const cores = await buildGuests(root, { names });
  const modules = Object.values(cores).map((core) => new WebAssembly.Module(core));
  const imported = modules.flatMap((module) => WebAssembly.Module.imports(module)).map(({ module }) => module);
  const exported = modules.flatMap((module) => WebAssembly.Module.exports(module)).map(({ name }) => name);
  /** `wasi:io/streams` is exported as `io_streams__...` */
  const prefixOf = (base) => `${base.replace(/^[^:]*:/, "").replace(/[/-]/g, "_")}__`;
  const isUsed = (base) => imported.includes(base) || exported.some((name) => name.startsWith(prefixOf(base)));
  return {
    ...cores,
    catalogue: await catalogue(WASI_VERSION, isUsed),
    wholeCatalogue: await catalogue(WASI_VERSION, (base) => !EXPORTED.includes(base)),
    asyncCatalogue: await catalogue(ASYNC_VERSION, (base) => !EXPORTED.includes(base)),
    ownCatalogue: await ownCatalogue(),
  };
}

/** The core module of each guest: that of `virt-adapters/host-files` is `hostFilesCore`. */
export async function buildGuests(base, { names = false } = {}) {
  const folders = (await readdir(path.join(base, GUESTS))).filter((each) => existsSync(path.join(base, GUESTS, each, "index.ts")));
  const cores = {};
  for (const folder of folders.sort()) {
    const name = folder.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
    cores[`${name}Core`] = await compile(base, folder, names);
  }
  return cores;
}

/** One guest's core module. What virt-adapters/asconfig.json says holds for all; one of the folder's own says what else does. */
async function compile(base, folder, names) {
  const own = `${GUESTS}/${folder}/asconfig.json`;
  const config = existsSync(path.join(base, own)) ? own : `${GUESTS}/asconfig.json`;
  let binary;
  const { error, stderr } = await asc.main(
    [`${GUESTS}/${folder}/index.ts`, "--config", config, "--target", names ? "names" : "release", "--outFile", "core.wasm"],
    {
      readFile: (name, from) => readFile(path.resolve(base, from, name), "utf8").catch(() => null),
      writeFile: (_name, contents) => (binary = contents),
      listFiles: () => [],
    },
  );
  if (error || stderr.toString()) throw new Error(`${folder}: ${stderr.toString()}`, { cause: error });

  const all = sectionsOf(binary);
  if (all.some((section) => section.id === MODULE_DATA)) {
    throw new Error(`${folder}: has static data, but src/image/layout.ts gives it no place`);
  }
  if (all.some((section) => section.id === MODULE_START)) {
    throw new Error(`${folder}: has a start function: a global does not start with a constant`);
  }
  const stray = WebAssembly.Module.exports(new WebAssembly.Module(binary)).filter(
    ({ kind, name }) => kind !== "function" || !name.includes("__"),
  );
  if (stray.length > 0) throw new Error(`${folder}: exports \`${stray[0].name}\`, which is no function of WIT`);
  return joined(
    binary,
    all.filter((section) => names || section.id !== CUSTOM),
  );
}

/** A component that does nothing but import interfaces of a version in full: those that are wanted, by name without version. */
async function catalogue(version, isWanted) {
  const packages = await Promise.all(PACKAGES[version].map((name) => readPackage(name, version)));
  const imports = packages
    .flatMap(({ interfaces }) => interfaces)
    .filter(isWanted)
    .map((base) => `  import ${base}@${version};\n`);
  return typesOf(imports, packages);
}

/** The same of interfaces that are ours (wit/files.wit). */
async function ownCatalogue() {
  const sources = await Promise.all(OWN_FILES.map((file) => readFile(path.join(root, file), "utf8")));
  const [, name, version] = /^package ([^@]+)@(.+);$/m.exec(sources[0]);
  const texts = sources.map((source) => source.replace(/^package .*;$/m, "").replace(/^\s*\/\/\/.*$/gm, ""));
  // What is the same in all versions of WASI is taken of the catalogue's.
  const body = texts.join("").replaceAll("@0.2.0.", `@${WASI_VERSION}.`);
  const imports = [...body.matchAll(/^interface ([\w-]+) \{$/gm)].map(([, id]) => `  import ${name}/${id}@${version};\n`);
  return typesOf(imports, [{ wit: `package ${name}@${version} {${body}}\n` }, await readPackage("io", WASI_VERSION)]);
}

/** The types of a component that imports this, of these packages. */
async function typesOf(imports, packages) {
  const witSource = ["package wasi-nest:catalogue;\n", `world catalogue {\n${imports.join("")}}\n`, ...packages.map(({ wit }) => wit)].join(
    "\n",
  );
  const module = await componentEmbed({ witSource, dummy: true, world: "catalogue" });
  const component = await componentNew(module);
  const all = sectionsOf(component);
  const types = all.slice(
    0,
    all.findIndex((section) => section.id === CORE_MODULE),
  );
  return joined(
    component,
    types.filter((section) => section.id !== CUSTOM),
  );
}

/** A package of WASI as jco ships it, as a nested package, with everything unstable made stable. */
async function readPackage(name, version) {
  const folder = new URL(`../lib/wit/builtin/${version}`, import.meta.resolve("@bytecodealliance/jco"));
  const file = path.join(fileURLToPath(folder), `wasi-${name}/package.wit`);
  const source = await readFile(file, "utf8");
  const body = source
    .replace(/^package .*;$/m, "")
    .replace(/^\s*@(since|unstable|deprecated)\(.*\)$/gm, "")
    .replace(/^world [^{]*\{[^}]*\}$/gm, "");
  const interfaces = [...body.matchAll(/^interface ([\w-]+) \{$/gm)].map(([, id]) => `wasi:${name}/${id}`);
  if (interfaces.length === 0) throw new Error(`no interface in ${file}`);
  return { interfaces, wit: `package wasi:${name}@${version} {${body}}\n` };
}

/** Each binary after its base. */
function inOrder(built) {
  const depth = (name) => (BASES[name] === undefined ? 0 : 1 + depth(BASES[name]));
  return Object.entries(built).sort(([a], [b]) => depth(a) - depth(b));
}

/** The sections of a module or component: id, and where it lies in the file, header included. */
function sectionsOf(binary) {
  const found = [];
  for (let offset = 8; offset < binary.length;) {
    const start = offset;
    const id = binary[offset++];
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[offset++];
      size += (byte & 0x7f) * 2 ** shift;
    }
    offset += size;
    found.push({ id, start, end: offset });
  }
  return found;
}

/** The file again, of these sections only. */
function joined(binary, kept) {
  return Buffer.concat([binary.subarray(0, 8), ...kept.map(({ start, end }) => binary.subarray(start, end))]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildAdapters({ names: process.argv[2] === "names" });
  const binaries = inOrder(built);
  const { texts, alphabet } = packBinaries(binaries.map(([name, bytes]) => ({ bytes, base: built[BASES[name]] })));
  const constants = binaries.map(([name, bytes], i) => {
    const base = BASES[name] === undefined ? "" : `  base: ${BASES[name]},\n`;
    return `export const ${name}: Packed = {\n  byteLength: ${bytes.length},\n${base}  text: "${texts[i]}",\n};\n`;
  });
  await mkdir(path.dirname(output), { recursive: true });
  const head = '// Made by scripts/build-adapters.mjs.\nimport type { Packed } from "./packed.ts";\n';
  await writeFile(output, [head, `export const alphabet: string = "${alphabet}";\n`, ...constants].join("\n"));
  for (const [name, bytes] of binaries) console.log(`${name}: ${bytes.length} bytes`);
}
