/**
 * Types as one line of WIT, and where two of them differ: for messages. Records, variants, enums and flags go by
 * their names where `nameOf` knows one, and are written out where it does not.
 * https://github.com/WebAssembly/component-model/blob/main/design/mvp/WIT.md
 */
import { type DefinedType, type Exports, type Extern, type FuncType, isNamed, type Named, type Resource, type ValType } from "./types.ts";

export type NameOf = (type: Named) => string | undefined;

const KEYWORDS = new Set(
  (
    "as async bool borrow char constructor enum error-context export f32 f64 flags from func future import include interface list map " +
    "option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 u32 u64 u8 use variant with world"
  ).split(" "),
);

/** A label where WIT wants a name. */
export const id = (label: string): string => (KEYWORDS.has(label) ? `%${label}` : label);

/** What WAVE, the text form of values, takes for something else than a case. */
const WAVE_KEYWORDS = new Set(["true", "false", "some", "none", "ok", "err", "inf", "nan"]);

/** A label where WAVE wants a case. */
export const waveCase = (label: string): string => (WAVE_KEYWORDS.has(label) ? `%${label}` : label);

/** The names that an interface gives to its types. */
export function namesIn(exports: Exports): NameOf {
  const names = new Map<Named, string>();
  for (const [label, item] of exports) {
    if (item.kind === "type" && isNamed(item.type) && !names.has(item.type)) names.set(item.type, label);
  }
  return (type) => names.get(type);
}

/** `read: func(len: u64) -> result<list<u8>, stream-error>` of `[method]input-stream.read`. */
export function itemText(label: string, item: Extern, nameOf: NameOf): string {
  if (item.kind === "func") return funcText(label, item.type, nameOf);
  if (item.kind !== "type") return `${label}: ${item.kind}`;
  const { type } = item;
  if (typeof type === "object" && type.kind === "resource") return `resource ${label}`;
  if (typeof type === "object" && isNamed(type)) return structure(type, nameOf).replace(/ |$/, ` ${label} `).trimEnd();
  return `type ${label} = ${typeText(type, nameOf)}`;
}

/** `record stat { size: u64 };` in WIT's own syntax, or an alias. */
export function definitionText(label: string, type: ValType, nameOf: NameOf): string {
  if (typeof type === "string" || !isNamed(type)) return `type ${id(label)} = ${typeText(type, nameOf)};`;
  return structure(type, nameOf).replace(/^([a-z]+) \{/, `$1 ${id(label)} {`);
}

export function funcText(label: string, { async, params, result }: FuncType, nameOf: NameOf): string {
  const [, kind, name = label] = /^\[([^\]]*)\](?:[^.]*\.)?(.*)$/.exec(label) ?? [];
  const shown = kind === "method" ? params.slice(1) : params;
  const list = shown.map((param) => `${id(param.label)}: ${typeText(param.type, nameOf)}`).join(", ");
  if (kind === "constructor") return `constructor(${list})`;
  const keyword = `${kind === "static" ? "static " : ""}${async ? "async " : ""}func`;
  return `${id(name)}: ${keyword}(${list})${result === undefined ? "" : ` -> ${typeText(result, nameOf)}`}`;
}

export function typeText(type: ValType | Resource, nameOf: NameOf): string {
  if (typeof type === "string") return type;
  if (type.kind === "resource") return nameOf(type) ?? type.name;
  const name = isNamed(type) ? nameOf(type) : undefined;
  return name ?? structure(type, nameOf);
}

function structure(type: DefinedType, nameOf: NameOf): string {
  const text = (part: ValType | Resource): string => typeText(part, nameOf);
  const maybe = (part: ValType | undefined, before: string, after: string): string =>
    part === undefined ? "" : `${before}${text(part)}${after}`;
  switch (type.kind) {
    case "record":
      return `record { ${type.fields.map((field) => `${id(field.label)}: ${text(field.type)}`).join(", ")} }`;
    case "variant":
      return `variant { ${type.cases.map((each) => `${id(each.label)}${maybe(each.type, "(", ")")}`).join(", ")} }`;
    case "flags":
    case "enum":
      return `${type.kind} { ${type.labels.map(id).join(", ")} }`;
    case "list":
      return `list<${text(type.element)}>`;
    case "fixed list":
      return `list<${text(type.element)}, ${type.length}>`;
    case "map":
      return `map<${text(type.key)}, ${text(type.value)}>`;
    case "tuple":
      return `tuple<${type.types.map(text).join(", ")}>`;
    case "option":
      return `option<${text(type.some)}>`;
    case "result":
      if (type.error !== undefined) return `result<${type.ok === undefined ? "_" : text(type.ok)}, ${text(type.error)}>`;
      return `result${maybe(type.ok, "<", ">")}`;
    case "own":
      return text(type.resource);
    case "borrow":
      return `borrow<${text(type.resource)}>`;
    case "stream":
    case "future":
      return `${type.kind}${maybe(type.element, "<", ">")}`;
  }
}
