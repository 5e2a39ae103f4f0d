/** What a shell has to know of the commands, made of their manuals: the words, the flags, and what stands behind each. */
import type { FlagSyntax } from "../../adapters/option-table.ts";
import type { Manual } from "../help.ts";

export interface Completed {
  /** "" for the command without a name. */
  readonly name: string;
  readonly purpose: string;
  readonly flags: readonly Flag[];
  /** As a manual has them. */
  readonly words: NonNullable<Manual["words"]>;
}

export interface Flag {
  /** Without dashes. */
  readonly name: string;
  readonly alias: string | undefined;
  readonly describe: string;
  readonly isRepeated: boolean;
  readonly value: Value;
}

export interface Value {
  /** Where it stands: there is none, it is the next word or stands behind `=`, or it stands behind `=` only and may be left out. */
  readonly place: "none" | "next" | "behind =";
  /** What it may be; a word that ends in `:` goes on. */
  readonly words: readonly string[];
  readonly path: "whole" | "behind =" | undefined;
}

/** What each shell knows of the script that it reads. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export function completedCommands(manuals: ReadonlyMap<string, Manual>): readonly Completed[] {
  const described = [...manuals].map(([name, manual]) => completed(name, manual));
  const main = described.find(({ name }) => name === "");
  if (main === undefined) throw new Error("no command goes without a name");
  const named: readonly Completed[] = [{ ...main, name: "virtualize" }, ...described.filter(({ name }) => name !== "")];
  const version: Completed = { name: "version", purpose: "Prints the version", flags: [], words: [[]] };
  const help: Completed = { name: "help", purpose: "Prints the help of a command", flags: [], words: [] };
  const all = [...named, help, version];
  return [main, ...all.map((each) => (each === help ? { ...help, words: [all.map(({ name }) => name)] } : each))];
}

const completed = (name: string, { purpose, options, words = [] }: Manual): Completed => ({
  name,
  // Its first sentence.
  purpose: purpose.replace(/\. .*|\.$/s, ""),
  flags: Object.entries(options).map(([flag, syntax]) => flagOf(flag, syntax)),
  words,
});

const flagOf = (name: string, syntax: FlagSyntax): Flag => ({
  name,
  alias: syntax.alias,
  // Its first clause.
  describe: (syntax.describe ?? "").replace(/; .*/s, ""),
  isRepeated: syntax.array === true,
  value: {
    place: syntax.type === "boolean" ? "none" : syntax.optionalValue === true ? "behind =" : "next",
    words: [...(syntax.choices ?? []), ...Object.keys(syntax.prefixes ?? {}), ...(syntax.starts ?? [])],
    path: syntax.file ?? syntax.path,
  },
});

/** What differs between commands in a flag of one name, each with the commands that have it so. */
export function flagsByCommands(commands: readonly Completed[]): readonly (Flag & { readonly commands: readonly string[] })[] {
  const found = new Map<string, { readonly flag: Flag; readonly commands: string[] }>();
  for (const { name, flags } of commands) {
    for (const flag of flags) {
      const key = JSON.stringify(flag);
      const known = found.get(key);
      if (known === undefined) found.set(key, { flag, commands: [name] });
      else known.commands.push(name);
    }
  }
  return [...found.values()].map(({ flag, commands: names }) => ({ ...flag, commands: names }));
}

/** `--out` and `-o`. */
export const dashed = ({ name, alias }: Pick<Flag, "name" | "alias">): readonly string[] => [
  `--${name}`,
  ...(alias === undefined ? [] : [`-${alias}`]),
];
