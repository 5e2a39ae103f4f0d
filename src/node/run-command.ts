/**
 * Runs a WASI 0.2 command component in this process, by way of jco and its shim of WASI. The host's
 * environment and standard streams are connected; directories only as asked.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isatty } from "node:tty";
import { pathToFileURL } from "node:url";
import { type World, worldOf } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { bytes, check, checkOptions, list, path, table, text } from "../shapes.ts";
import { hostOutput } from "./host-output.ts";
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
  const imports = await hostImports(options);
  const world = worldOf(component);
  refuseUnrunnable(world, imports);
  const { files, exports } = await transpiled(component, PURPOSE, hasMultiMemory());
  const instances: WebAssembly.Instance[] = [];
  const hasStderr = [...world.imports.keys()].some((name) => name.startsWith("wasi:cli/stderr@"));
  /** The exit code, where what was thrown is one. */
  const ended = (thrown: unknown): number => {
    if (thrown instanceof Exit) return thrown.code;
    throw trapErrorOf(thrown, { instances, hasStderr });
  };
  let instance: Record<string, unknown>;
  try {
    instance = await instantiate(files, imports, instances);
  } catch (thrown) {
    if (thrown instanceof Exit || thrown instanceof WebAssembly.RuntimeError) return ended(thrown);
    throw thrown;
  }
  const run = exports.find((name) => RUN.test(name)) ?? "run";
  try {
    (instance[run] as { run: () => void }).run();
    return 0;
  } catch (thrown) {
    // What `run` itself returned as its error, in jco's wrapping.
    return thrown instanceof Error && "payload" in thrown ? 1 : ended(thrown);
  }
}

const RUN = /^wasi:cli\/run@0\.2\./;

function refuseUnrunnable({ imports, exports }: World, offered: Readonly<Record<string, unknown>>): void {
  if (![...exports.keys()].some((name) => RUN.test(name))) {
    const other = [...exports.keys()].find((name) => name.startsWith("wasi:cli/run"));
    throw new LinkError(
      `the component is not a WASI 0.2 command: ${other === undefined ? "it does not export `wasi:cli/run`" : `it exports \`${other}\``}`,
    );
  }
  for (const name of imports.keys()) {
    const [base = "", version = "0.2."] = name.split("@");
    if (!version.startsWith("0.2.") || !(base in offered))
      throw new LinkError(`the component imports \`${name}\`, which \`run\` does not offer`, { import: name });
  }
}

/** The files are gone again before the component runs. Core instances are added to `instances`. */
async function instantiate(
  files: Transpiled["files"],
  imports: object,
  instances: WebAssembly.Instance[],
): Promise<Record<string, unknown>> {
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
      await writeFile(join(folder, name), bytes);
    }
    const module = (await import(pathToFileURL(join(folder, SCRIPT)).href)) as { readonly instantiate: Instantiate };
    try {
      return await module.instantiate(compile, imports, instantiateCore);
    } catch (cause) {
      // A module may do something as it starts.
      if (cause instanceof Exit || cause instanceof WebAssembly.RuntimeError) throw cause;
      if (cause instanceof WebAssembly.CompileError)
        throw new LinkError(`Node ${process.version} cannot run the component, a newer one may: ${toolSentence(cause)}`, { cause });
      throw new LinkError(`jco cannot start the component: ${toolSentence(cause)}`, { cause });
    }
  });
}

async function hostImports({ args = [], arg0 = "app", directories = {} }: RunCommandOptions): Promise<Readonly<Record<string, unknown>>> {
  const [{ WASIShim }, { cli, io }] = await Promise.all([
    needed<typeof import("@bytecodealliance/preview2-shim/instantiation")>(SHIM, PURPOSE, "/instantiation"),
    needed<typeof import("@bytecodealliance/preview2-shim")>(SHIM, PURPOSE),
  ]);
  const exit = {
    exit: (status: { readonly tag: "ok" | "err" }): never => {
      throw new Exit(status.tag === "ok" ? 0 : 1);
    },
    exitWithCode: (code: number): never => {
      throw new Exit(code);
    },
  };
  const shim = new WASIShim({ sandbox: { preopens: { ...directories }, args: [arg0, ...args] } });
  // Its constructor is private in the type only. The shim finds a file system's error code in the error of Node.
  const toError = (cause: Error): unknown => Reflect.construct(io.error.Error, [cause]);
  const stdout = hostOutput(1, cli.stdout.getStdout(), toError);
  const stderr = hostOutput(2, cli.stderr.getStderr(), toError);
  const terminal = (descriptor: number, get: () => unknown): (() => unknown) => (isatty(descriptor) ? get : () => undefined);
  return {
    ...shim.getImportObject(),
    "wasi:cli/exit": exit,
    "wasi:cli/stdout": { getStdout: () => stdout },
    "wasi:cli/stderr": { getStderr: () => stderr },
    // The shim says "a terminal" whatever the stream is.
    "wasi:cli/terminal-stdin": { getTerminalStdin: terminal(0, cli.terminalStdin.getTerminalStdin) },
    "wasi:cli/terminal-stdout": { getTerminalStdout: terminal(1, cli.terminalStdout.getTerminalStdout) },
    "wasi:cli/terminal-stderr": { getTerminalStderr: terminal(2, cli.terminalStderr.getTerminalStderr) },
  };
}

/** Node 20 refuses modules with two memories; without them jco copies lists between components byte by byte. */
const TWO_MEMORIES = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0);
const hasMultiMemory = (): boolean => WebAssembly.validate(TWO_MEMORIES);
