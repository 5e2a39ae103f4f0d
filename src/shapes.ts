/**
 * What values callers may give, for those who write JavaScript without types: a misspelt key or a value of another
 * type is refused, because what it was meant to deny or to limit would be open otherwise. A shape throws an
 * `OptionError` that names the place, what is there and what is wanted.
 */
import { article } from "./article.ts";
import { OptionError } from "./errors.ts";
import { nearest } from "./suggestion.ts";

/** Where a value stands: the option that it belongs to, and the way to it, such as `mounts[0].path`, for messages only. */
export interface Place {
  readonly option: string;
  readonly path: () => string;
}

/** Returns if the value is of the shape. */
export type Shape = (value: unknown, place: Place) => void;

/** The shape of each key. */
export type Shapes<T> = { readonly [K in keyof T]-?: Shape };

/**
 * For an argument of a function: `name` is the option that errors name.
 * @throws OptionError
 */
export function check(shape: Shape, value: unknown, name: string): void {
  shape(value, { option: name, path: () => name });
}

const below = ({ option, path }: Place, step: string): Place => ({ option, path: () => path() + step });

/** Values that pass a test. */
export function only(wanted: string, isFitting: (value: unknown) => boolean): Shape {
  return (value, place) => {
    if (!isFitting(value)) refuse(place, value, wanted);
  };
}

export const flag: Shape = only("`true` or `false`", (value) => typeof value === "boolean");
export const count: Shape = only("a whole number from 0 on", (value) => Number.isSafeInteger(value) && Number(value) >= 0);
export const bytes: Shape = only("a Uint8Array", (value) => value instanceof Uint8Array);
export const callable: Shape = only("a function", (value) => typeof value === "function");

/** A string that UTF-8 can hold. */
export const text: Shape = (value, place) => {
  if (typeof value !== "string") refuse(place, value, "a string");
  else if (/\p{Surrogate}/u.test(value)) refuse(place, value, "well-formed Unicode");
};

/** Of a file on this machine. */
export const path: Shape = only("a path", (value) => typeof value === "string" && value !== "" && !value.includes("\0"));

export const word = (...words: readonly string[]): Shape =>
  only(words.map((each) => `\`${each}\``).join(" or "), (value) => words.some((each) => each === value));

export function list(each: Shape, wanted = "a list"): Shape {
  return (value, place) => {
    if (!Array.isArray(value)) return refuse(place, value, wanted);
    // A hole counts as `undefined`, which `forEach` would not see.
    for (let i = 0; i < value.length; i++) each(value[i], below(place, `[${i}]`));
  };
}

/** An object with any keys. */
export function table(each: Shape): Shape {
  return (value, place) => {
    if (!isPlain(value)) return refuse(place, value, "an object");
    for (const [key, item] of Object.entries(value)) each(item, below(place, `[${JSON.stringify(key)}]`));
  };
}

/** The shape that `choose` finds for a value, if any. */
export function either(wanted: string, choose: (value: unknown) => Shape | undefined): Shape {
  return (value, place) => {
    const shape = choose(value);
    if (shape === undefined) refuse(place, value, wanted);
    else shape(value, place);
  };
}

/** An object with these keys and no others. What is `undefined` is not there; `required` keys must be. */
export function record<T>(shapes: Shapes<T>, ...required: readonly (keyof T & string)[]): Shape {
  const byKey = new Map<string, Shape>(Object.entries(shapes));
  return (value, place) => {
    if (!isPlain(value)) return refuse(place, value, "an object");
    for (const [key, item] of Object.entries(value)) {
      const shape = byKey.get(key);
      if (shape === undefined) refuseKey(place, key, [...byKey.keys()]);
      else if (item !== undefined) shape(item, below(place, `.${key}`));
    }
    const missing = required.find((key) => !Object.hasOwn(value, key) || value[key] === undefined);
    if (missing !== undefined) throw new OptionError(place.option, `\`${place.path()}\` lacks \`${missing}\``);
  };
}

/**
 * The options of a function, each of which is named by itself in errors.
 * @throws OptionError
 */
export function checkOptions<T>(shapes: Shapes<T>, options: unknown, ...required: readonly (keyof T & string)[]): void {
  const place = { option: "options", path: () => "options" };
  if (!isPlain(options)) return refuse(place, options, "an object");
  const byKey = new Map<string, Shape>(Object.entries(shapes));
  for (const [key, value] of Object.entries(options)) {
    const shape = byKey.get(key);
    if (shape === undefined) {
      const meant = nearest(key, [...byKey.keys()]);
      throw new OptionError(key, `there is no option \`${key}\`${meant === undefined ? "" : `: did you mean \`${meant}\`?`}`);
    }
    if (value !== undefined) check(shape, value, key);
  }
  const missing = required.find((key) => options[key] === undefined);
  if (missing !== undefined) throw new OptionError(missing, `the option \`${missing}\` is missing`);
}

/** Whether all that an object says are its own keys: in a `Map` or an object with a class they would not be seen. */
export function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another realm has another `Object.prototype`.
  return prototype === null || (Object.hasOwn(prototype as object, "hasOwnProperty") && Object.getPrototypeOf(prototype) === null);
}

export function refuse({ option, path }: Place, value: unknown, wanted: string): never {
  throw new OptionError(option, `\`${path()}\` is ${described(value)}: ${wanted} is wanted`);
}

function refuseKey({ option, path }: Place, key: string, known: readonly string[]): never {
  const meant = nearest(key, known);
  const hint = meant === undefined ? `known are ${known.map((each) => `\`${each}\``).join(", ")}` : `did you mean \`${meant}\`?`;
  throw new OptionError(option, `\`${path()}\` has an unknown key \`${key}\`: ${hint}`);
}

const LONGEST_SHOWN = 40;

function described(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > LONGEST_SHOWN ? "a string" : `\`${JSON.stringify(value)}\``;
    case "object":
      return value === null ? "`null`" : Array.isArray(value) ? "a list" : article(nameOfClass(value));
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    case "bigint":
      return `\`${value}n\``;
    default:
      return `\`${value}\``;
  }
}

function nameOfClass(value: object): string {
  const found: unknown = value.constructor?.name;
  return typeof found !== "string" || found === "" || found === "Object" ? "object" : found;
}
