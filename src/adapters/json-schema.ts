/**
 * The flags as JSON, in the words of the command line: a switch is `true` or `false`, what takes a value is a text, and what may be
 * given more than once is a list of texts. https://json-schema.org/draft/2020-12
 */
import type { FlagSyntax, FlagTable } from "./option-table.ts";

export interface JsonSchema {
  readonly type?: "object" | "string" | "boolean" | "array";
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: false;
}

/** An object with any of these flags and nothing else. */
export function schemaOf(flags: FlagTable): JsonSchema {
  const properties = Object.entries(flags).map(([name, syntax]) => [name, { ...valueSchema(syntax), description: syntax.describe ?? "" }]);
  return { type: "object", properties: Object.fromEntries(properties), additionalProperties: false };
}

function valueSchema({ type, array, choices, prefixes, optionalValue, anyValue }: FlagSyntax): JsonSchema {
  if (type === "boolean") return { type };
  const text: JsonSchema = anyValue === true ? { type } : { type, minLength: 1 };
  const word: JsonSchema = choices === undefined ? text : { type, enum: choices };
  const patterns = Object.keys(prefixes ?? {}).map((prefix): JsonSchema => ({ type, pattern: `^${prefix}.` }));
  const one: JsonSchema = patterns.length === 0 ? word : { anyOf: [word, ...patterns] };
  const many: JsonSchema = array === true ? { type: "array", items: one } : one;
  return optionalValue === true ? { anyOf: [{ type: "boolean" }, many] } : many;
}
