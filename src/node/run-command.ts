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
import { prepare } from "./prepare.ts";
import { trapErrorOf } from "./trap-error.ts";

export interface RunCommandOptions {
  /** The arguments after argument zero. */
  readonly args?: readonly string[];
  /** Argument zero, the program's name; "app" by default. */
  readonly arg0?: string;
  /** Host directories by their path in the guest. */
  readonly directories?: Readonly<Record<string, string>>;
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
  const world = worldOf(component);
  const run = runOf(world);
  const { files, imports, left, hasStderr } = await prepare(component, world, { ...options, verb: "run", called: run });
  const instances: WebAssembly.Instance[] = [];
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
    await Promise.race([(instance[run] as { run: () => void | Promise<void> }).run(), left]);
    return 0;
  } catch (thrown) {
    // What `run` itself returned as its error, in jco's wrapping.
    return thrown instanceof Error && "payload" in thrown ? 1 : ended(thrown);
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
