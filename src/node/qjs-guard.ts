/**
 * What keeps a module for qjs from what the engine does wrong, as text that traps instead. qjs has no means to run what is
 * left of a function when it has returned a promise or a generator: so a rejection would never be seen, and a module that
 * refuses by `throw` would let through. And where a function is given one of the module's own resources for good, qjs may
 * hand over another one (lost-resources.ts).
 */
import type { FuncType, ValType } from "../component/types.ts";

export const WAITS_FOR_NONE = "--engine qjs waits for no promise, --engine starlingmonkey does";
export const NEVER_RUNS = "a generator's body does not run when it is called";

/** What is called with what a function returned; `undefined` where WIT asks for what comes later. */
export function guardText({ result }: FuncType, called: string, prefix: string): string | undefined {
  const isResult = typeof result === "object" && result.kind === "result";
  const ok = isResult ? result.ok : result;
  if (typeof ok === "object" && (ok.kind === "stream" || ok.kind === "future")) return undefined;
  return `(value) => ${prefix}guard(value, ${JSON.stringify(called)}, ${isResource(ok)}, ${isResult})`;
}

/** The module's own object, which may have methods of any name. */
function isResource(type: ValType | undefined): boolean {
  if (typeof type !== "object") return false;
  return type.kind === "option" ? isResource(type.some) : type.kind === "own";
}

const MISTAKEN = "is given a resource of the module's, and --engine qjs may have mistaken it for another one";

/** What is thrown where there is one. */
export const givenText = (prefix: string): string => `throw ${prefix}given;`;

/** The text of a function, made of that of another that may throw it. */
export const withoutGivenText = (call: string, { result }: FuncType, called: string, prefix: string): string =>
  `${prefix}without(${call}, ${JSON.stringify(`\`${called}\` ${MISTAKEN}`)}, ${typeof result === "object" && result.kind === "result"})`;

/** An exception would be the error of a `result`, or none at all: what cannot be looked at is no such thing, and traps. */
export const guardTexts = (prefix: string): string => `const ${prefix}promise = Object.getPrototypeOf((async () => {})());
function ${prefix}guard(value, called, isResource, isResult) {
  if (Object(value) !== value) return;
  const isPromise = ${prefix}promise.isPrototypeOf(value) || (!isResource && typeof value.then === "function");
  const isGenerator = isResource
    ? /Generator\\]$/.test(Object.prototype.toString.call(value))
    : typeof value.next === "function" && Boolean(value[Symbol.iterator] ?? value[Symbol.asyncIterator]);
  if (!isPromise && !isGenerator) return;
  ${prefix}refuse(\`\\\`\${called}\\\` returned \${isPromise ? "a promise: ${WAITS_FOR_NONE}" : "an iterator: ${NEVER_RUNS}"}\`, isResult);
}
const ${prefix}given = {};
function ${prefix}without(call, message, isResult) {
  return function (...args) {
    try {
      return call.apply(this, args);
    } catch (thrown) {
      if (thrown === ${prefix}given) ${prefix}refuse(message, isResult);
      throw thrown;
    }
  };
}
function ${prefix}refuse(message, isResult) {
  const error = new TypeError(message);
  throw isResult ? new Proxy(error, { getOwnPropertyDescriptor() { throw error; } }) : error;
}`;
