/** Scripts made in JavaScript: commands that bring their programs along, connected by functions in place of operators. */
import { OptionError } from "../errors.ts";
import { bytes, either, flag, list, only, path, type Place, record, type Shape, text } from "../shapes.ts";
import { variables } from "./check.ts";
import { NULL_DEVICE, type Redirection, type Script } from "./script.ts";

/** One command: a program, and what it gets. */
export interface ProgramCommand {
  /** A component, or a core module of preview 1. */
  readonly component: Uint8Array;
  /** What the program is called in `restrict` and in reports, and its argument zero. One without a name is `program-1`, or as many as there are. */
  readonly name?: string;
  /** Without the program's name. None by default. */
  readonly args?: readonly string[];
  /** Variables of this command alone, besides those of the options. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file, or nothing. By default what the script has, or the command before it in a pipe. */
  readonly stdin?: CommandFile | "ignore";
  /** A file, nowhere, or wherever standard error goes. By default where the script's goes, or to the next command of a pipe. */
  readonly stdout?: CommandOutput | "ignore" | "to-stderr";
  /** A file, nowhere, or wherever standard output goes. By default where the script's goes. */
  readonly stderr?: CommandOutput | "ignore" | "to-stdout";
}

/** A file of the composed component, relative to its working directory or else to `/`. */
export interface CommandFile {
  readonly file: string;
}

export interface CommandOutput extends CommandFile {
  /** Adds to the end of the file, which is emptied otherwise. */
  readonly append?: boolean;
}

/** What the functions below connect. */
export type Part = ProgramCommand | Script;

const FILE = record<CommandFile>({ file: path }, "file");
const OUTPUT_FILE = record<CommandOutput>({ file: path, append: flag }, "file");

const anything: Shape = () => {};
const stream = (file: Shape, ...words: readonly string[]): Shape =>
  either(["`{ file }`", ...words.map((each) => `\`${each}\``)].join(" or "), (value) =>
    words.some((each) => each === value) ? anything : typeof value === "object" ? file : undefined,
  );
const pathOf = (file: CommandFile | "ignore"): string => (file === "ignore" ? NULL_DEVICE : file.file);

const COMMAND = record<ProgramCommand>(
  {
    component: bytes,
    name: only("a name", (value) => typeof value === "string" && value !== ""),
    args: list(text),
    env: variables,
    stdin: stream(FILE, "ignore"),
    stdout: stream(OUTPUT_FILE, "ignore", "to-stderr"),
    stderr: stream(OUTPUT_FILE, "ignore", "to-stdout"),
  },
  "component",
);

/**
 * `a | b | c`: what each part writes is what the next one reads.
 * @throws OptionError for what is no part, as the three below do
 */
export function pipe(...parts: readonly Part[]): Script {
  const [first, ...others] = scriptsOf("pipe", parts);
  return others.length === 0 ? first : { kind: "pipe", stages: [first, ...others] };
}

/** `a && b && c`: each part runs if all before it have succeeded. */
export const and = (...parts: readonly Part[]): Script => chain("and", parts);

/** `a || b || c`: each part runs if all before it have failed. */
export const or = (...parts: readonly Part[]): Script => chain("or", parts);

/** `a; b; c`: one part after the other, whatever they end with. */
export const sequence = (...parts: readonly Part[]): Script => chain("sequence", parts);

function chain(kind: "and" | "or" | "sequence", parts: readonly Part[]): Script {
  const [first, ...others] = scriptsOf(kind, parts);
  return others.reduce<Script>((left, right) => ({ kind, left, right }), first);
}

function scriptsOf(name: string, parts: readonly Part[]): readonly [Script, ...Script[]] {
  const [first, ...others] = parts.map((part, i) => scriptOf(part, { option: name, path: () => `${name}[${i}]` }));
  if (first === undefined) throw new OptionError(name, `\`${name}\` has no commands`);
  return [first, ...others];
}

/** `compose` looks into scripts. */
function scriptOf(part: Part, place: Place): Script {
  if (typeof part === "object" && part !== null && "kind" in part) return part;
  COMMAND(part, place);
  const { component, name = "", args = [], env = {} } = part;
  return { kind: "command", program: name, component, args, env: Object.entries(env), redirections: redirectionsOf(part, place) };
}

/** What goes where another output goes comes last, for that to be known. */
function redirectionsOf({ stdin, stdout, stderr }: ProgramCommand, place: Place): readonly Redirection[] {
  if (stdout === "to-stderr" && stderr === "to-stdout")
    throw new OptionError(place.option, `\`${place.path()}\` sends each of its outputs to the other one`);
  const redirections: Redirection[] = [];
  if (stdin !== undefined) redirections.push({ kind: "input", path: pathOf(stdin) });
  const outputs = [["stdout", stdout] as const, ["stderr", stderr] as const];
  for (const [from, to] of outputs) {
    if (to === undefined || to === "to-stdout" || to === "to-stderr") continue;
    redirections.push({ kind: to !== "ignore" && to.append === true ? "append" : "output", from, path: pathOf(to) });
  }
  if (stdout === "to-stderr") redirections.push({ kind: "duplicate", from: "stdout", to: "stderr" });
  if (stderr === "to-stdout") redirections.push({ kind: "duplicate", from: "stderr", to: "stdout" });
  return redirections;
}
