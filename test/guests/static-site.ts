/** The HTTP handler of examples/static-site, which serves the files of /www. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "../hosts/disk-cache.ts";
import { cached } from "./cached.ts";
import { installedVersion } from "./installed.ts";

const FOLDER = path.join(root, "examples/static-site");

export async function staticSite(): Promise<Uint8Array> {
  const sources = await Promise.all(["build.mjs", "handler.ts", "host.ts"].map((name) => readFile(path.join(FOLDER, name), "utf8")));
  const versions = ["assemblyscript", "@bytecodealliance/jco"].map(installedVersion);
  return cached("static-site", [...versions, ...sources], async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-static-site-"));
    try {
      const output = path.join(folder, "server.wasm");
      await promisify(execFile)(process.execPath, [path.join(FOLDER, "build.mjs"), output]);
      return await readFile(output);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
