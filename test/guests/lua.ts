/** Lua 5.4, compiled from the C source in the crate lua-src, which cargo fetches. */

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { adaptCommand } from "./adapt-command.ts";
import { compileC } from "./c-program.ts";
import { WORKSPACE } from "./rust.ts";

const OPTIONS = [
  "-O1",
  "-w",
  "-I.",
  // A script may fail only by ending the program: WebAssembly has no longjmp.
  ...["luai_jmpbuf=int", "LUAI_TRY(L,c,a)={ a }", "LUAI_THROW(L,c)=lua_failed(L)"].map((macro) => `-D${macro}`),
  // The crate leaves out `os.clock` where `__wasi__` is defined. Of what WASI lacks, no script has need.
  ...["-U__wasi__", "-Dl_system(command)=-1", "-DLUA_TMPNAMBUFSIZE=1", "-Dlua_tmpnam(b,e)={ e = 1; }", "-Dtmpfile=lua_tmpfile"],
  ...["signal", "process-clocks"].flatMap((name) => [
    `-D_WASI_EMULATED_${name.toUpperCase().replace("-", "_")}`,
    `-lwasi-emulated-${name}`,
  ]),
];

/** Runs the script that is its only argument. An error of the script ends it with exit code 1. */
export async function lua(): Promise<Uint8Array> {
  const folder = await sourceFolder();
  const names = (await readdir(folder)).filter((name) => /\.[ch]$/.test(name));
  const read = async (name: string, file: string): Promise<[string, string]> => [name, await readFile(file, "utf8")];
  const files = await Promise.all([
    ...names.map((name) => read(name, path.join(folder, name))),
    read("main.c", path.join(import.meta.dirname, "c/lua.c")),
  ]);
  // wasi-libc's own header is an error without exceptions.
  return adaptCommand(
    await compileC(
      "lua",
      { ...Object.fromEntries(files), "setjmp.h": "struct lua_State;\nvoid lua_failed(struct lua_State *);\n" },
      OPTIONS,
    ),
  );
}

async function sourceFolder(): Promise<string> {
  const { stdout } = await promisify(execFile)("cargo", ["metadata", "--format-version", "1", "--locked", "--quiet"], {
    cwd: WORKSPACE,
    maxBuffer: 2 ** 26,
  });
  const { packages } = JSON.parse(stdout) as { packages: readonly { name: string; manifest_path: string }[] };
  const found = packages.find(({ name }) => name === "lua-src");
  if (found === undefined) throw new Error("cargo knows no crate lua-src");
  const folder = path.dirname(found.manifest_path);
  const version = (await readdir(folder)).find((name) => name.startsWith("lua-5.4."));
  if (version === undefined) throw new Error("the crate lua-src has no Lua 5.4");
  return path.join(folder, version);
}
