/**
 * WASI 0.3 of this process, by way of preview3-shim, for a program that runs here. What a program
 * is given is its own, although the shim keeps preopens in a table for all.
 */
import { resolve } from "node:path";
import { needed } from "./optional-packages.ts";

/** The package, in the sentences about it. */
export const SHIM_03 = "@bytecodealliance/preview3-shim";

/** Interfaces by their names without version. */
export type Offered = Readonly<Record<string, unknown>>;

/** What the shim's module of a package has: an object for each interface, and more. */
type Interfaces = Readonly<Record<string, unknown>>;

/** What of its modules is an interface that a program may import, beside those of `cli` that the caller has. */
const INTERFACES: Readonly<Record<string, readonly string[]>> = {
  cli: ["stdin", "stdout", "stderr", "terminalInput", "terminalOutput"],
  clocks: ["monotonicClock", "systemClock"],
  filesystem: ["types", "preopens"],
  http: ["types", "client"],
  random: ["insecure", "insecureSeed", "random"],
  sockets: ["types", "ipNameLookup"],
};

/** What only has types needs no object of its own. */
const TYPES_ONLY = ["wasi:cli/types", "wasi:clocks/types"];

/** Whether this Node can wait in WebAssembly, which programs of 0.3 do. */
export const hasJspi = (): boolean => "Suspending" in WebAssembly && "promising" in WebAssembly;

/**
 * `directories` are host directories by their path in the guest.
 * @throws InputError that says what to install
 */
export async function wasi03(purpose: string, directories: Readonly<Record<string, string>>): Promise<Offered> {
  const offered: Record<string, unknown> = Object.fromEntries(TYPES_ONLY.map((name) => [name, {}]));
  for (const [name, interfaces] of Object.entries(INTERFACES)) {
    const module = await needed<Interfaces>(SHIM_03, purpose, `/${name}`);
    for (const each of interfaces) offered[`wasi:${name}/${kebab(each)}`] = module[each];
  }
  return { ...offered, "wasi:filesystem/preopens": await preopensOf(purpose, directories) };
}

interface FileSystem {
  readonly preopens: { readonly getDirectories: () => readonly unknown[] };
  readonly _addPreopen: (guest: string, host: string) => void;
}

/** The shim's table is one for the process, and its `read-directory` looks into it: so what a program is given stays there. */
async function preopensOf(purpose: string, directories: Readonly<Record<string, string>>): Promise<object> {
  const { preopens, _addPreopen } = await needed<FileSystem>(SHIM_03, purpose, "/filesystem");
  const before = preopens.getDirectories().length;
  // It finds nothing below a relative path.
  for (const [guest, host] of Object.entries(directories)) _addPreopen(guest, resolve(host));
  const table = preopens.getDirectories().slice(before);
  return { ...preopens, getDirectories: () => table };
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
