/** The JSON Schema of policy files, for editors. https://json-schema.org/draft/2020-12 */
import { schemaOf } from "./json-schema.ts";
import { ADAPTER_OPTIONS, BUNDLE_OPTIONS, COMPOSE_OPTIONS, policyFlags, VIRTUALIZE_OPTIONS } from "../options.ts";

/** Of all commands: each refuses the options that it does not have. */
export const POLICY_SCHEMA: object = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A policy file of wasi-nest",
  description: "What a component gets: the options of the command line, by the same names. Paths are relative to the file.",
  ...schemaOf(policyFlags({ ...VIRTUALIZE_OPTIONS, ...ADAPTER_OPTIONS, ...COMPOSE_OPTIONS, ...BUNDLE_OPTIONS }), {
    $schema: { type: "string", description: "This schema" },
    extends: {
      anyOf: [
        { type: "string", minLength: 1 },
        { type: "array", items: { type: "string", minLength: 1 } },
      ],
      description: "A policy file, or several, to which this one adds",
    },
    variables: {
      type: "array",
      items: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
      description: "Variables of the environment that ${NAME} stands for in this file; without them, $ is itself",
    },
  }),
};
