/**
 * `wac`, which composes components. It is what WASI_NEST_WAC names, or else `wac` on the PATH. Where there is none its
 * tests are skipped.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** What a test that is skipped for want of it says. */
export const WAC_MISSING = "needs wac: cargo install wac-cli, or set WASI_NEST_WAC";

export const WAC: string = process.env["WASI_NEST_WAC"] ?? "wac";
let found: boolean | undefined;

/** Whether there is one that starts; found out once. */
export function wacAvailable(): boolean {
  found ??= spawnSync(WAC, ["--version"]).status === 0;
  return found;
}

/** `wac plug`: `app` with what `adapter` exports in the place of its imports. */
export function wacPlug(adapter: Uint8Array, app: Uint8Array): Promise<Uint8Array> {
  return inFolder({ "adapter.wasm": adapter, "app.wasm": app }, ["plug", "app.wasm", "--plug", "adapter.wasm"]);
}

/** `wac compose`: what `source` says, where packages are the components by their names, such as `test:app`. */
export function wacCompose(source: string, packages: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const files = Object.entries(packages).map(([name, component]) => [`${name.replace(":", "-")}.wasm`, component] as const);
  const given = Object.keys(packages).flatMap((name) => ["--dep", `${name}=${name.replace(":", "-")}.wasm`]);
  return inFolder({ ...Object.fromEntries(files), "source.wac": Buffer.from(source) }, ["compose", ...given, "source.wac"]);
}

async function inFolder(files: Readonly<Record<string, Uint8Array>>, args: readonly string[]): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-wac-"));
  try {
    for (const [name, contents] of Object.entries(files)) await writeFile(path.join(folder, name), contents);
    await promisify(execFile)(WAC, [...args, "-o", "out.wasm"], { cwd: folder }).catch(
      ({ message, stderr }: Error & { readonly stderr?: string }) => {
        throw new Error(`wac ${args[0]}: ${stderr === undefined || stderr === "" ? message : stderr}`);
      },
    );
    return await readFile(path.join(folder, "out.wasm"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
