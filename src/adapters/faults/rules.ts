/**
 * How faults and limits are written:
 *
 *   fault   INTERFACE#FUNCTION=ERROR         every call
 *           INTERFACE#FUNCTION=ERROR@5       the fifth call
 *           INTERFACE#FUNCTION=ERROR@5-8     the fifth to the eighth; `5-` has no end
 *           INTERFACE#FUNCTION=ERROR@0.01    one call in a hundred, by chance
 *   limit   INTERFACE#FUNCTION=10            ten calls
 */
import { OptionError } from "../../errors.ts";
import { parseInterfaceName } from "../../component/names.ts";
import { type Counted, seedOf } from "../../shim/counted-calls.ts";

/** A function of an interface, as somebody wrote it: with a version or without one. */
export interface Place {
  readonly interface: string;
  readonly name: string;
  /** As it was written, for messages. */
  readonly text: string;
}

export interface Fault extends Place {
  readonly error: string;
  readonly counted: Counted;
}

export interface Limit extends Place {
  readonly most: number;
  readonly counted: Counted;
}

/** The largest seed, and the largest number of a call. */
export const LARGEST = 0xffffffff;
const MOST_CALLS = LARGEST - 1;
const CALLS = 2 ** 32;

/** @throws OptionError */
export function faultOf(text: string, seed: number, index: number): Fault {
  const [, place, error, calls] = /^([^=]*)=([^@]*)(?:@(.*))?$/s.exec(text) ?? refuse("faults", text, "has no `=ERROR`");
  if (error === undefined || error === "") return refuse("faults", text, "names no error behind the `=`");
  return { ...placeOf(place ?? "", "faults", text), error, counted: countedOf(calls, seedOf(seed, index), text) };
}

/** @throws OptionError */
export function limitOf(place: string, most: number): Limit {
  const text = `${place}=${most}`;
  if (!Number.isSafeInteger(most) || most < 0 || most >= MOST_CALLS)
    refuse("limits", text, `${most} is not a whole number from 0 to ${MOST_CALLS - 1}`);
  return { ...placeOf(place, "limits", text), most, counted: { kind: "numbered", first: most + 1, last: undefined } };
}

function placeOf(written: string, option: "faults" | "limits", text: string): Place {
  const at = written.indexOf("#");
  const [name, func] = at < 0 ? [written, ""] : [written.slice(0, at), written.slice(at + 1)];
  if (func === "")
    return refuse(option, text, "names no function: INTERFACE#FUNCTION is wanted, such as `wasi:io/streams#[method]output-stream.write`");
  if (parseInterfaceName(name) === undefined || name.includes("*"))
    return refuse(option, text, `\`${name}\` is not the name of an interface, such as \`wasi:io/streams\` or \`acme:kv/store@1.0.0\``);
  return { interface: name, name: func, text };
}

function countedOf(calls: string | undefined, seed: number, text: string): Counted {
  if (calls === undefined) return { kind: "numbered", first: 1, last: undefined };
  if (/^0?\.\d{1,9}$/.test(calls) && Number(calls) > 0)
    return { kind: "by chance", share: Math.max(1, Math.floor(Number(calls) * CALLS)), seed };
  const [, from, dash, to = ""] = /^(\d{1,10})(?:(-)(\d{1,10})?)?$/.exec(calls) ?? [];
  const first = Number(from);
  const last = dash === undefined ? first : to === "" ? undefined : Number(to);
  const isFine = from !== undefined && first >= 1 && (last ?? first) >= first && (last ?? first) < MOST_CALLS;
  if (isFine) return { kind: "numbered", first, last };
  return refuse(
    "faults",
    text,
    `\`@${calls}\` is none of \`@5\`, \`@5-8\`, \`@5-\` and \`@0.01\`: calls have numbers from 1 on, and a share is between 0 and 1`,
  );
}

function refuse(option: string, text: string, why: string): never {
  throw new OptionError(option, `\`${text}\`: ${why}`);
}
