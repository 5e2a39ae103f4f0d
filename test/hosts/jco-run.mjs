// Child of jco.ts: runs the `run` export of a transpiled command with preview2-shim, on whatever Node this is.
// Its stdio is the program's. Reports on file descriptor 3 how the program ended.

import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { cli } from "@bytecodealliance/preview2-shim";
import { WASIShim } from "@bytecodealliance/preview2-shim/instantiation";
import { importsOf03 } from "./jco-wasi-0.3.mjs";

const REPORT = 3;
const { entry, args, env, preopens, interfaces, has03 } = JSON.parse(process.argv[2]);

// The shim says that all of stdio is a terminal, whatever it is; here it never is.
cli._setTerminalStdin(undefined);
cli._setTerminalStdout(undefined);
cli._setTerminalStderr(undefined);

// jco looks by timers whether a task can go on. One that never ends, as that of a stage that has exited, keeps Node alive.
const timers = new Set();
for (const name of ["setInterval", "setTimeout"]) {
  const set = globalThis[name];
  globalThis[name] = (...given) => {
    const made = set(...given);
    timers.add(made);
    if (hasEnded) made.unref();
    return made;
  };
}
let hasEnded = false;

/** Thrown by the program's call of `exit`, to leave its stack. */
class Exit {
  exitCode;
  constructor(exitCode) {
    this.exitCode = exitCode;
  }
}

/** Rejected by a call of `exit`, too: what is thrown in the callback of a task goes nowhere. */
let leave;
const left = new Promise((_, reject) => (leave = reject));
left.catch(() => {});

const exit = {
  exit(status) {
    exit.exitWithCode(status.tag === "ok" ? 0 : 1);
  },
  exitWithCode(exitCode) {
    const thrown = new Exit(exitCode);
    leave(thrown);
    throw thrown;
  },
};
const shim = new WASIShim({
  cli: { ...cli, exit },
  sandbox: { preopens, env, args, enableNetwork: true },
});

/**
 * Leaves it to Node to exit, when what the program wrote has gone out: `process.exit` would cut it off.
 * @param {{ exitCode: number } | { trap: string }} report
 */
function end(report) {
  hasEnded = true;
  for (const each of timers) each.unref();
  writeSync(REPORT, JSON.stringify(report));
  process.exitCode = "trap" in report ? 134 : report.exitCode;
}

async function start() {
  const { instantiate } = await import(pathToFileURL(entry).href);
  const wasi = shim.getImportObject();
  const wasi03 = has03 ? { ...(await importsOf03({ env, args, preopens })), "wasi:cli/exit@0.3.0": exit } : {};
  const exports = await instantiate(undefined, { ...wasi, ...wasi03, ...(await customInterfaces(wasi)) });
  // As on Wasmtime, 0.3 comes first where there are both.
  const [name] = Object.keys(exports)
    .filter((key) => /^wasi:cli\/run(@|$)/.test(key))
    .sort()
    .reverse();
  if (name === undefined) throw new Error("the component does not export wasi:cli/run");
  return exports[name].run;
}

/** Each is what a module's default export makes of WASI. */
async function customInterfaces(wasi) {
  const made = Object.entries(interfaces).map(async ([name, module]) => [name, (await import(pathToFileURL(module).href)).default(wasi)]);
  return Object.fromEntries(await Promise.all(made));
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}

/** @param {() => void} run */
async function runToEnd(run) {
  try {
    await Promise.race([run(), left]);
    end({ exitCode: 0 });
  } catch (error) {
    if (error instanceof Exit) return end({ exitCode: error.exitCode });
    // An error of `result` comes as an exception with a payload; everything else is a trap.
    const failed = typeof error === "object" && error !== null && "payload" in error;
    if (!failed) console.error(error instanceof Error ? error.stack : error);
    end(failed ? { exitCode: 1 } : { trap: describe(error) });
  }
}

await start().then(runToEnd, (error) => end({ trap: `cannot instantiate: ${describe(error)}` }));
