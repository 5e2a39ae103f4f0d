/** The image of the HTTP rules: a table of rules, lists of methods and of headers, and their strings (rule-layout.ts draws it). */
import { Header, type Image, imageOf } from "../../image/image.ts";
import {
  HTTP_HEADERS,
  HTTP_METHODS,
  HTTP_OTHER_METHODS,
  HTTP_RULES,
  HTTP_RULE_ANY_PORT,
  HTTP_RULE_FLAGS,
  HTTP_RULE_HOST,
  HTTP_RULE_HOST_LENGTH,
  HTTP_RULE_HTTPS,
  HTTP_RULE_PATH,
  HTTP_RULE_PATH_LENGTH,
  HTTP_RULE_PORT,
  HTTP_RULE_PREFIX,
  HTTP_RULE_SIZE,
  HTTP_RULE_WILD,
} from "../../image/rule-layout.ts";
import { IMAGE_BASE } from "../../image/layout.ts";
import { STRING_SIZE, StringPool, stringTable } from "../../image/strings.ts";
import type { HttpMethods } from "./methods.ts";
import type { HttpRule } from "./rules.ts";

export interface HttpSettings {
  readonly rules: readonly HttpRule[];
  readonly methods: HttpMethods;
  /** What every request gets: names and values. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Names of those whose values are those of variables of the host's, the first, the second and so on. */
  readonly variableHeaders?: readonly string[];
}

export function httpImage({ rules, methods: { known, others }, headers, variableHeaders = [] }: HttpSettings): Image {
  const pool = new StringPool();
  for (const { host, path } of rules) [host, path].forEach((each) => pool.add(each));
  const names = others.map((each) => pool.add(each));
  const fields = headers.flat().map((each) => pool.add(each));
  const namesAt = IMAGE_BASE + rules.length * HTTP_RULE_SIZE;
  const fieldsAt = namesAt + names.length * STRING_SIZE;
  const fromVariables = variableHeaders.map((each) => pool.add(each));
  const variablesAt = fieldsAt + fields.length * STRING_SIZE;
  const poolAt = variablesAt + fromVariables.length * 2 * STRING_SIZE;
  const addressOf = (text: string): readonly [number, number] => {
    const { offset, byteLength } = pool.add(text);
    return [poolAt + offset, byteLength];
  };
  const table = new DataView(new ArrayBuffer(rules.length * HTTP_RULE_SIZE));
  rules.forEach((rule, i) => writeRule(table, i * HTTP_RULE_SIZE, rule, addressOf));
  const header = new Header();
  header.set(HTTP_RULES, IMAGE_BASE, namesAt);
  header.set(HTTP_METHODS, known);
  header.set(HTTP_OTHER_METHODS, namesAt, names.length);
  const headerCount = headers.length + variableHeaders.length;
  if (headerCount > 0) header.set(HTTP_HEADERS, fieldsAt, headerCount);
  // In the place of a value stands an address that is none, and the number of the variable.
  const numbered = fromVariables.flatMap((name, i) => [name, { offset: -poolAt, byteLength: i }]);
  return imageOf(
    header,
    [new Uint8Array(table.buffer), stringTable([...names, ...fields, ...numbered], poolAt), pool.bytes()],
    "the HTTP rules",
  );
}

/** A rule at an offset of a table; `addressOf` knows where a string lies, and its bytes. */
export function writeRule(
  table: DataView,
  at: number,
  { host, path, port, ...rule }: HttpRule,
  addressOf: (text: string) => readonly [address: number, byteLength: number],
): void {
  const [hostAt, hostLength] = addressOf(host);
  const [pathAt, pathLength] = addressOf(path);
  table.setUint32(at + HTTP_RULE_HOST, hostAt, true);
  table.setUint32(at + HTTP_RULE_HOST_LENGTH, hostLength, true);
  table.setUint32(at + HTTP_RULE_PATH, pathAt, true);
  table.setUint32(at + HTTP_RULE_PATH_LENGTH, pathLength, true);
  table.setUint16(at + HTTP_RULE_PORT, port ?? 0, true);
  table.setUint16(at + HTTP_RULE_FLAGS, flagsOf(rule, port), true);
}

function flagsOf({ isHttps, isWild, isPrefix }: Pick<HttpRule, "isHttps" | "isWild" | "isPrefix">, port: number | undefined): number {
  const flags = [
    [isHttps, HTTP_RULE_HTTPS],
    [isWild, HTTP_RULE_WILD],
    [isPrefix, HTTP_RULE_PREFIX],
    [port === undefined, HTTP_RULE_ANY_PORT],
  ] as const;
  return flags.reduce((bits, [isSet, bit]) => (isSet ? bits | bit : bits), 0);
}
