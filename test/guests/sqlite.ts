/** The SQLite shell, compiled from the C source in the npm package sqlite3: one to two minutes, once. */

import { gunzipSync } from "node:zlib";
import { readdir } from "node:fs/promises";
import { adaptCommand } from "./adapt-command.ts";
import { compileC } from "./c-program.ts";
import { installedPath, readInstalled } from "./installed.ts";

const SOURCES = ["shell.c", "sqlite3.c", "sqlite3.h", "sqlite3ext.h"];
const OPTIONS = [
  "-O1",
  "-DSQLITE_THREADSAFE=0",
  "-DSQLITE_OMIT_LOAD_EXTENSION",
  "-DSQLITE_OMIT_POPEN",
  "-DSQLITE_NOHAVE_SYSTEM",
  // What WASI lacks and wasi-libc only plays; asked for by name.
  ...["signal", "process-clocks", "getpid"].flatMap((name) => [
    `-D_WASI_EMULATED_${name.toUpperCase().replace("-", "_")}`,
    `-lwasi-emulated-${name}`,
  ]),
];

export const sqlite = async (): Promise<Uint8Array> => adaptCommand(await sqliteModule());

/** The same as a preview 1 module. */
export async function sqliteModule(): Promise<Uint8Array> {
  const archive = (await readdir(installedPath("sqlite3", "deps"))).find((name) => name.endsWith(".tar.gz"));
  if (archive === undefined) throw new Error("the package sqlite3 has no source archive");
  const tar = gunzipSync(await readInstalled("sqlite3", `deps/${archive}`));
  const files = Object.fromEntries(
    [...tarEntries(tar)]
      .map(({ name, contents }) => [name.replace(/^[^/]*\//, ""), contents] as const)
      .filter(([name]) => SOURCES.includes(name))
      .map(([name, contents]) => [name, contents.toString("utf8")]),
  );
  return compileC("sqlite", files, OPTIONS);
}

const BLOCK = 512;

/** The entries of a tar archive: a header block with name and octal size, then the contents in whole blocks. */
function* tarEntries(tar: Buffer): Generator<{ readonly name: string; readonly contents: Buffer }> {
  let at = 0;
  while (at + BLOCK <= tar.length && tar[at] !== 0) {
    const name = tar.toString("utf8", at, at + 100).replace(/\0.*$/, "");
    const byteLength = Number.parseInt(tar.toString("utf8", at + 124, at + 136), 8);
    yield { name, contents: tar.subarray(at + BLOCK, at + BLOCK + byteLength) };
    at += BLOCK + Math.ceil(byteLength / BLOCK) * BLOCK;
  }
}
