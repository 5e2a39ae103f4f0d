/** The file systems that the interpreter as a component is given. */

import { compileC } from "../guests/c-program.ts";
import { adaptCommand } from "../guests/index.ts";
import type { Outcome } from "../hosts/outcome.ts";
import { runOnWasmtime } from "../hosts/wasmtime.ts";
import { type FileSystem, inDirectories, sources, wordsOf } from "./file-systems.ts";

/** The directories as the component knows them. */
const [FIRST, SECOND] = ["/data", "/other"];

const interpreter = async (): Promise<Uint8Array> => adaptCommand(await compileC("operations", await sources(), ["-O1"]));

function outputOf({ stdout, stderr, exitCode, trap }: Outcome): string {
  // What was printed before a trap is compared; the trap itself is then the difference.
  return exitCode === 0 && trap === undefined ? stdout : `${stdout}\n${trap ?? `exit code ${exitCode}`} ${stderr}\n`;
}

/** The interpreter as a component, on a host that gives it directories of this machine. */
export async function underWasmtime(): Promise<FileSystem> {
  const app = await interpreter();
  return {
    name: "Wasmtime",
    run: (script, verbose = false) =>
      inDirectories(async ([first = "", second = ""]) => {
        const preopens = { [FIRST]: first, [SECOND]: second };
        return outputOf(await runOnWasmtime(app, { args: [FIRST, SECOND, ...wordsOf(true, verbose)], preopens, stdin: script }));
      }),
  };
}
