/**
 * Calls a component's random functions on Node, transpiled by jco, between a caller and a host that are both
 * in this process.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { FuncType, Resource, ValType } from "../../src/component/types.ts";
import { transpiled } from "../hosts/jco.ts";
import type { HandleValue, Value } from "../shim/random-types.ts";
import type { Call, CallOutcome } from "./call-on-wasmtime.ts";
import { fromJavascript, toJavascript } from "./javascript-values.ts";
import { ERROR, INTERFACE, MIRROR, RESOURCES, STREAM, THING } from "./random-interface.ts";

type Callable = (...args: readonly unknown[]) => unknown;
type Instantiate = (core: undefined, imports: object) => Promise<Readonly<Record<string, Readonly<Record<string, Callable>>>>>;

/** The host's handles: objects with a number. */
class InputStream {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}
class IoError extends InputStream {}
class Thing extends InputStream {}
const CLASSES: ReadonlyMap<Resource, typeof InputStream> = new Map([
  [STREAM, InputStream],
  [ERROR, IoError],
  [THING, Thing],
]);

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const idOf = (object: object): number => (object as InputStream).id;

export async function callOnJco(
  component: Uint8Array,
  funcs: ReadonlyMap<string, FuncType>,
  calls: readonly Call[],
): Promise<readonly CallOutcome[]> {
  let answer: Value | undefined;
  let received: readonly Value[] = [];
  const host = (name: string, type: FuncType): Callable => {
    const [, operation, label] = /^(make|id)-(.*)$/.exec(name) ?? [];
    const Class = CLASSES.get(RESOURCES.find((each) => each.name === label) ?? THING)!;
    if (operation === "make") return (id) => new Class(id as number);
    if (operation === "id") return (object) => idOf(object as object);
    return (...args) => {
      received = type.params.map((param, i) => fromJavascript(param.type, args[i], idOf));
      return type.result && toJavascript(type.result, answer!, ({ handle, of }) => new (CLASSES.get(of)!)(handle));
    };
  };
  const functions = [...funcs].map(([name, type]) => [camel(name), host(name, type)] as const);
  const folder = await transpiled(component);
  const { instantiate } = (await import(pathToFileURL(path.join(folder, "component.js")).href)) as { readonly instantiate: Instantiate };
  const app = (
    await instantiate(undefined, {
      "wasi:cli/stdin": { getStdin: () => new InputStream(0) },
      "wasi:clocks/monotonic-clock": { subscribeDuration: unused },
      "wasi:io/error": { Error: IoError },
      "wasi:io/poll": { Pollable: Thing },
      "wasi:io/streams": { InputStream, OutputStream: Thing },
      [INTERFACE.replace(/@.*/, "")]: { Thing, ...Object.fromEntries(functions) },
    })
  )[MIRROR]!;

  const call = (name: string, ...args: readonly unknown[]): unknown => app[camel(name)]!(...args);
  const numbered = (type: ValType, result: unknown): Value =>
    fromJavascript(type, result, (object, resource) => call(`id-${resource.name}`, object) as number);
  return calls.map(({ name, type, args, answer: wanted }) => {
    answer = wanted;
    const made = (value: HandleValue): unknown => call(`make-${value.of.name}`, value.handle);
    const result = call(name, ...type.params.map((param, i) => toJavascript(param.type, args[i]!, made)));
    return { received, result: type.result && numbered(type.result, result) };
  });
}

function unused(): never {
  throw new Error("nobody waits here");
}
