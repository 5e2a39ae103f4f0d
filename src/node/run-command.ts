/**
 * Runs a command component of WASI 0.2, of 0.3 or of both in this process, by way of jco and its shims of WASI. The host's
 * environment and standard streams are connected; directories only as asked.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isatty } from "node:tty";
import { pathToFileURL } from "node:url";
import { type World, worldOf } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { bytes, check, checkOptions, list, path, table, text } from "../shapes.ts";
import { ASYNC_SERIES, SERIES } from "../adapters/series.ts";
import { keyOf, parseInterfaceName } from "../component/names.ts";
import { hostOutput } from "./host-output.ts";
import { hasJspi, type Offered, wasi03 } from "./host-wasi-0.3.ts";
import { JCO, needed, SHIM, versionOf } from "./optional-packages.ts";
import { inTemporaryFolder } from "./temporary.ts";
import { toolSentence } from "./tool-message.ts";
import { SCRIPT, type Transpiled, transpiled } from "./transpile.ts";
import { trapErrorOf } from "./trap-error.ts";

export interface RunCommandOptions {
  /** The arguments after argument zero. */
  readonly args?: readonly string[];
  /** Argument zero, the program's name; "app" by default. */
  readonly arg0?: string;
  /** Host directories by their path in the guest. */
  readonly directories?: Readonly<Record<string, string>>;
}

const PURPOSE = "runs components on Node";

/**
 * Before jco's script. It looks by timers whether a task can go on, and a task that waits when the program has ended would keep Node
 * alive for ever.
 */
const PRELUDE = `const intervals = new Set();
let isReleased = false;
const setInterval = (...given) => {
  const made = globalThis.setInterval(...given);
  if (isReleased) made.unref();
  intervals.add(made);
  return made;
};
const setTimeout = (...given) => {
  const made = globalThis.setTimeout(...given);
  if (isReleased) made.unref();
  return made;
};
const clearInterval = (made) => {
  intervals.delete(made);
  globalThis.clearInterval(made);
};
export const release = () => {
  isReleased = true;
  intervals.forEach((each) => each.unref());
};
`;

/** What a transpiled component exports with `instantiation: "async"`. */
type Instantiate = (
  getCoreModule: (path: string) => Promise<WebAssembly.Module>,
  imports: object,
  instantiateCore: (module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>,
) => Promise<Record<string, unknown>>;

/** Thrown by the guest's call of `exit`, to leave its stack. */
class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/**
 * @returns the exit code
 * @throws FormatError if the component is not well-formed
 * @throws LinkError if it is not a command, imports what the shim does not have, or is more than this Node can run
 * @throws OptionError for an unknown option, or one of another type
 * @throws TrapError
 */
export async function runCommand(component: Uint8Array, options: RunCommandOptions = {}): Promise<number> {
  check(bytes, component, "component");
  checkOptions<RunCommandOptions>({ args: list(text), arg0: text, directories: table(path) }, options);
  await versionOf(JCO, PURPOSE);
  const world = worldOf(component);
  const run = runOf(world);
  const names = [...world.imports.keys()];
  const hasAsync = [run, ...names].some(isAsync);
  const offered = await hostImports(options, hasAsync);
  refuseUnrunnable(names, offered);
  const asyncNames = names.filter(isAsync);
  const files = await transpiled(component, PURPOSE, hasMultiMemory(), hasAsync ? asyncNames : undefined);
  const imports = { ...offered.imports, ...Object.fromEntries(asyncNames.map((name) => [name, offered.asyncImports[baseOf(name)]])) };
  const instances: WebAssembly.Instance[] = [];
  const hasStderr = [...world.imports.keys()].some((name) => baseOf(name) === "wasi:cli/stderr");
  /** The exit code, where what was thrown is one. */
  const ended = (thrown: unknown): number => {
    if (thrown instanceof Exit) return thrown.code;
    throw trapErrorOf(thrown, { instances, hasStderr });
  };
  let instance: Record<string, unknown>;
  let release: () => void;
  try {
    ({ instance, release } = await instantiate(files, imports, instances));
  } catch (thrown) {
    if (thrown instanceof Exit || thrown instanceof WebAssembly.RuntimeError) return ended(thrown);
    throw thrown;
  }
  try {
    await Promise.race([(instance[run] as { run: () => void | Promise<void> }).run(), offered.left]);
    return 0;
  } catch (thrown) {
    // What `run` itself returned as its error, in jco's wrapping.
    return thrown instanceof Error && "payload" in thrown ? 1 : ended(thrown);
  } finally {
    release();
  }
}

const RUN = "wasi:cli/run";

const baseOf = (name: string): string => parseInterfaceName(name)?.base ?? name;
const isOfSeries = (name: string, series: string): boolean => keyOf(name) === `${baseOf(name)}@${series}`;
const isAsync = (name: string): boolean => isOfSeries(name, ASYNC_SERIES);

/**
 * What a command exports to be run. Of one with both, 0.3 counts, as on Wasmtime.
 * @throws LinkError
 */
function runOf({ exports }: World): string {
  const all = [...exports.keys()].filter((name) => baseOf(name) === RUN);
  const found = [ASYNC_SERIES, SERIES].flatMap((series) => all.find((name) => isOfSeries(name, series)) ?? [])[0];
  if (found !== undefined) return found;
  const [other] = all;
  throw new LinkError(
    `the component is not a command of WASI ${SERIES} or ${ASYNC_SERIES}: ${other === undefined ? `it does not export \`${RUN}\`` : `it exports \`${other}\``}`,
  );
}

/** By names without version. */
interface HostImports {
  readonly imports: Offered;
  readonly asyncImports: Offered;
  /** Rejected when the program calls `exit`. */
  readonly left: Promise<never>;
}

function refuseUnrunnable(names: readonly string[], { imports, asyncImports }: HostImports): void {
  for (const name of names) {
    const isPlain = !name.includes("@") || isOfSeries(name, SERIES);
    if (!(baseOf(name) in (isAsync(name) ? asyncImports : isPlain ? imports : {})))
      throw new LinkError(`the component imports \`${name}\`, which \`run\` does not offer`, { import: name });
  }
}

/** The files are gone again before the component runs. Core instances are added to `instances`. */
async function instantiate(
  files: Transpiled,
  imports: object,
  instances: WebAssembly.Instance[],
): Promise<{ readonly instance: Record<string, unknown>; readonly release: () => void }> {
  const compile = (path: string): Promise<WebAssembly.Module> => WebAssembly.compile(files.get(path) as Uint8Array<ArrayBuffer>);
  const instantiateCore = async (core: WebAssembly.Module, coreImports: WebAssembly.Imports): Promise<WebAssembly.Instance> => {
    const instance = await WebAssembly.instantiate(core, coreImports);
    instances.push(instance);
    return instance;
  };
  return inTemporaryFolder(async (folder) => {
    // Without it, Node takes the script for CommonJS.
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    for (const [name, bytes] of files) {
      if (!name.endsWith(".js")) continue;
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), name === SCRIPT ? Buffer.concat([Buffer.from(PRELUDE), bytes]) : bytes);
    }
    const module = (await import(pathToFileURL(join(folder, SCRIPT)).href)) as {
      readonly instantiate: Instantiate;
      readonly release: () => void;
    };
    try {
      return { instance: await module.instantiate(compile, imports, instantiateCore), release: module.release };
    } catch (cause) {
      // A module may do something as it starts.
      if (cause instanceof Exit || cause instanceof WebAssembly.RuntimeError) throw cause;
      if (cause instanceof WebAssembly.CompileError)
        throw new LinkError(`Node ${process.version} cannot run the component, a newer one may: ${toolSentence(cause)}`, { cause });
      throw new LinkError(`jco cannot start the component: ${toolSentence(cause)}`, { cause });
    }
  });
}

/** @throws LinkError where WASI 0.3 is wanted and this Node cannot run it */
async function hostImports({ args = [], arg0 = "app", directories = {} }: RunCommandOptions, isAsync: boolean): Promise<HostImports> {
  if (isAsync && !hasJspi())
    throw new LinkError(
      `the component is of WASI ${ASYNC_SERIES}, which needs a Node that can wait in WebAssembly: Node 24 or newer; this is ${process.version}`,
    );
  const [{ WASIShim }, { cli, io }] = await Promise.all([
    needed<typeof import("@bytecodealliance/preview2-shim/instantiation")>(SHIM, PURPOSE, "/instantiation"),
    needed<typeof import("@bytecodealliance/preview2-shim")>(SHIM, PURPOSE),
  ]);
  // What is thrown in the callback of a task goes nowhere in jco: so the promise tells it, too.
  let leave: (exit: Exit) => void = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = reject;
  });
  left.catch(() => {});
  const exitWithCode = (code: number): never => {
    const thrown = new Exit(code);
    leave(thrown);
    throw thrown;
  };
  const exit = { exit: (status: { readonly tag: "ok" | "err" }): never => exitWithCode(status.tag === "ok" ? 0 : 1), exitWithCode };
  const shim = new WASIShim({ sandbox: { preopens: { ...directories }, args: [arg0, ...args] } });
  // Its constructor is private in the type only. The shim finds a file system's error code in the error of Node.
  const toError = (cause: Error): unknown => Reflect.construct(io.error.Error, [cause]);
  const stdout = hostOutput(1, cli.stdout.getStdout(), toError);
  const stderr = hostOutput(2, cli.stderr.getStderr(), toError);
  const terminal = (descriptor: number, get: () => unknown): (() => unknown) => (isatty(descriptor) ? get : () => undefined);
  const terminals = {
    // The shim says "a terminal" whatever the stream is.
    "wasi:cli/terminal-stdin": { getTerminalStdin: terminal(0, cli.terminalStdin.getTerminalStdin) },
    "wasi:cli/terminal-stdout": { getTerminalStdout: terminal(1, cli.terminalStdout.getTerminalStdout) },
    "wasi:cli/terminal-stderr": { getTerminalStderr: terminal(2, cli.terminalStderr.getTerminalStderr) },
  };
  const imports: Offered = {
    ...shim.getImportObject(),
    ...terminals,
    "wasi:cli/exit": exit,
    "wasi:cli/stdout": { getStdout: () => stdout },
    "wasi:cli/stderr": { getStderr: () => stderr },
  };
  if (!isAsync) return { imports, asyncImports: {}, left };
  // The same functions; one has another name.
  const environment = imports["wasi:cli/environment"] as { readonly initialCwd: () => unknown };
  const asyncImports: Offered = {
    ...(await wasi03(PURPOSE, directories)),
    ...terminals,
    "wasi:cli/exit": exit,
    "wasi:cli/environment": { ...environment, getInitialCwd: environment.initialCwd },
  };
  return { imports, asyncImports, left };
}

/** Node 20 refuses modules with two memories; without them jco copies lists between components byte by byte. */
const TWO_MEMORIES = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0);
const hasMultiMemory = (): boolean => WebAssembly.validate(TWO_MEMORIES);
