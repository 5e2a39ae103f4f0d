/** One function that a component exports, and the arguments of a call, as `--invoke` has them. */
import { article } from "../article.ts";
import { isMeant } from "../component/names.ts";
import { type Exports, type FuncType, signatureTypes, type ValType, walk } from "../component/types.ts";
import { id } from "../component/wit.ts";
import { worldOf } from "../component/world.ts";
import { OptionError } from "../errors.ts";
import { nearest } from "../suggestion.ts";
import { InputError } from "./input-error.ts";
import type { Returned } from "./run-command.ts";
import { readArgs, shortened, wave } from "./wave.ts";

interface Callable {
  /** The instance that has it, by the name of the export; none for a function of the component itself. */
  readonly instance: string | undefined;
  readonly label: string;
  readonly type: FuncType;
}

export interface Invocation extends Callable {
  /** As jco takes them. */
  readonly args: readonly unknown[];
  /** In WAVE; what has no result gives what Wasmtime prints of it. */
  resultText(returned: Returned): string;
  /** The call in the notation of Wasmtime's command. @throws InputError for what that has none for */
  forWasmtime(): string;
  /** @throws InputError for what jco 1.35 does wrong */
  checkForJco(): void;
}

/** Functions that a message names. */
const MOST_NAMED = 10;

/**
 * `text` is a function and its arguments in WAVE, such as `add(1, 2)`. Of an instance it is `acme:kv/store@1.0.0#get`, or
 * `acme:kv/store.get@1.0.0` as Wasmtime writes it. Messages call the component `path`.
 * @throws FormatError for what is no component
 * @throws OptionError for what it does not export, arguments that do not fit, and types that have no text
 */
export function invocationOf(component: Uint8Array, text: string, path: string): Invocation {
  const [, given = "", args = ""] = /^\s*([^(]*?)\s*(\(.*)?$/s.exec(text) ?? [];
  const name = named(given);
  if (name === "") throw new OptionError("invoke", "`--invoke` names no function: it is as in `add(1, 2)`");
  const all = callablesOf(worldOf(component).exports);
  const found = meantBy(name, all);
  const [one] = found;
  if (one === undefined) throw new OptionError("invoke", unknownText(name, all, `\`${path}\` exports no function \`${shortened(given)}\``));
  if (found.length > 1) throw new OptionError("invoke", `\`--invoke ${shortened(given)}\` may be ${found.map(quoted).join(" or ")}`);
  const held = handleIn(one.type);
  if (held !== undefined) throw new OptionError("invoke", `${quoted(one)} takes or returns ${article(held)}, which has no text`);
  const values = readArgs(args, one.label, one.type);
  const isAlone = all.filter(({ label }) => label === one.label).length === 1;
  return {
    ...one,
    args: values,
    resultText: (returned) => resultText(one.type.result, returned),
    checkForJco: () => refuseDeepOptions(one),
    forWasmtime: () => callForWasmtime(one, values, isAlone),
  };
}

function resultText(type: ValType | undefined, returned: Returned): string {
  if (type === undefined) return "()";
  return wave(type, typeof type === "object" && type.kind === "result" ? returned : returned.val);
}

/** `isAlone` says that no other function has this label: Wasmtime 36 knows no longer names. */
function callForWasmtime({ instance, label, type }: Callable, args: readonly unknown[], isAlone: boolean): string {
  const [base = "", version = ""] = instance?.split(/(?=@)/) ?? [];
  const name = instance === undefined || isAlone ? label : `${base}.${label}${version}`;
  if (name.split(/[:/.@]/).some((each) => id(each) !== each) || /@.*[-+]/.test(name))
    throw new InputError([`Wasmtime's command has no way to name \`${name}\``], "`--host jco` has");
  return `${name}(${type.params.map((param, i) => wave(param.type, args[i])).join(", ")})`;
}

/** All but those of resources, which are called by a handle or make one. */
function callablesOf(exports: Exports, instance?: string): readonly Callable[] {
  return [...exports].flatMap(([label, item]): readonly Callable[] => {
    if (item.kind === "instance") return instance === undefined ? callablesOf(item.exports, label) : [];
    return item.kind === "func" && !label.startsWith("[") ? [{ instance, label, type: item.type }] : [];
  });
}

/** As it is written here and in traces: `acme:kv/store.get@1.0.0` is `acme:kv/store@1.0.0#get`. */
const named = (name: string): string =>
  name.replace(/^([^.@#]+)\.([^.@#]+)(@[^#]*)?$/, (_, instance, label, version = "") => `${instance}${version}#${label}`);

/** A label alone is a function of the component itself before those of its instances; a whole name goes before a version like it. */
function meantBy(name: string, all: readonly Callable[]): readonly Callable[] {
  const exact = all.filter((each) => nameOf(each) === name);
  if (exact.length > 0) return exact;
  const [instance, label] = name.includes("#") ? name.split(/#(.*)/s) : [undefined, name];
  return all.filter((each) => each.label === label && (instance === undefined || isMeant(instance, each.instance ?? "")));
}

function unknownText(name: string, all: readonly Callable[], said: string): string {
  const names = all.map(nameOf);
  const withoutVersion = (each: string): string => each.replace(/@[^#]*/, "");
  const near = nearest(withoutVersion(name), [...names.map(withoutVersion), ...all.map(({ label }) => label)]);
  if (near !== undefined) return `${said}: did you mean \`${names.find((each) => withoutVersion(each) === near) ?? near}\`?`;
  if (names.every((each) => withoutVersion(each) === "wasi:cli/run#run"))
    return `${said}: it is a command, which runs without \`--invoke\``;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${said}: it exports ${all.slice(0, MOST_NAMED).map(quoted).join(", ") || "none"}${more}`;
}

const nameOf = ({ instance, label }: Callable): string => (instance === undefined ? label : `${instance}#${label}`);
const quoted = (callable: Callable): string => `\`${nameOf(callable)}\``;

function refuseDeepOptions(callable: Callable): void {
  const inner = (part: unknown): unknown => (typeof part === "object" && part !== null && "some" in part ? part.some : undefined);
  for (const each of signatureTypes(callable.type))
    walk(each, (part) => {
      if (inner(inner(inner(part))) !== undefined)
        throw new InputError([`jco mixes up options in options in options, as ${quoted(callable)} has them`], "`--host wasmtime` does not");
    });
}

/** The first thing that has no text. */
function handleIn(type: FuncType): string | undefined {
  let found: string | undefined;
  for (const each of signatureTypes(type))
    walk(each, (part) => {
      const kind = typeof part === "object" ? part.kind : part;
      if (/^(resource|stream|future|error-context)$/.test(kind)) found ??= kind;
    });
  return found;
}
