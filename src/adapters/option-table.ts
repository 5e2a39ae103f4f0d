/**
 * What an adapter says of its options, once: the flags of the command, and a row for each option of the library. The command
 * line, its help, what excludes what, the shapes of values, the tables of the README and of docs/api.md come from it.
 */
import type { Shape } from "../shapes.ts";

export interface FlagSyntax {
  readonly type: "string" | "boolean";
  readonly alias?: string;
  /** May be given more than once. */
  readonly array?: boolean;
  readonly choices?: readonly string[];
  /** Besides the choices, whatever begins so; and what stands behind that, as the help calls it. */
  readonly prefixes?: Readonly<Record<string, string>>;
  /** How other values begin, which a shell offers: what ends in `:` goes on. */
  readonly starts?: readonly string[];
  /** The value may be left out, and is the empty string then; given, it needs `=`. A list is `false` where that is said. */
  readonly optionalValue?: boolean;
  /** What it means without a value; the next word is its value all the same, if that is no option. */
  readonly bare?: string;
  /** It is another name of a flag: what its `true` and its `false` are there. Without `no`, `false` takes it back. */
  readonly means?: { readonly flag: string; readonly yes: string; readonly no?: string };
  /** What the help says. */
  readonly describe?: string;
  /** Any text is a value, also what looks like an option. */
  readonly anyValue?: boolean;
  /** Flags that cannot be given beside it, where no row of an option says so. */
  readonly excludes?: readonly string[];
  /** The flag without which it means nothing, and what both are about. */
  readonly needs?: { readonly flag: string; readonly about: string };
  /** It means nothing without an app: `wasi-nest adapter` has no such flag. */
  readonly needsApp?: true;
  /** Its value names a file that is read. */
  readonly file?: "whole" | "behind =";
  /** Its value names another file or folder of this machine, which a shell can complete. */
  readonly path?: "whole" | "behind =";
  /** A promise about the whole output: what it excludes is an error wherever that is given, and never takes its place. */
  readonly promise?: true;
  /** Its values are NAME=VALUE, and there is one of each name. */
  readonly pair?: true;
  /** What other tools call it, and how it is written here. */
  readonly elsewhere?: Readonly<Record<string, string>>;
}

/** The values that a flag with choices takes, as a user reads them. */
export const choicesOf = ({ choices = [], prefixes = {} }: FlagSyntax): readonly string[] => [
  ...choices,
  ...Object.entries(prefixes).map((each) => each.join("")),
];

/** In the order of the help. */
export type FlagTable = Readonly<Record<string, FlagSyntax>>;

type Value<Syntax extends FlagSyntax> = Syntax extends { readonly type: "boolean" }
  ? boolean
  : Syntax extends { readonly array: true; readonly optionalValue: true }
    ? false | readonly string[]
    : Syntax extends { readonly choices: readonly (infer Choice)[] }
      ? Choice | (Syntax extends { readonly prefixes: infer Prefixes extends object } ? `${keyof Prefixes & string}${string}` : never)
      : Syntax extends { readonly array: true }
        ? readonly string[]
        : string;

/** The flags that were given. */
export type Given<Table extends FlagTable> = { readonly [Name in keyof Table]?: Value<Table[Name]> };

/** An option with a value, as a policy file may give it to a component that imports something. */
export interface Sample {
  readonly flag: string;
  readonly value: true | string | readonly string[];
  /** What it gives: interfaces, or functions such as `wasi:cli/environment#get-arguments`. Without it, all that the module has. */
  readonly of?: readonly string[];
  /** It leaves to the host what a program uses of it, and no more. */
  readonly isHosts?: true;
}

/** What the command lends to those who read its flags, because no adapter imports `node:`. */
export interface Machine {
  /** The bytes of a file; `-` is standard input. */
  bytes(path: string): Uint8Array;
  /** The variables in a file, in its order. */
  variables(path: string): ReadonlyMap<string, string>;
  /** A variable of the command's own environment. */
  variable(name: string): string | undefined;
  /** What makes deflate streams without a header, as small as they get. */
  compressor(): Promise<(contents: Uint8Array) => Uint8Array>;
  /** Files and directories of this machine, as the flags say; `M` is the library's mount. */
  mounts<M>(given: object): Promise<readonly M[] | undefined>;
}

export interface Option<V> {
  /** What the library accepts. */
  readonly shape: Shape;
  /** Its type and its meaning, for docs/api.md. */
  readonly type: string;
  readonly meaning: string;
  /** The flag of the command that stands for it; an option of the library alone has none. */
  readonly flag?: string;
  /**
   * The value out of the flags, if that is not the flag's own.
   * @throws UsageError
   */
  read?(given: never, machine: Machine): V | undefined | Promise<V | undefined>;
  /** It is read after all others, because that takes long. */
  readonly isSlow?: true;
  /** Options that cannot be given beside it. What is `false` is not given. */
  readonly excludes?: readonly string[];
  /** An empty list excludes nothing, and nothing excludes it. */
  readonly isNothingIfEmpty?: true;
  /** What the README's table says of it, in which rows and columns. */
  readonly readme?: readonly (readonly [row: string, column: "allow" | "virtualize", cell: string])[];
}

/** A row for each of a module's options: the compiler misses none. */
export type OptionTable<O extends object> = { readonly [Name in keyof O]-?: Option<NonNullable<O[Name]>> };
/** The same with the options' types forgotten, for those who go through all of them. */
export type AnyOptionTable = Readonly<Record<string, Option<unknown>>>;

/** A value in the section `wasi-nest` of an output, for what it was made with. */
export type Recorded = string | number | boolean | readonly Recorded[] | { readonly [key: string]: Recorded };
/** Whether a value in that section is one that we could have written. */
export type Check = (value: unknown) => boolean;
