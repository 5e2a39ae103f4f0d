// Child of jco.ts: runs the `run` export of a transpiled command with preview2-shim, on whatever Node this is.
// Its stdio is the program's. Reports on file descriptor 3 how the program ended.

import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { cli } from "@bytecodealliance/preview2-shim";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";

const REPORT = 3;
const { entry, args, env, preopens } = JSON.parse(process.argv[2]);

// The shim says that all of stdio is a terminal, whatever it is; here it never is.
cli._setTerminalStdin(undefined);
cli._setTerminalStdout(undefined);
cli._setTerminalStderr(undefined);

const exit = {
  exit: (status) => end({ exitCode: status.tag === "ok" ? 0 : 1 }),
  exitWithCode: (exitCode) => end({ exitCode }),
};
const shim = new WASIShim({
  cli: { ...cli, exit },
  sandbox: { preopens, env, args, enableNetwork: true },
});

/** @param {{ exitCode: number } | { trap: string }} report */
function end(report) {
  writeSync(REPORT, JSON.stringify(report));
  process.exit("trap" in report ? 134 : report.exitCode);
}

async function start() {
  try {
    const { instantiate } = await import(pathToFileURL(entry).href);
    const exports = await instantiate(undefined, shim.getImportObject());
    const name = Object.keys(exports).find((key) => /^wasi:cli\/run(@|$)/.test(key));
    if (name === undefined) throw new Error("the component does not export wasi:cli/run");
    return exports[name].run;
  } catch (error) {
    return end({ trap: `cannot instantiate: ${describe(error)}` });
  }
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}

const run = await start();
try {
  await run();
  end({ exitCode: 0 });
} catch (error) {
  // An error of `result` comes as an exception with a payload; everything else is a trap.
  const failed = typeof error === "object" && error !== null && "payload" in error;
  if (!failed) console.error(error instanceof Error ? error.stack : error);
  end(failed ? { exitCode: 1 } : { trap: describe(error) });
}
