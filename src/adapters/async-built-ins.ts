/**
 * The built-ins of asynchronous functions, as guests import them from `async`:
 *
 *   [stream.new]u8                                         of a stream of a primitive type
 *   [stream.new]wasi:filesystem/types#directory-entry      of a stream of a type of WASI 0.3
 *   [future.new]wasi:filesystem/types#error-code           of a future of `result<_, error-code>`
 *   [future.new]wasi:http/types#[static]request.new 0      of the first future in the type of a function
 *   [task.return]                                          of no type
 *
 * The types are those of the catalogue: a guest may have to do with more than the app imports. What a function's type has may hold
 * a resource, which is the app's.
 */
import type { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import { type DefinedType, signatureTypes, type ValType, walk } from "../component/types.ts";
import type { CopyBuiltIn, CoreImport, EndBuiltIn, TaskBuiltIn } from "../compose/part.ts";
import { ASYNC_SERIES, wasiKey } from "./series.ts";
import { asyncCatalogue } from "./prebuilt-core.ts";

/** From where guests import them. */
export const ASYNC = "async";

const TYPED: ReadonlySet<string> = new Set<CopyBuiltIn | EndBuiltIn>([
  "stream.new",
  "stream.read",
  "stream.write",
  "stream.drop-readable",
  "stream.drop-writable",
  "future.new",
  "future.read",
  "future.write",
  "future.drop-readable",
  "future.drop-writable",
]);
const UNTYPED: ReadonlySet<string> = new Set<TaskBuiltIn>([
  ...(["waitable-set.new", "waitable.join", "subtask.drop", "subtask.cancel", "task.cancel", "context.get", "context.set"] as const),
]);

const isTyped = (kind: string): kind is CopyBuiltIn | EndBuiltIn => TYPED.has(kind);
const isUntyped = (kind: string): kind is TaskBuiltIn => UNTYPED.has(kind);

export function asyncBuiltIn(name: string, field: string, interfaces: Interfaces): CoreImport {
  const [, kind = "", type = ""] = /^\[(.+?)\](.*)$/.exec(name) ?? [];
  if ((isUntyped(kind) || kind === "task.return") && type === "") return { field, kind };
  const [, base = "", func = "", number] = /^(.+)#(\[.+) (\d)$/.exec(type) ?? [];
  if (isTyped(kind))
    return { field, kind, type: number === undefined ? carrier(kind, type) : futureOf(base, func, Number(number), interfaces) };
  throw new Error(`a guest imports \`${name}\`, which is no built-in`);
}

/** By kind and type: one object for each, so that the part writes it once. */
const carriers = new Map<string, DefinedType>();

function carrier(kind: CopyBuiltIn | EndBuiltIn, type: string): DefinedType {
  const isStream = kind.startsWith("stream.");
  const key = `${isStream ? "stream" : "future"} ${type}`;
  const known = carriers.get(key);
  if (known !== undefined) return known;
  const element = type.includes("#") ? named(type) : "u8";
  const made: DefinedType = isStream
    ? { kind: "stream", element }
    : { kind: "future", element: { kind: "result", ok: undefined, error: element } };
  carriers.set(key, made);
  return made;
}

function futureOf(base: string, func: string, number: number, interfaces: Interfaces): DefinedType {
  const item = interfaces.get(wasiKey(base, ASYNC_SERIES))?.exports.get(func);
  const futures: DefinedType[] = [];
  for (const type of item?.kind === "func" ? signatureTypes(item.type) : [])
    walk(type, (each) => void (typeof each === "object" && each.kind === "future" && futures.push(each)));
  const found = futures[number];
  if (found === undefined) throw new Error(`\`${base}\` \`${func}\` has no future ${number}`);
  return found;
}

function named(type: string): ValType {
  const [base = "", label = ""] = type.split("#");
  for (const [name, item] of asyncCatalogue().imports) {
    const found = item.kind === "instance" && keyOf(name) === `${base}@${ASYNC_SERIES}` ? item.exports.get(label) : undefined;
    if (found?.kind === "type" && (typeof found.type === "string" || found.type.kind !== "resource")) return found.type;
  }
  throw new Error(`the catalogue has no type \`${type}\``);
}
