/**
 * What this process offers to a component that runs in it: WASI 0.2, 0.3 or both by jco's shims. The host's environment and standard
 * streams are connected; directories only as asked.
 */
import { isatty } from "node:tty";
import { ASYNC_SERIES, SERIES } from "../adapters/series.ts";
import { keyOf, parseInterfaceName } from "../component/names.ts";
import { LinkError } from "../errors.ts";
import { hostOutput } from "./host-output.ts";
import { hasJspi, type Offered, wasi03 } from "./host-wasi-0.3.ts";
import { needed, SHIM } from "./optional-packages.ts";

/** Completes "the package `<name>` ...". */
export const PURPOSE = "runs components on Node";

/** Thrown by the guest's call of `exit`, to leave its stack. */
export class Exit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** What a component is given. */
export interface Given {
  readonly args?: readonly string[];
  readonly arg0?: string;
  readonly directories?: Readonly<Record<string, string>>;
}

export const baseOf = (name: string): string => parseInterfaceName(name)?.base ?? name;
export const isOfSeries = (name: string, series: string): boolean => keyOf(name) === `${baseOf(name)}@${series}`;
export const isAsync = (name: string): boolean => isOfSeries(name, ASYNC_SERIES);

/** By names without version. */
export interface HostImports {
  readonly imports: Offered;
  readonly asyncImports: Offered;
  /** Rejected when the program calls `exit`. */
  readonly left: Promise<never>;
}

export function refuseUnrunnable(names: readonly string[], { imports, asyncImports }: Omit<HostImports, "left">, verb: string): void {
  for (const name of names) {
    const isPlain = !name.includes("@") || isOfSeries(name, SERIES);
    if (!(baseOf(name) in (isAsync(name) ? asyncImports : isPlain ? imports : {})))
      throw new LinkError(`the component imports \`${name}\`, which \`${verb}\` does not offer`, { import: name });
  }
}

/** @throws LinkError where WASI 0.3 is wanted and this Node cannot run it */
export async function hostImports({ args = [], arg0 = "app", directories = {} }: Given, isAsync: boolean): Promise<HostImports> {
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
