/**
 * `wasi-nest init`: writes a first policy file for a component.
 */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Given } from "../../adapters/option-table.ts";
import { counted } from "../../amounts.ts";
import { inspect, virtualize } from "../../index.ts";
import type { Manual } from "../help.ts";
import { INIT_OPTIONS, type InitOptions, policyFlags, VIRTUALIZE_OPTIONS } from "../options.ts";
import { formatOf } from "../policy/formats.ts";
import { hasComments, policyText } from "../policy/policy-text.ts";
import { deniedNames, type Imported, starterBlocks } from "../policy/starter.ts";
import { printText, say } from "../terminal.ts";

export const INIT_MANUAL: Manual = {
  usage: ["$0 init <component> [-o FILE] [options]"],
  purpose:
    "Writes a policy file for --policy that lists what the component imports, all of it denied, and the options that would give some of it, as comments. Without --out, it is wasi-nest.toml beside the component, where --policy auto finds it.",
  options: INIT_OPTIONS,
  groups: [],
  examples: [
    ["$0 init app.wasm", "Write wasi-nest.toml beside app.wasm"],
    ["$0 init app.wasm -o policies/app.yaml", "Write a policy in YAML"],
  ],
  epilogue: [
    "The end of the file's name says the format: .toml, .yaml, .yml, or .json, which has no comments.",
    "Exit codes: 0 done; 1 the component cannot be read or the file is there already; 2 the command line is wrong.",
  ],
};

export async function initPolicy(path: string, given: Given<InitOptions>): Promise<void> {
  const [{ decoding, readComponent }, { Progress }, { usualPolicy }, { checkOutput, writeOutput }] = await Promise.all([
    import("../read-component.ts"),
    import("../progress.ts"),
    import("../policy/policy-file.ts"),
    import("../write-output.ts"),
  ]);
  const { out = usualPolicy(path) } = given;
  if (out !== "-") formatOf(out);
  const progress = new Progress(true);
  const { component } = await readComponent(path, { adapt: given.adapt }, progress);
  if (out !== "-") {
    checkOutput(out);
    await refuseExisting(path, given);
  }
  const name = path === "-" ? "the component" : basename(path);
  const imports = await decoding(path, () => importsOf(component));
  progress.clear();
  // What is printed is TOML.
  const text = firstPolicy(out === "-" ? usualPolicy(path) : out, name, imports);
  if (out === "-") return printText(text);
  await writeOutput(out, [new TextEncoder().encode(text)]);
  const denied = imports.filter(({ isOpen }) => !isOpen).length + deniedNames(imports).length;
  say([
    `wrote ${out}: ${counted(denied, "import")} of ${name}, all denied`,
    ...(hasComments(out)
      ? []
      : ["  JSON has no comments: a file that ends in `.toml` or `.yaml` lists the imports, and the options for each"]),
  ]);
}

/** A policy in the format of a file of this name, in which all is denied. */
export const firstPolicy = (out: string, name: string, imports: readonly Imported[]): string =>
  policyText(out, starterBlocks(name, imports, policyFlags(VIRTUALIZE_OPTIONS)));

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
