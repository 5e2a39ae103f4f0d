/** Components that import and export what a world says and do nothing: all of their functions trap. */

import { cached } from "./cached.ts";
import { installedVersion } from "./installed.ts";
import { runTool } from "./run-tool.ts";

/** The dummy component of a world of a WIT text, which contains the packages that it refers to. */
export function worldComponent(witSource: string, world: string): Promise<Uint8Array> {
  return cached(`world-${world}`, [installedVersion("@bytecodealliance/jco"), witSource, world], () =>
    runTool("embed-world", { witSource, world }),
  );
}
