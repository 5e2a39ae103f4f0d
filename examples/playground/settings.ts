/**
 * What the page's controls say, as options of the library and as words of the command line. Each setting has both in one place, and
 * a test compares what comes of them.
 */
import type { Mount, Options } from "wasi-nest";

export interface Program {
  /** The name of its file. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface DroppedMount {
  /** The name of the file or folder. */
  readonly name: string;
  readonly mount: Mount;
}

export interface Settings {
  readonly program: Program;
  readonly mounts: readonly DroppedMount[];
  readonly hasTmp: boolean;
  /** Whether its files can be taken out when it has run. */
  readonly exportsFiles: boolean;
  readonly args: readonly string[];
  /** NAME=VALUE each. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly stdin: "deny" | "ignore" | "text";
  readonly stdinText: string;
  readonly stdout: "deny" | "ignore" | "allow";
  readonly stderr: "deny" | "ignore" | "allow";
  readonly clocks: "deny" | "allow" | "fixed" | "virtual";
  readonly time: string;
  readonly random: "deny" | "allow" | "zero" | "seed";
  readonly seed: string;
  readonly exit: "deny" | "allow";
  readonly deny: "error" | "trap";
}

interface Row {
  readonly options: Options;
  readonly words: readonly string[];
}

/** A setting that is wrong before the library sees it, in a sentence. */
export class SettingError extends Error {}

/** @throws SettingError */
export function optionsOf(settings: Settings): Options {
  return Object.assign({ programName: stem(settings.program.name) }, ...rowsOf(settings).map(({ options }) => options)) as Options;
}

/** The words behind the name of the command. */
export function wordsOf(settings: Settings): readonly string[] {
  return [local(settings.program.name), "-o", OUTPUT, ...rowsOf(settings).flatMap(({ words }) => words)];
}

export const OUTPUT = "out.wasm";

/** As a shell reads them, an option a line. */
export function commandText(words: readonly string[]): string {
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  const lines = quoted.reduce<readonly string[]>(
    (before, word) =>
      word.startsWith("-") && word !== "-o" ? [...before, word] : [...before.slice(0, -1), `${before.at(-1) ?? ""} ${word}`],
    ["wasi-nest"],
  );
  return lines.join(" \\\n  ");
}

function rowsOf(settings: Settings): readonly Row[] {
  const { mounts, hasTmp, exportsFiles, args, cwd, stdin, stdinText, stdout, stderr, exit, deny } = settings;
  const variables = settings.env.map(variableOf);
  return [
    ...row(mounts.length > 0, { mounts: mounts.map(({ mount }) => mount) }, ...mounts.flatMap(mountWords)),
    ...row(hasTmp, { tmpfs: [{ path: "/tmp" }] }, ...flag("tmpfs", "/tmp")),
    ...row(exportsFiles, { exportFiles: true }, "--export-files"),
    ...row(args.length > 0, { args }, ...args.flatMap((arg) => flag("arg", arg))),
    ...row(variables.length > 0, { env: Object.fromEntries(variables) }, ...settings.env.flatMap((text) => flag("env", text))),
    ...row(cwd !== "", { cwd }, ...flag("cwd", cwd)),
    ...row(stdin === "ignore", { stdin: "ignore" }, ...flag("stdin", "ignore")),
    ...row(stdin === "text", { stdin: new TextEncoder().encode(stdinText) }, ...flag("stdin-text", stdinText)),
    ...row(stdout !== "deny", { stdout }, ...flag("stdout", stdout)),
    ...row(stderr !== "deny", { stderr }, ...flag("stderr", stderr)),
    ...clockRows(settings),
    ...randomRows(settings),
    ...row(exit === "allow", { allowExit: true }, "--allow-exit"),
    ...row(deny === "trap", { deny }, ...flag("deny", deny)),
  ];
}

function clockRows({ clocks, time }: Settings): readonly Row[] {
  switch (clocks) {
    case "deny":
      return [];
    case "allow":
      return row(true, { allowClocks: true }, "--allow-clocks");
    case "fixed":
      return row(true, { clock: { fixed: time } }, ...flag("clock", `fixed:${time}`));
    case "virtual":
      return row(true, { clock: { virtual: time === "" ? true : time } }, ...flag("clock", time === "" ? "virtual" : `virtual:${time}`));
  }
}

function randomRows({ random, seed }: Settings): readonly Row[] {
  switch (random) {
    case "deny":
      return [];
    case "allow":
      return row(true, { allowRandom: true }, "--allow-random");
    case "zero":
      return row(true, { random }, ...flag("random", "zero"));
    case "seed":
      return row(true, { random: { seed } }, ...flag("random", `seed:${seed}`));
  }
}

const row = (isGiven: boolean, options: Options, ...words: readonly string[]): readonly Row[] => (isGiven ? [{ options, words }] : []);

/** A value that looks like an option is one only without the `=`. */
const flag = (name: string, value: string): readonly string[] => (value.startsWith("-") ? [`--${name}=${value}`] : [`--${name}`, value]);

/** A name may itself end as a mode does. */
const mountWords = ({ name, mount: { path, writable } }: DroppedMount): readonly string[] =>
  flag("mount", `${path}=./${name}${writable === true ? ":rw" : /:r[ow]$/.test(name) ? ":ro" : ""}`);

function variableOf(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new SettingError(`the variable \`${text}\` is not NAME=VALUE`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** What could be taken for a command or an option is a path for sure. */
const local = (name: string): string => (/^\w.*\.wasm$/.test(name) ? name : `./${name}`);

/** As the command names a program. */
const stem = (name: string): string => name.replace(/(?<=.)\.[^.]*$/, "");
