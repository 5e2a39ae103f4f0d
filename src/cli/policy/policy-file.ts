/**
 * A policy file: the options of the command line, by the same names, and three keys more:
 *
 *   extends    a file or files that this one adds to
 *   variables  variables of the environment that `${NAME}` stands for in its values; without this key, `$` is itself
 *   $schema    for editors
 *
 * Paths of this machine are relative to the file.
 */
import { dirname, isAbsolute, join } from "node:path";
import { existsSync } from "node:fs";
import type { FlagSyntax, FlagTable } from "../../adapters/option-table.ts";
import { UsageError } from "../../errors.ts";
import type { Mount } from "../../index.ts";
import { idAt } from "../../node/file-id.ts";
import { InputError } from "../../node/input-error.ts";
import { readInput } from "../inputs.ts";
import { ENDINGS, formatOf } from "./formats.ts";
import { type Flags, merge } from "./merge.ts";
import { flagsIn, isObject, shown } from "./values.ts";
import { isOfWasiVirt, translated } from "./wasi-virt.ts";

/** What files say that is no flag: contents that they hold themselves, and what is to be told of them. */
export interface Beside {
  readonly mounts: Mount[];
  readonly notes: string[];
}

const OTHER_KEYS = ["$schema", "extends", "variables"] as const;
type Head = { readonly [Key in (typeof OTHER_KEYS)[number]]?: unknown };

const NAMES = ENDINGS.map((ending) => `wasi-nest${ending}`);

/**
 * The file that `--policy` means: `auto` is the one beside the component.
 * @throws InputError for `auto` without such a file, and with several
 */
export function policyPath(given: string, component: string | undefined): string {
  if (given !== "auto") return given;
  const folder = folderOf(component);
  const [found, another] = policiesBeside(component);
  if (found === undefined)
    throw new InputError([`\`--policy auto\` finds none of ${NAMES.map((each) => `\`${each}\``).join(", ")} in \`${folder}\``]);
  if (another !== undefined) throw new InputError([`\`--policy auto\` finds \`${found}\` and \`${another}\`, and takes neither`]);
  return found;
}

const folderOf = (component: string | undefined): string => (component === undefined || component === "-" ? "." : dirname(component));

/** The files that `auto` finds. */
export const policiesBeside = (component: string | undefined): readonly string[] =>
  NAMES.map((name) => join(folderOf(component), name)).filter((path) => existsSync(path));

/** Where a policy lies that `auto` finds, if nothing else is said. */
export const usualPolicy = (component: string): string => join(folderOf(component), "wasi-nest.toml");

/**
 * The flags that a file gives to a command with this table, those of files that it extends included.
 * @throws InputError for a file that cannot be read
 * @throws UsageError for one that is no policy, or names what the command does not have
 */
export async function readPolicy(path: string, table: FlagTable, beside: Beside = { mounts: [], notes: [] }): Promise<Flags> {
  return read(path, table, beside, []);
}

async function read(path: string, table: FlagTable, beside: Beside, extending: readonly string[]): Promise<Flags> {
  if (path === "-") throw new UsageError("a policy is a file, and `-` is standard input");
  const parse = formatOf(path);
  const bytes = readInput(path);
  const id = idAt(path) ?? path;
  if (extending.includes(id)) throw new UsageError(`\`${path}\` extends itself`);
  const { own, bases } = await inFile(path, async () => {
    const value = await parse(textOf(bytes));
    if (!isObject(value)) throw new UsageError(`is ${shown(value)}, and an object of options is wanted`);
    if (isOfWasiVirt(value)) return { own: ofWasiVirt(value, path, table, beside), bases: [] };
    return { own: flagsOf(value, dirname(path), table), bases: basesOf(value) };
  });
  let flags: Flags = {};
  for (const base of bases) flags = merge(flags, await read(resolved(base, dirname(path)), table, beside, [...extending, id]), table);
  return merge(flags, own, table);
}

function ofWasiVirt(value: object, path: string, table: FlagTable, { mounts, notes }: Beside): Flags {
  const { policy, mounts: inline } = translated(value);
  mounts.push(...inline);
  notes.push(`\`${path}\` is a configuration of WASI-Virt: what it does not name is denied`);
  if (policy["trace"] !== undefined && !Object.hasOwn(table, "trace"))
    throw new UsageError("`debug` is about a component, and none is given");
  // Commands that have no versions take those of their components.
  const { "wasi-version": version, ...others } = policy;
  return flagsOf(
    { ...others, ...(version !== undefined && Object.hasOwn(table, "wasi-version") && { "wasi-version": version }) },
    dirname(path),
    table,
  );
}

/** Says of an error which file it is about. */
async function inFile<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const isClause = /^(is|has) /.test(error.message);
    throw new UsageError(`\`${path}\`${isClause ? "" : ":"} ${error.message}`);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError("is no text in UTF-8");
  }
}

function basesOf({ extends: bases = [] }: Head): readonly string[] {
  const list = typeof bases === "string" ? [bases] : bases;
  if (Array.isArray(list) && list.every((each) => typeof each === "string" && each !== "")) return list as readonly string[];
  throw new UsageError(`\`extends\` is ${shown(bases)}, and a file or a list of files is wanted`);
}

function flagsOf(value: object & Head, folder: string, table: FlagTable): Flags {
  const expand = expanding(value.variables);
  const flags = flagsIn(value, table, OTHER_KEYS, (text, flag) => local(expand.text(text, flag), table[flag], folder));
  expand.end();
  return flags;
}

/** `${NAME}` for the variables that the file lists. One that it does not list, or does not use, is a slip of the pen. */
function expanding(variables: unknown): { readonly text: (text: string, flag: string) => string; readonly end: () => void } {
  if (variables === undefined) return { text: (text) => text, end: () => undefined };
  if (!Array.isArray(variables) || !variables.every((each) => typeof each === "string" && /^[A-Za-z_]\w*$/.test(each)))
    throw new UsageError(`\`variables\` is ${shown(variables)}, and a list of names of variables is wanted`);
  const listed = new Set(variables as readonly string[]);
  const used = new Set<string>();
  const valueOf = (name: string, flag: string): string => {
    if (!listed.has(name)) throw new UsageError(`\`${flag}\` has \`\${${name}}\`, which \`variables\` does not list`);
    used.add(name);
    const value = process.env[name];
    if (value === undefined) throw new UsageError(`\`${flag}\` has \`\${${name}}\`, a variable that is not set`);
    return value;
  };
  return {
    text: (text, flag) => text.replace(/\$\{([^}]*)\}/g, (_, name: string) => valueOf(name, flag)),
    end: () => {
      const [unused] = [...listed].filter((name) => !used.has(name));
      if (unused !== undefined) throw new UsageError(`\`variables\` lists \`${unused}\`, and no value has \`\${${unused}}\``);
    },
  };
}

/** A value with the path in it as it is from here. */
function local(text: string, syntax: FlagSyntax | undefined, folder: string): string {
  const place = syntax?.file ?? syntax?.path;
  if (place === "whole") return resolved(text, folder);
  const at = text.indexOf("=") + 1;
  return place === undefined || at === 0 || at === text.length ? text : text.slice(0, at) + resolved(text.slice(at), folder);
}

const resolved = (path: string, folder: string): string => (path === "-" || isAbsolute(path) ? path : join(folder, path));
