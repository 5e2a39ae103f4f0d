/**
 * `wasi-nest init`: writes a first policy file for a component.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Given } from "../../adapters/option-table.ts";
import { counted } from "../../amounts.ts";
import { inspect, virtualize } from "../../index.ts";
import type { RunCommandOptions } from "../../node/run-command.ts";
import type { Observed } from "../../node/observe-run.ts";
import type { TrapError } from "../../node/trap-error.ts";
import { programName } from "../read-component.ts";
import { UsageError } from "../../errors.ts";
import { directoryOf } from "./run.ts";
import type { Manual } from "../help.ts";
import { INIT_OPTIONS, type InitOptions, policyFlags, VIRTUALIZE_OPTIONS } from "../options.ts";
import { formatOf } from "../policy/formats.ts";
import { hasComments, policyText } from "../policy/policy-text.ts";
import { deniedNames, type Imported, starterBlocks } from "../policy/starter.ts";
import { printText, say } from "../terminal.ts";

export const INIT_MANUAL: Manual = {
  usage: ["$0 init <component> [-o FILE] [options]", "$0 init <component> --from-run [-o FILE] [--dir HOST::GUEST...] [-- arguments]"],
  purpose:
    "Writes a policy file for --policy that lists what the component imports, all of it denied, and the options that would give some of it, as comments. Without --out, it is wasi-nest.toml beside the component, where --policy auto finds it. With --from-run, the program runs once, and what it used is given.",
  options: INIT_OPTIONS,
  groups: [],
  examples: [
    ["$0 init app.wasm", "Write wasi-nest.toml beside app.wasm"],
    ["$0 init app.wasm --from-run --dir data::/data -- /data/in.txt", "Run it, and give what it used and no more"],
    ["$0 init app.wasm -o policies/app.yaml", "Write a policy in YAML"],
  ],
  epilogue: [
    "The end of the file's name says the format: .toml, .yaml, .yml, or .json, which has no comments.",
    "A run that fails writes the policy, too: an exit code is said, and a trap is an error after it.",
    "Exit codes: 0 done; 1 the component cannot be read the file is there already, or the program trapped; 2 the command line is wrong.",
  ],
};

/** `args` are those of the run. */
export async function initPolicy(path: string, given: Given<InitOptions>, args: readonly string[]): Promise<void> {
  const [{ decoding, readComponent }, { Progress }, { usualPolicy }, { checkOutput, writeOutput }, { refuseContradictions }] =
    await Promise.all([
      import("../read-component.ts"),
      import("../progress.ts"),
      import("../policy/policy-file.ts"),
      import("../write-output.ts"),
      import("../library-options.ts"),
    ]);
  const { out = usualPolicy(path), "from-run": fromRun = false } = given;
  refuseContradictions(given, INIT_OPTIONS);
  if (args.length > 0 && !fromRun) throw new UsageError("arguments behind `--` are for a run, and there is no `--from-run`");
  if (out === "-" && fromRun)
    throw new UsageError("`--from-run` and `--out -` both want standard output: what the program prints is shown");
  if (out !== "-") formatOf(out);
  const directories = Object.fromEntries((given.dir ?? []).map(directoryOf));
  const progress = new Progress(true);
  // A program is run as `run` does that.
  const { component, adapted } = await readComponent(path, { adapt: given.adapt, exitWithCode: fromRun }, progress);
  if (out !== "-") {
    checkOutput(out);
    await refuseExisting(path, given);
  }
  const name = path === "-" ? "the component" : basename(path);
  const imports = await decoding(path, () => importsOf(component));
  progress.clear();
  const run = fromRun
    ? await decoding(path, () => observedRun(component, { arg0: programName(path), args, directories }, adapted !== undefined))
    : undefined;
  // What is printed is TOML.
  const text = firstPolicy(out === "-" ? usualPolicy(path) : out, name, imports, run?.observed);
  if (out === "-") return printText(text);
  await writeOutput(out, [new TextEncoder().encode(text)]);
  const denied = imports.filter(({ isOpen }) => !isOpen).length + deniedNames(imports).length;
  say([
    `wrote ${out}: ${run === undefined ? `${counted(denied, "import")} of ${name}, all denied` : `what ${name} needed in this run`}`,
    ...(hasComments(out)
      ? []
      : ["  JSON has no comments: a file that ends in `.toml` or `.yaml` lists the imports, and the options for each"]),
    ...(run?.code ? [`warning: the program ended with exit code ${run.code}: one that ends well may need more`] : []),
  ]);
  if (run?.trap !== undefined) throw run.trap;
}

interface ObservedRun {
  readonly observed: Observed;
  readonly code?: number;
  readonly trap?: TrapError;
}

/** A run with all allowed. A trap ends it, too. */
async function observedRun(component: Uint8Array, options: Required<RunCommandOptions>, isProgram: boolean): Promise<ObservedRun> {
  const [{ RunObserver }, { ran }] = await Promise.all([import("../../node/observe-run.ts"), import("../../node/run-command.ts")]);
  const observer = new RunObserver(options.directories);
  const { ending } = await ran(component, options, { watcher: observer.watch });
  return { observed: observer.observed(isProgram), ...(typeof ending === "number" ? { code: ending } : { trap: ending }) };
}

/** A policy in the format of a file of this name, in which all is denied, or what a run did not use. */
export const firstPolicy = (out: string, name: string, imports: readonly Imported[], observed?: Observed): string =>
  policyText(out, starterBlocks(name, imports, policyFlags(VIRTUALIZE_OPTIONS), observed));

/** What a component imports, and which of it is the host's unless its name is denied. */
export function importsOf(component: Uint8Array): readonly Imported[] {
  const outcomes = new Map(virtualize(component).report.imports.map(({ name, outcome }) => [name, outcome]));
  return inspect(component).imports.map(({ name, kind, functions, implements: implemented, isPower }) => ({
    name,
    meaning: implemented ?? name,
    isPower,
    labels: kind === "instance" ? functions : [],
    isOpen: outcomes.get(name) === "allowed",
  }));
}

/** @throws InputError where there is a policy already, unless `--force` replaces it, or `--policy auto` would find two */
async function refuseExisting(component: string, { out, force }: Given<InitOptions>): Promise<void> {
  const [{ InputError }, { policiesBeside, usualPolicy }] = await Promise.all([
    import("../../node/input-error.ts"),
    import("../policy/policy-file.ts"),
  ]);
  const path = out ?? usualPolicy(component);
  const other = out === undefined ? policiesBeside(component).find((each) => each !== path) : undefined;
  if (other !== undefined)
    throw new InputError([
      `\`${other}\` is there already, and \`--policy auto\` takes one file only: \`--out ${other} --force\` replaces it`,
    ]);
  if (force !== true && existsSync(path)) throw new InputError([`\`${path}\` is there already: \`--force\` replaces it`]);
}
