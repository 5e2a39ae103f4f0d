// Child of jco-async.ts, on a Node that has JSPI: transpiles a command of WASI 0.3 and runs it with preview3-shim, and what of it is
// 0.2 with preview2-shim. Its stdio is the program's. Reports on file descriptor 3 how the program ended.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { writeSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { transpile } from "@bytecodealliance/jco";
import * as firstCli from "@bytecodealliance/preview2-shim/cli";
import * as firstFiles from "@bytecodealliance/preview2-shim/filesystem";
import * as cli from "@bytecodealliance/preview3-shim/cli";
import * as files from "@bytecodealliance/preview3-shim/filesystem";

const REPORT = 3;
const { input, folder, args, env, preopens } = JSON.parse(process.argv[2]);

/** @param {{ exitCode: number } | { trap: string }} report */
function end(report) {
  writeSync(REPORT, JSON.stringify(report));
  process.exitCode = "trap" in report ? 134 : report.exitCode;
}

async function load() {
  const made = await transpile(await readFile(input), { name: "component", multiMemory: true });
  for (const [name, bytes] of Object.entries(made.files)) {
    if (name.endsWith(".d.ts")) continue;
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  for (const each of [firstCli, cli]) {
    each._setEnv?.(env);
    each._setArgs?.(args);
  }
  firstFiles._setPreopens(preopens);
  files._setPreopens(preopens);
  const exports = await import(pathToFileURL(path.join(folder, "component.js")).href);
  const name = Object.keys(exports).find((key) => key.startsWith("wasi:cli/run@0.3"));
  if (name === undefined) throw new Error("the component does not export wasi:cli/run of 0.3");
  return exports[name].run;
}

/** @param {() => Promise<unknown>} run */
async function runToEnd(run) {
  try {
    const result = await run();
    end({ exitCode: result?.tag === "err" ? 1 : 0 });
  } catch (error) {
    if (error?.exitError) return end({ exitCode: error.code });
    if (typeof error === "object" && error !== null && "payload" in error) return end({ exitCode: 1 });
    console.error(error instanceof Error ? error.stack : error);
    end({ trap: String(error) });
  }
}

await load().then(runToEnd, (error) => end({ trap: `cannot instantiate: ${error}` }));
