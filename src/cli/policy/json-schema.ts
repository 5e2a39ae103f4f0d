/**
 * The flags as JSON, in the words of the command line: a switch is `true` or `false`, what takes a value is a text, and what may be
 * given more than once is a list of texts, or an object where each is NAME=VALUE. https://json-schema.org/draft/2020-12
 */
import type { FlagSyntax, FlagTable } from "../../adapters/option-table.ts";

export interface JsonSchema {
  readonly type?: "object" | "string" | "boolean" | "array";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | false;
}

/** An object with any of these flags, what `others` describes, and nothing else. */
export function schemaOf(flags: FlagTable, others: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  const properties = Object.entries(flags).map(([name, syntax]) => [name, { ...valueSchema(syntax), description: syntax.describe ?? "" }]);
  return { type: "object", properties: { ...others, ...Object.fromEntries(properties) }, additionalProperties: false };
}

function valueSchema({ type, array, choices, prefixes, optionalValue, anyValue, pair }: FlagSyntax): JsonSchema {
  if (type === "boolean") return { type };
  const text: JsonSchema = anyValue === true ? { type } : { type, minLength: 1 };
  const word: JsonSchema = choices === undefined ? text : { type, enum: choices };
  const patterns = Object.keys(prefixes ?? {}).map((prefix): JsonSchema => ({ type, pattern: `^${prefix}.` }));
  const one: JsonSchema = patterns.length === 0 ? word : { anyOf: [word, ...patterns] };
  const list: JsonSchema = { type: "array", items: one };
  const object: JsonSchema = { type: "object", propertyNames: { pattern: "^[^=]*$" }, additionalProperties: { type } };
  const many: JsonSchema = array !== true ? one : pair === true ? { anyOf: [list, object] } : list;
  return optionalValue === true ? { anyOf: [{ type: "boolean" }, many] } : many;
}
