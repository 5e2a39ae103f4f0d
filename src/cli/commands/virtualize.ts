/**
 * `wasi-nest virtualize`, the default command: reads the component and the mounts, virtualizes, writes, reports.
 */
import type { Options } from "../../adapters/registry.ts";
import { adaptPreview1, type Chunk, kindOf } from "../../index.ts";
import { virtualize } from "../../virtualize/virtualize.ts";
import type { Manual } from "../help.ts";
import { filesOf, libraryOptions, refuseContradictions } from "../library-options.ts";
import { VIRTUALIZE_GROUPS, VIRTUALIZE_OPTIONS, type VirtualizeGiven } from "../options.ts";
import { printReport } from "../print-report.ts";
import { Progress } from "../progress.ts";
import { decoding, programName, readComponent } from "../read-component.ts";
import { isTerminal, STDOUT } from "../terminal.ts";
import { UsageError } from "../../errors.ts";
import { checkOutput, writeOutput } from "../write-output.ts";

export const VIRTUALIZE_MANUAL: Manual = {
  usage: [
    "$0 <component> -o FILE [options]",
    "$0 compose <script> -o FILE [options]",
    "$0 bundle NAME=FILE... -o FILE [options]",
    "$0 adapter -o FILE [options]",
    "$0 run <component> [options] [-- arguments]",
    "$0 inspect <component> [options]",
    "$0 types <component> <interface> -o FOLDER [options]",
  ],
  purpose:
    "Writes a component that contains the given one (or a preview 1 core module) and answers its calls of WASI as the options say. Everything that no option gives is denied.",
  options: VIRTUALIZE_OPTIONS,
  groups: VIRTUALIZE_GROUPS,
  examples: [
    ["$0 app.wasm -o out.wasm --stdio allow --mount /data=./data", "Embed a directory, and keep the host's standard streams"],
    ["$0 app.wasm -o out.wasm --mount /data=./data:rw --tmpfs /tmp=64M", "Embed a directory and add an empty one, both writable in memory"],
    ["$0 app.wasm -o out.wasm -e MODE=test --arg build --cwd /src", "Fix a variable, an argument and the working directory"],
  ],
  epilogue: [
    "Options for one thing each, such as `--mount`, `--env` and `--arg`, may be given several times.",
    "Exit codes: 0 done, 1 the input cannot be virtualized, 2 the command line is wrong.",
    "`wasi-nest run --help` describes how to run a component, `wasi-nest adapter --help` how to write an adapter alone, `wasi-nest inspect --help` how to see what a component can do.",
  ],
};

export async function virtualizeFile(path: string, given: VirtualizeGiven): Promise<void> {
  refuseContradictions(given, VIRTUALIZE_OPTIONS);
  refuseOutputs(given);
  if (given.out !== undefined) checkOutput(given.out, [path, ...filesOf(given, VIRTUALIZE_OPTIONS)]);
  const progress = new Progress(given.quiet !== true);
  try {
    const { component, adapted } = await readComponent(path, { adapt: given.adapt, keepsModule: true }, progress);
    const { options, warnings: ofMounts } = await libraryOptions(given, progress);
    const adapters =
      given.adapter && (await (await import("../adapters.ts")).readAdapters(given.adapter, importing(component, options), given, progress));
    progress.note("composing");
    const { chunks, report } = await decoding(path, () =>
      virtualize(component, { programName: programName(path), ...options, ...(adapters && { adapters }) }),
    );
    if (given.out !== undefined && given["dry-run"] !== true) {
      progress.note(`writing ${given.out}`);
      await writeOutput(given.out, chunks);
    }
    progress.clear();
    if (given.quiet === true) return;
    printReport({ ...report, adapted: adapted ?? null, warnings: [...ofMounts, ...report.warnings] }, path, given);
  } finally {
    progress.clear();
  }
}

/** A component that imports what the output's app will, for adapters to be made for that. */
function importing(component: Uint8Array, { exitWithCode = false, stubImports = false }: Options<Chunk>): Uint8Array {
  return kindOf(component) === "core module" ? adaptPreview1(component, { exitWithCode, stubImports }) : component;
}

/** @throws UsageError for an output that there cannot be */
export function refuseOutputs(given: VirtualizeGiven): void {
  if (given.out === undefined && given["dry-run"] !== true)
    throw new UsageError("no output given: `--out FILE` writes one, `--dry-run` does without");
  if (given.out === "-" && given.json === true) throw new UsageError("`--json` and `--out -` both want standard output");
  if (given.out === "-" && given["dry-run"] !== true && isTerminal(STDOUT))
    throw new UsageError("standard output is a terminal, which a component would garble: redirect it");
}
