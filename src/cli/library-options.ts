/**
 * From the command line's words to the library's options: each module reads its own, and the files that they name are read here.
 */
import { excludeText, isGiven } from "../adapters/modules.ts";
import type { FlagTable, Machine } from "../adapters/option-table.ts";
import { ADAPTERS } from "../adapters/registry.ts";
import { UsageError } from "../errors.ts";
import type { Chunk, Options } from "../index.ts";
import { InputError } from "../node/input-error.ts";
import { parseEnvFile } from "./env-file.ts";
import { readInput } from "./inputs.ts";
import { readMounts } from "./mounts.ts";
import type { VirtualizeGiven } from "./options.ts";
import { exclusionsOf } from "./policy/merge.ts";
import type { Progress } from "./progress.ts";
import { refuseFileOfNpx } from "./start.ts";

export interface LibraryOptions {
  readonly options: Options<Chunk>;
  readonly warnings: readonly string[];
}

type AnyGiven = Readonly<Record<string, unknown>>;

/** @throws UsageError, InputError */
export async function libraryOptions(given: VirtualizeGiven, progress: Progress): Promise<LibraryOptions> {
  const warnings: string[] = [];
  const machine: Machine = {
    bytes: readInput,
    variable: (name) => process.env[name],
    variables: variablesIn,
    compressor: async () => (await import("../node/compressor.ts")).deflate,
    // What is read is what the module asks for.
    async mounts<M>() {
      const read = given.mount && (await readMounts(given.mount, given, progress));
      warnings.push(...(read?.warnings ?? []));
      const mounts: readonly unknown[] = [...(read?.mounts ?? []), ...(given.inlineMounts ?? [])];
      return mounts.length > 0 ? (mounts as readonly M[]) : undefined;
    },
  };
  const options = new Map<string, unknown>();
  const rows = ADAPTERS.flatMap((module) => Object.entries(module.options));
  for (const [name, row] of rows.toSorted(([, left], [, right]) => Number(left.isSlow ?? false) - Number(right.isSlow ?? false))) {
    // Each module knows the flags that are its own.
    const value = row.read === undefined ? (given as AnyGiven)[row.flag ?? ""] : await row.read(given as never, machine);
    // The library tells an option that is not there from `undefined`.
    if (value !== undefined) options.set(name, value);
  }
  return { options: Object.fromEntries(options), warnings };
}

function variablesIn(path: string): ReadonlyMap<string, string> {
  const { problems, variables } = parseEnvFile(readInput(path));
  if (problems.length > 0) throw new InputError(problems.map((problem) => `\`${path}\` ${problem}`));
  refuseFileOfNpx(path, variables.keys());
  return variables;
}

/** @throws UsageError for flags that exclude each other, and for one that means nothing without another */
export function refuseContradictions(given: object, table: FlagTable): void {
  const isPresent = (flag: string): boolean => isGiven((given as AnyGiven)[flag]);
  for (const [one, other] of exclusionsOf(table))
    if (isPresent(one) && isPresent(other)) throw new UsageError(excludeText(`--${one}`, `--${other}`));
  for (const [flag, { needs }] of Object.entries(table))
    if (needs !== undefined && isPresent(flag) && !isPresent(needs.flag))
      throw new UsageError(`\`--${flag}\` is about ${needs.about}, and there is no \`--${needs.flag}\``);
}

/** The files that flags name one by one. */
export function filesOf(given: object, table: FlagTable): readonly string[] {
  return Object.entries(table).flatMap(([flag, { file }]) => {
    const value = (given as AnyGiven)[flag];
    const texts = file === undefined ? [] : [value].flat().filter((each) => typeof each === "string");
    return texts.map((text) => (file === "whole" ? text : text.slice(text.indexOf("=") + 1)));
  });
}
