/**
 * Runs a command component of WASI 0.2, of 0.3 or of both in this process, by way of jco and its shims of WASI. The host's
 * environment and standard streams are connected; directories only as asked.
 */
import { ASYNC_SERIES, SERIES } from "../adapters/series.ts";
import { type World, worldOf } from "../component/world.ts";
import { LinkError } from "../errors.ts";
import { bytes, check, checkOptions, list, path, table, text } from "../shapes.ts";
import { baseOf, Exit, isOfSeries } from "./host-imports.ts";
import { instantiate } from "./instantiate.ts";
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

/** The same for those who call what else the component exports. @throws as `runCommand` but no TrapError */
export async function ran(component: Uint8Array, options: RunCommandOptions = {}): Promise<Ran> {
  check(bytes, component, "component");
  checkOptions<RunCommandOptions>({ args: list(text), arg0: text, directories: table(path) }, options);
  return runWatched(component, options);
}

/** The same, with somebody who is told of each call of the host's functions. */
export async function runWatched(component: Uint8Array, options: RunCommandOptions, watcher?: Watcher): Promise<Ran> {
  const world = worldOf(component);
  const run = runOf(world);
  const prepared = await prepare(component, world, { ...options, verb: "run", called: run });
  const watch = watcher && new Watch(watcher);
  try {
    return await runPrepared({ ...prepared, imports: watch?.watched(prepared.imports) ?? prepared.imports }, run);
  } finally {
    watch?.end();
  }
}

async function runPrepared({ files, imports, left, hasStderr }: Prepared, run: string): Promise<Ran> {
  const instances: WebAssembly.Instance[] = [];
  const ended = (thrown: unknown): number | TrapError =>
    thrown instanceof Exit ? thrown.code : trapErrorOf(thrown, { instances, hasStderr });
  let instance: Record<string, unknown>;
  let release: () => void;
  try {
    ({ instance, release } = await instantiate(files, imports, instances));
  } catch (thrown) {
    if (thrown instanceof Exit || thrown instanceof WebAssembly.RuntimeError) return { ending: ended(thrown), exports: {} };
    throw thrown;
  }
  try {
    await Promise.race([(instance[run] as { run: () => void | Promise<void> }).run(), left]);
    return { ending: 0, exports: instance };
  } catch (thrown) {
    // What `run` itself returned as its error, in jco's wrapping.
    return { ending: thrown instanceof Error && "payload" in thrown ? 1 : ended(thrown), exports: instance };
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
