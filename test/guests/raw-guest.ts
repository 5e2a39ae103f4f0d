/** Guests in C that call WASI 0.2 or 0.3 without a libc or an adapter in between: what they do is what the host sees. */

import { readFile } from "node:fs/promises";
import path from "node:path";
import { cached } from "./cached.ts";
import { compileC } from "./c-program.ts";
import { installedVersion } from "./installed.ts";
import { runTool } from "./run-tool.ts";
import { everythingWit, WASI_03, WASI_BOTH } from "./wasi-wit.ts";

const OPTIONS = ["-O1", "-nostdlib", "-ffreestanding", "-mexec-model=reactor", "-Wl,--no-entry"];
/** That of raw/wasi.h. */
const VERSION = "0.2.3";
const LATER = ["later.h", "later-http.h"];
const HEADERS: Readonly<Record<string, readonly string[]>> = { [VERSION]: ["wasi.h"], [WASI_03]: LATER, [WASI_BOTH]: LATER };

/** The component of test/guests/raw/<name>.c, of WASI 0.2.3 or 0.3 with its header, or of another version without. */
export async function rawGuest(name: string, version = VERSION): Promise<Uint8Array> {
  const files = [`${name}.c`, ...(HEADERS[version] ?? [])].map(async (file) => [
    file,
    await readFile(path.join(import.meta.dirname, "raw", file), "utf8"),
  ]);
  const core = await compileC(`raw-${name}`, Object.fromEntries(await Promise.all(files)) as Record<string, string>, OPTIONS);
  const witSource = await everythingWit(version);
  return cached(`raw-${name}-component`, [installedVersion("@bytecodealliance/jco"), core, witSource], () =>
    runTool("embed-world", { witSource, world: "everything", core: Buffer.from(core).toString("base64") }),
  );
}
