/**
 * `wasi-nest inspect`: tells what a component can still do, checks it against what is allowed, draws it.
 * The component is read once for all of that.
 */
import { basename, resolve } from "node:path";
import type { Inspection, OptionError as OptionErrorClass } from "../../index.ts";
import type { Given } from "../../adapters/option-table.ts";
import type { Manual } from "../help.ts";
import { INSPECT_OPTIONS, type InspectOptions } from "../options.ts";
import { print, printJson, say } from "../terminal.ts";
import { UsageError } from "../../errors.ts";
import { spoken } from "../../visible.ts";

export const INSPECT_MANUAL: Manual = {
  usage: ["$0 inspect <component> [options]"],
  purpose:
    "Prints what a component can reach of its host, whoever made it. For an output of wasi-nest, it also prints the options and what is embedded, with digests. `-` is standard input.",
  options: INSPECT_OPTIONS,
  groups: [],
  examples: [
    ["$0 inspect out.wasm --svg out.svg", "Print it, and write a picture"],
    ["$0 inspect out.wasm --check allowed.json", 'Compare with a file such as { "allow": ["stdout", "acme:kv/store"] }'],
  ],
  epilogue: [
    "Exit codes: 0 done, 1 the component could do more than `--check` allows, its wiring leads around rules that it records, or the file is not a component; 2 the command line or the file of `--check` is wrong.",
  ],
};

export async function inspectFile(path: string, given: Given<InspectOptions>): Promise<void> {
  const taken = refuseContradictions(path, given);
  const [
    { beyond, drawMermaid, drawSvg, inspect, OptionError, parseAllowance },
    { decoding, readComponent },
    { reading, readInput },
    { checkOutput, writeOutput },
    { Progress },
    { componentSource, readComponentBytes },
    { createHash },
  ] = await Promise.all([
    import("../../index.ts"),
    import("../read-component.ts"),
    import("../inputs.ts"),
    import("../write-output.ts"),
    import("../progress.ts"),
    import("../../node/component-bytes.ts"),
    import("node:crypto"),
  ]);
  const drawings = [
    { file: given.svg, draw: drawSvg },
    { file: given.mermaid === "" ? "-" : given.mermaid, draw: drawMermaid },
  ].flatMap(({ file, draw }) => (file === undefined ? [] : [{ file, draw }]));
  const { check } = given;
  for (const { file } of drawings) checkOutput(file, [path, check]);
  const allowance =
    check === undefined ? undefined : inAllowance(check, OptionError, () => parseAllowance(new TextDecoder().decode(readInput(check))));

  const progress = new Progress(true);
  const { component, adapted } = await readComponent(path, { adapt: given.adapt }, progress, readComponentBytes);
  progress.note(`reading what is embedded in ${path}`);
  // Who asks for a check or a picture alone need not wait for digests.
  const digests = given.json === true || (taken === undefined && check === undefined);
  const source = adapted === undefined ? reading(path, () => componentSource(path, component)) : component;
  const inspection = await decoding(path, () => inspect(component, { digests, source, createHash: () => createHash("sha256") }));
  progress.clear();
  const excess = allowance && inAllowance(check ?? "", OptionError, () => beyond(inspection, allowance));
  for (const { file, draw } of drawings)
    await writeOutput(file, [new TextEncoder().encode(draw(inspection, path === "-" ? undefined : basename(path)))]);
  if (given.json === true) {
    printJson({ ...inspection, adapted: adapted ?? null, ...(excess && { beyond: excess }) });
  } else if (taken === undefined && excess === undefined) {
    const { printInspection } = await import("../print-inspection.ts");
    printInspection(inspection, nameOf(path), adapted === undefined ? [] : [`a preview 1 core module, adapted as a ${adapted}`]);
  }
  if (inspection.bypasses.length > 0) await refuseBypasses(inspection.bypasses, path);
  if (excess !== undefined) await tell(excess, path, check ?? "", taken === undefined ? print : say);
}

/** What an output records is not what it does. */
async function refuseBypasses(bypasses: Inspection["bypasses"], path: string): Promise<never> {
  const [{ columns }, { InputError }] = await Promise.all([import("../columns.ts"), import("../../node/input-error.ts")]);
  const rows = bypasses.map((each) => [each.rules, each.import, each.functions.map(spoken).join(", ")]);
  throw new InputError([`\`${nameOf(path)}\` says that it has rules, and its wiring leads around them:`], undefined, {
    details: columns(rows),
  });
}

const nameOf = (path: string): string => (path === "-" ? "standard input" : path);

async function tell(excess: Inspection["imports"], path: string, policy: string, out: (lines: readonly string[]) => void): Promise<void> {
  if (excess.length === 0) {
    out([`${nameOf(path)} can do no more than ${nameOf(policy)} allows`]);
    return;
  }
  const [{ importLines }, { InputError }] = await Promise.all([import("../print-inspection.ts"), import("../../node/input-error.ts")]);
  const problem = `\`${nameOf(path)}\` could do more than \`${nameOf(policy)}\` allows:`;
  throw new InputError([problem], undefined, { details: importLines(excess, 100) });
}

/** Adds to what is wrong with an allowance which file it is in. */
function inAllowance<T>(path: string, OptionError: typeof OptionErrorClass, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof OptionError)) throw cause;
    throw new OptionError("check", `\`${nameOf(path)}\` does not say what is allowed`, { cause });
  }
}

/** Gives what has taken standard output, if anything has. */
function refuseContradictions(path: string, { json, svg, mermaid, check }: Given<InspectOptions>): string | undefined {
  const takers = [
    ...(json === true ? ["--json"] : []),
    ...(svg === "-" ? ["--svg -"] : []),
    ...(mermaid === "" || mermaid === "-" ? ["--mermaid"] : []),
  ];
  const [first, second] = takers;
  if (second !== undefined) throw new UsageError(`\`${first}\` and \`${second}\` both want standard output`);
  if (svg !== undefined && mermaid !== undefined && mermaid !== "" && resolve(svg) === resolve(mermaid))
    throw new UsageError(`\`--svg\` and \`--mermaid\` both want \`${svg}\``);
  if (path === "-" && check === "-") throw new UsageError("the component and what `--check` reads cannot both be standard input");
  return first;
}
