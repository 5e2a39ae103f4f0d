/** The methods that HTTP rules allow. */
import { OptionError } from "../../errors.ts";
import { isToken } from "./headers.ts";

/** The cases of `method` in their order; what has another name is `other`. */
export const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
/** Asks a proxy for a way to anywhere. */
const TUNNEL = "CONNECT";
/** Servers answer it with the headers of the request. */
const ECHO = "TRACE";

export interface HttpMethods {
  /** A bit for each case of `method`. */
  readonly known: number;
  readonly others: readonly string[];
}

/**
 * Without a list, all that WASI has a name for, but for CONNECT, and where headers are secrets for TRACE.
 * @throws OptionError for what is no method, and for TRACE where headers are secrets
 */
export function methodsOf(names: readonly string[] | undefined, hasSecrets: boolean): HttpMethods {
  const fail = (what: string): never => {
    throw new OptionError("httpMethods", what);
  };
  const wanted = names ?? METHODS.filter((each) => each !== TUNNEL && !(hasSecrets && each === ECHO));
  if (wanted.length === 0) fail("the list of HTTP methods is empty: nothing could be sent");
  if (hasSecrets && wanted.includes(ECHO)) fail("`TRACE` would send the headers that are set back to the program");
  for (const name of wanted) checkMethod(name, fail);
  const isKnown = (name: string): boolean => METHODS.some((each) => each === name);
  return {
    known: METHODS.reduce((bits, name, i) => (wanted.includes(name) ? bits | (1 << i) : bits), 0),
    others: [...new Set(wanted.filter((name) => !isKnown(name)))],
  };
}

/** What is no method, or is written in another way, fails. */
export function checkMethod(name: string, fail: (what: string) => never): void {
  if (name === "*") fail("`*` is no HTTP method, and no pattern of them: name each");
  if (!isToken(name)) fail(`\`${name}\` is no HTTP method`);
  const meant = METHODS.find((each) => each === name.toUpperCase());
  if (meant !== undefined && meant !== name) fail(`\`${name}\` is no HTTP method: it is written \`${meant}\``);
}

/** The number of the case of `method`. */
export function numberOf(name: string): number {
  const found = METHODS.findIndex((each) => each === name);
  return found < 0 ? METHODS.length : found;
}
