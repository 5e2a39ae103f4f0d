/**
 * Runs a command component of WASI 0.2, of 0.3 or of both in this process, by way of jco and its shims of WASI. The host's
 * environment and standard streams are connected; directories only as asked.
 */
import { ASYNC_SERIES, SERIES } from "../adapters/series.ts";
import { type World, worldOf } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { bytes, check, checkOptions, list, path, table, text } from "../shapes.ts";
import { camel } from "./check-adapter.ts";
import { baseOf, Exit, isAsync, isOfSeries } from "./host-imports.ts";
import { instantiate } from "./instantiate.ts";
import type { Invocation } from "./invocation.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { type TrapError, trapErrorOf } from "./trap-error.ts";
import { Watch, type Watcher } from "./watch-calls.ts";

export interface RunCommandOptions {
  /** The arguments after argument zero. */
  readonly args?: readonly string[];
  /** Argument zero, the program's name; "app" by default. */
  readonly arg0?: string;
  /** Host directories by their path in the guest. */
  readonly directories?: Readonly<Record<string, string>>;
}

/** How a program has ended, and the component's exports, which may still be called. */
export interface Ran {
  /** The exit code, or why the program was stopped. */
  readonly ending: number | TrapError;
  /** What jco gives: instances of functions by the interfaces' names. Empty if the program ended before it was there. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** What the function has returned. */
  readonly returned?: Returned;
}

/** As jco has a `result`: what is not of that type is always `ok`. */
export interface Returned {
  readonly tag: "ok" | "err";
  readonly val: unknown;
}

interface Running {
  /** Is told of each call of the host's functions. */
  readonly watcher?: Watcher;
  /** What is called in the place of the command. */
  readonly invocation?: Invocation | undefined;
}

/**
 * @returns the exit code
 * @throws FormatError if the component is not well-formed
 * @throws LinkError if it is not a command, imports what the shim does not have, or is more than this Node can run
 * @throws OptionError for an unknown option, or one of another type
 * @throws TrapError
 */
export async function runCommand(component: Uint8Array, options: RunCommandOptions = {}): Promise<number> {
  const { ending } = await ran(component, options);
  if (typeof ending !== "number") throw ending;
  return ending;
}

/** The same for those who call what else the component exports, or another function of it. @throws as `runCommand` but no TrapError */
export async function ran(component: Uint8Array, options: RunCommandOptions = {}, { watcher, invocation }: Running = {}): Promise<Ran> {
  check(bytes, component, "component");
  checkOptions<RunCommandOptions>({ args: list(text), arg0: text, directories: table(path) }, options);
  const world = worldOf(component);
  const called = invocation ?? { instance: runOf(world), label: "run", args: [] };
  const isLater = invocation?.type.async === true || isAsync(called.instance ?? "");
  const prepared = await prepare(component, world, { ...options, verb: "run", isLater });
  const watch = watcher && new Watch(watcher);
  try {
    const ended = await runPrepared({ ...prepared, imports: watch?.watched(prepared.imports) ?? prepared.imports }, called);
    // An error is a result like another: only of a command does it say how it has ended.
    return invocation === undefined || ended.returned === undefined ? ended : { ...ended, ending: 0 };
  } finally {
    watch?.end();
  }
}

type Func = (...args: readonly unknown[]) => unknown;
type Called = Pick<Invocation, "instance" | "label" | "args">;

async function runPrepared({ files, imports, left, hasStderr }: Prepared, { instance: name, label, args }: Called): Promise<Ran> {
  const instances: WebAssembly.Instance[] = [];
  const ended = (thrown: unknown): number | TrapError =>
    thrown instanceof Exit ? thrown.code : trapErrorOf(thrown, { instances, hasStderr });
  let exports: Record<string, unknown>;
  let release: () => void;
  try {
    ({ instance: exports, release } = await instantiate(files, imports, instances));
  } catch (thrown) {
    if (thrown instanceof Exit || thrown instanceof WebAssembly.RuntimeError) return { ending: ended(thrown), exports: {} };
    throw thrown;
  }
  try {
    // jco makes them of the component's exports, and names interfaces as they are.
    const owner = (name === undefined ? exports : exports[name.includes(":") ? name : camel(name)]) as Readonly<Record<string, Func>>;
    const val = await Promise.race([owner[camel(label)]?.(...args), left]);
    return { ending: 0, exports, returned: { tag: "ok", val } };
  } catch (thrown) {
    // What the function itself returned as its error, in jco's wrapping.
    if (!(thrown instanceof Error && "payload" in thrown)) return { ending: ended(thrown), exports };
    return { ending: 1, exports, returned: { tag: "err", val: thrown.payload } };
  } finally {
    release();
  }
}

const RUN = "wasi:cli/run";

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
