/** Programs in AssemblyScript that are modules of preview 1, by its own shim. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "../hosts/disk-cache.ts";
import { cached } from "./cached.ts";
import { installedPath, installedVersion } from "./installed.ts";

const SHIM = "@assemblyscript/wasi-shim";

/** The preview 1 core module of test/guests/assemblyscript/<name>.ts. */
export async function assemblyScriptProgram(name: string): Promise<Uint8Array> {
  const source = path.join(import.meta.dirname, "assemblyscript", `${name}.ts`);
  const inputs = [installedVersion("assemblyscript"), installedVersion(SHIM), await readFile(source)];
  return cached(`assemblyscript-${name}`, inputs, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-assemblyscript-"));
    try {
      const output = path.join(folder, "program.wasm");
      // The compiler takes a library only by a relative path.
      const [input = "", config = "", library = ""] = [source, installedPath(SHIM, "asconfig.json"), installedPath(SHIM, "assembly")].map(
        (each) => path.relative(root, each),
      );
      const args = [input, "--config", config, "--lib", library, "-O", "--outFile", output];
      await promisify(execFile)(process.execPath, [installedPath("assemblyscript", "bin/asc.js"), ...args], { cwd: root });
      return await readFile(output);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
