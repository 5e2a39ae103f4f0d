/**
 * Whether a module has what its interfaces ask for, and imports what there is: as far as its text tells, before an
 * engine runs it, and by a few lines that are put behind it otherwise.
 */
import { article } from "../article.ts";
import type { AdapterWorld, Named } from "./adapter-world.ts";
import type { Bundle } from "./bundle-adapter.ts";
import { InputError } from "./input-error.ts";
import type { Value } from "./module-syntax.ts";
import { toolSentence } from "./tool-message.ts";

/** As jco and qjs have a name, of whose words some may be in capitals. */
export const camel = (name: string): string => name.toLowerCase().replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The object by which a module exports an interface: `wasi:random/insecure-seed` is `insecureSeed`. */
export function exportNameOf(interfaceName: string): string {
  const [, short = interfaceName] = /\/([^@]*)/.exec(interfaceName) ?? [];
  return camel(short);
}

/** By which name of JavaScript an interface has a function of WIT, and a class its method. */
export interface Wanted {
  readonly name: string;
  /** Under its key in `Value.members`; none of a constructor or a plain function. */
  readonly method?: string;
}

export function wantedBy(label: string): Wanted {
  const [, kind, resource = "", method = ""] = /^\[(\w+)\]([^.]*)\.?(.*)$/.exec(label) ?? [];
  if (kind === undefined) return { name: camel(label) };
  const name = camel(`-${resource}`);
  return kind === "constructor" ? { name } : { name, method: `${kind === "static" ? "static " : ""}${camel(method)}` };
}

/** What a module names of each interface that it imports. */
export function namedImports({ imports, syntax }: Bundle): readonly (readonly [name: string, named: Named])[] {
  return [...imports.keys()].map((from) => {
    const names = new Set(syntax.imports.filter((each) => each.from === from).map(({ name }) => name));
    return [from, names.size === 0 ? "all" : (label: string) => names.has(wantedBy(label).name)] as const;
  });
}

/** @throws InputError with file and line */
export function checkAdapter(world: AdapterWorld, bundle: Bundle, file: string, meant: (name: string) => string): void {
  for (const { name, functions } of world.exports) checkExport(name, functions, bundle, file);
  for (const { from, name } of bundle.syntax.imports) {
    const interfaceName = meant(from);
    const offered = world.functionsOf(interfaceName).map((label) => wantedBy(label).name);
    if (!bundle.imports.has(from) || offered.includes(name)) continue;
    const list = [...new Set(offered)].map((each) => `\`${each}\``).join(", ");
    const place = bundle.imports.get(from);
    throw new InputError([`\`${place}\` cannot be used: it imports \`${name}\` of \`${interfaceName}\`, of which there is ${list}`]);
  }
}

function checkExport(name: string, functions: readonly string[], bundle: Bundle, file: string): void {
  const { exports, syntax } = bundle;
  const wanted = exportNameOf(name);
  if (!exports.includes(wanted)) {
    const found = exports.length === 0 ? "it exports nothing" : `it exports ${exports.map((each) => `\`${each}\``).join(", ")}`;
    throw new InputError([`\`${file}\` does not export \`${wanted}\`, which stands for \`${name}\`: ${found}`]);
  }
  const value = syntax.exports.get(wanted);
  if (value === undefined) return;
  if (value.kind === "function" || value.kind === "class")
    throw unusable(
      bundle,
      value.offset,
      file,
      `\`${wanted}\` is ${article(value.kind)}, and has to be an object with the functions of \`${name}\``,
    );
  const missing = functions.flatMap((label) => {
    const lack = lackOf(value, wantedBy(label), wanted);
    return lack === undefined ? [] : [{ ...lack, label }];
  });
  const [first] = missing;
  if (first === undefined) return;
  const labels = missing.map((each) => `\`${each.label}\``).join(", ");
  throw unusable(
    bundle,
    first.offset,
    file,
    `\`${first.owner}\` has no \`${first.name}\`, and the component imports ${labels} of \`${name}\``,
  );
}

/** What is not there, as far as that can be seen, and of what. */
function lackOf(
  { members, offset }: Value,
  { name, method }: Wanted,
  owner: string,
): { owner: string; name: string; offset: number } | undefined {
  if (members === undefined) return undefined;
  const member = members.get(name);
  if (member === undefined) return { owner, name, offset };
  if (method === undefined || member.members === undefined || member.kind !== "class" || member.members.has(method)) return undefined;
  return { owner: name, name: method, offset: member.offset };
}

export function unusable({ positions }: Bundle, offset: number, file: string, why: string): InputError {
  return new InputError([`\`${positions.ofOffset(offset) ?? file}\` cannot be used: ${why}`]);
}

/** What a check of `checkText` that fails begins its message with. */
const MARK = "wasi-nest: ";

/** A statement that throws when the module is loaded, for `loadError` to tell where `exported` is. */
export const checkText = (condition: string, exported: string, sentence: string): string =>
  `if (${condition}) throw new TypeError(${JSON.stringify(`${MARK}${exported}: ${sentence}`)});`;

/** The properties by which an exported object has a function, constructor or method. */
export function memberPath(label: string): readonly string[] {
  const { name, method } = wantedBy(label);
  if (method === undefined) return [name];
  return method.startsWith("static ") ? [name, method.slice("static ".length)] : [name, "prototype", method];
}

/** Statements that throw where a function is missing which the text did not tell of. */
export function checksOf(world: AdapterWorld, { syntax }: Bundle): string {
  const lines = world.exports.flatMap(({ name, functions }) => {
    const exported = exportNameOf(name);
    const local = syntax.exports.get(exported)?.local;
    if (local === undefined) return [];
    return functions.map((label) => {
      const path = memberPath(label);
      const called = path.filter((each) => each !== "prototype").join(".");
      const sentence = `\`${exported}\` has no \`${called}\`, and the component imports \`${label}\` of \`${name}\``;
      return checkText(`typeof ${local}${accessText(path)} !== "function"`, exported, sentence);
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}

export const accessText = (path: readonly string[]): string => path.map((each) => `?.[${JSON.stringify(each)}]`).join("");

/** What an engine says of a module that fails when it is loaded, as a sentence with file and line. */
export function loadError(cause: unknown, bundle: Bundle, file: string): InputError {
  const { positions, syntax } = bundle;
  const said = cause instanceof Error ? cause.message : String(cause);
  const [, exported = "", sentence] = new RegExp(`${MARK}(\\S+): (.*)`).exec(said) ?? [];
  if (sentence !== undefined) return unusable(bundle, syntax.exports.get(exported)?.offset ?? 0, file, sentence);
  const [, line, column] = /:(\d+):(\d+)/.exec(said) ?? [];
  const place = line === undefined ? undefined : positions.ofLine(Number(line), Number(column));
  const error = SAID.map((each) => each.exec(said)?.[1]).find((each) => each !== undefined) ?? said;
  return new InputError([`\`${place ?? file}\` cannot be made a component: ${toolSentence(error)}`], undefined, { cause });
}

/** What was thrown, as StarlingMonkey and qjs say it. */
const SAID = [/^\S+:\d+:\d+ (.+)/m, /^Promise rejected but never handled: (.+)/m, /(?:Failed to [^:\n]*: )+(.+)/];
