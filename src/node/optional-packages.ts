/** Packages that are loaded when they are needed, and need not be installed otherwise. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "./input-error.ts";
import { toolSentence } from "./tool-message.ts";

/** What it is in the sentences about it. */
export const JCO = "@bytecodealliance/jco";
export const SHIM = "@bytecodealliance/preview2-shim";

/**
 * The package's module, or one of its others; `purpose` completes "the package `<name>` ...".
 * @throws InputError that says what to install
 */
export async function needed<Module>(name: string, purpose: string, subpath = ""): Promise<Module> {
  try {
    return (await import(name + subpath)) as Module;
  } catch (cause) {
    throw missing(name, purpose, cause);
  }
}

/** @throws InputError that says what to install */
export async function versionOf(name: string, purpose: string): Promise<string> {
  try {
    return (await installed(name)).version;
  } catch (cause) {
    throw missing(name, purpose, cause);
  }
}

/** The version of what an installed package imports; `undefined` if it is not to be found. */
export async function dependencyVersionOf(name: string, dependency: string): Promise<string | undefined> {
  try {
    const { resolve } = createRequire(join(await folderOf(name), "package.json"));
    return (await packageOf(dependency, resolve(dependency))).version;
  } catch {
    return undefined;
  }
}

/** Where an installed package lies. */
export async function folderOf(name: string): Promise<string> {
  return (await installed(name)).folder;
}

interface Installed {
  readonly folder: string;
  readonly version: string;
}

const installed = async (name: string): Promise<Installed> => packageOf(name, fileURLToPath(import.meta.resolve(name)));

/** The package of that name that a file of it lies in. */
async function packageOf(name: string, file: string): Promise<Installed> {
  let folder = dirname(file);
  for (;;) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
    const found = JSON.parse(text) as { readonly name?: string; readonly version?: string };
    if (found.name === name && found.version !== undefined) return { folder, version: found.version };
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`the package \`${name}\` has no version`);
    folder = parent;
  }
}

/** What is missing is the package, or one that it imports without having it among its own dependencies. */
function missing(name: string, purpose: string, cause: unknown): unknown {
  const isMissing = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
  const [, found] = (isMissing && /^Cannot find package '([^']+)'/.exec((cause as Error).message)) || [];
  if (found === undefined)
    return new InputError([`the package \`${name}\` cannot be loaded: ${toolSentence(cause)}`], undefined, { cause });
  const sentence =
    found === name
      ? `the package \`${name}\` ${purpose}, and it is not installed: \`npm install ${name}\``
      : `the package \`${name}\` needs \`${found}\`, which is not installed where it looks for it: \`npm install ${found}\``;
  return new InputError([sentence]);
}
