/** The schema of all flags: what each kind of flag is as JSON. */
import { expect, test } from "vitest";
import { schemaOf } from "../../../src/cli/policy/json-schema.ts";
import { flagsOf } from "../../../src/adapters/modules.ts";
import { ADAPTERS } from "../../../src/adapters/registry.ts";

const schema = schemaOf(flagsOf(ADAPTERS));

test("every flag has a schema that says what it is, and there are no others", () => {
  expect(Object.keys(schema.properties ?? {})).toEqual(Object.keys(flagsOf(ADAPTERS)));
  for (const { description } of Object.values(schema.properties ?? {})) expect(description).not.toBe("");
  expect(schema).toMatchObject({ type: "object", additionalProperties: false });
});

test.each([
  ["allow-clocks", { type: "boolean" }],
  ["arg", { type: "array", items: { type: "string" } }],
  ["hide", { type: "array", items: { type: "string" } }],
  ["include", { type: "array", items: { type: "string", minLength: 1 } }],
  [
    "mount",
    {
      anyOf: [
        { type: "array", items: { type: "string", minLength: 1 } },
        { type: "object", propertyNames: { pattern: "^[^=]*$" }, additionalProperties: { type: "string" } },
      ],
    },
  ],
  ["cwd", { type: "string", minLength: 1 }],
  ["deny", { type: "string", enum: ["error", "trap"] }],
  [
    "stdout",
    {
      anyOf: [
        { type: "string", enum: ["allow", "ignore", "deny"] },
        { type: "string", pattern: "^file:." },
        { type: "string", pattern: "^prefix:." },
        { type: "string", pattern: "^limit:." },
      ],
    },
  ],
  ["allow-env", { anyOf: [{ type: "boolean" }, { type: "array", items: { type: "string", minLength: 1 } }] }],
])("`%s`", (flag, expected) => {
  const { description: _, ...found } = schema.properties?.[flag] ?? {};
  expect(found).toEqual(expected);
});
