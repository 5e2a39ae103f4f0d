/** Preview 1 commands become components of WASI 0.2.12 with jco's adapter. */

import { readFile } from "node:fs/promises";
import { componentNew, preview1AdapterCommandPath } from "@bytecodealliance/jco";
import { cached } from "./cached.ts";
import { installedVersion } from "./installed.ts";

/** The command component of a preview 1 core module. */
export function adaptCommand(core: Uint8Array): Promise<Uint8Array> {
  return cached("component", [installedVersion("@bytecodealliance/jco"), core], async () => {
    const adapter = await readFile(preview1AdapterCommandPath());
    return componentNew(core, [["wasi_snapshot_preview1", adapter]]);
  });
}
