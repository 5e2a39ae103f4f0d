/** What no other module looks after, and the options that are about all of them. */
import { either, flag, list, record, text, word } from "../../shapes.ts";
import { UsageError } from "../../errors.ts";
import { type Denial, DENIALS } from "../../shim/refusal.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isOneOf, isTexts, isYes } from "../checks.ts";
import { hostOnly } from "../host-only.ts";
import type { Given } from "../option-table.ts";

/** An import to deny, and how where that is not as `deny` says. */
export interface DeniedImport {
  /** `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly name: string;
  readonly deny?: Denial;
}

export interface RestOptions {
  /** Everything that no other option decides goes to the host. */
  readonly allowAll?: boolean;
  /** How denied functions say no: "error", the default, where their signature has one; or "trap", always. */
  readonly deny?: Denial;
  /** Imports to deny, whatever else says: `acme:kv/store`, with or without version, or `acme:kv/*`. */
  readonly denyImports?: readonly (string | DeniedImport)[];
}

/** What outputs tell of it. */
export interface RestPolicy {
  /** Words of what is the host's. */
  readonly allow?: readonly string[];
  readonly allowAll?: true;
  readonly deny?: "trap";
  /** Names, and as `NAME=trap` or `NAME=error` those that are denied in another way than the rest. */
  readonly denyImports?: readonly string[];
}

const FLAGS = {
  "allow-all": { type: "boolean", describe: "Everything that no other option decides about" },
  deny: {
    type: "string",
    choices: ["error", "trap"],
    describe: "How denied functions answer: with an error where their type has one (the default), or always with a trap",
  },
  "deny-import": {
    type: "string",
    array: true,
    describe: "An import to deny, such as `acme:kv/store` or `acme:kv/*`; with =error or =trap, how it answers",
  },
} as const;

export type Flags = Given<typeof FLAGS>;

function deniedImport(given: string): string | DeniedImport {
  const [name = "", deny, ...more] = given.split("=");
  if (deny === undefined) return name;
  if (name !== "" && (deny === "error" || deny === "trap") && more.length === 0) return { name, deny };
  throw new UsageError(`\`--deny-import ${given}\` is none of NAME, NAME=error and NAME=trap`);
}

/** Of denied imports, with how they answer. */
export function deniedImports({ denyImports = [], deny = "error" }: RestOptions): readonly Required<DeniedImport>[] {
  return denyImports.map((each) => ({ deny, ...(typeof each === "string" ? { name: each } : each) }));
}

const denial = word(...DENIALS);

export const rest: AdapterModule<RestOptions> = {
  name: "rest",
  interfaces: {},
  heading: "Everything else (denied by default):",
  flags: FLAGS,
  options: {
    allowAll: {
      shape: flag,
      type: "boolean",
      meaning: "everything of the host's that no other option decides about",
      flag: "allow-all",
      readme: [["other `wasi:`", "allow", "`--allow-all`"]],
    },
    deny: {
      shape: denial,
      type: '"error" | "trap"',
      meaning: "how denied functions answer: with an error where their type has one (the default), or always with a trap",
      flag: "deny",
    },
    denyImports: {
      shape: list(
        either("a name, or an object with a `name`", (value) =>
          typeof value === "string"
            ? text
            : typeof value === "object"
              ? record<DeniedImport>({ name: text, deny: denial }, "name")
              : undefined,
        ),
      ),
      type: "(string | DeniedImport)[]",
      meaning: "imports to deny, whatever other options say ([what a name means](denied.md#what-is-denied))",
      flag: "deny-import",
      read: (given: Flags) => given["deny-import"]?.map(deniedImport),
    },
  },
  readme: [
    { row: "other `wasi:`", denied: "an error, or a trap" },
    { row: "other imports", denied: "`--deny-import NAME`", allowed: "(default)" },
  ],
  samples: [{ flag: "allow-all", value: true }],
  recorded: {
    checks: { allow: isTexts, allowAll: isYes, deny: isOneOf("trap"), denyImports: isTexts },
    shown: ({ allow = [], allowAll, deny, denyImports = [] }: RestPolicy) => [
      ...(allowAll === true ? [["allow", "all"] as const] : allow.length > 0 ? [["allow", allow.join(", ")] as const] : []),
      ...(deny === undefined ? [] : [["deny", `by a ${deny}`] as const]),
      ...(denyImports.length > 0 ? [["denied", denyImports.join(", ")] as const] : []),
    ],
  },
  configure(options, { allowAll, deny }) {
    const denied = deniedImports(options);
    return {
      ...hostOnly(allowAll),
      isAllowed: false,
      recorded: {
        allowAll: allowAll || undefined,
        deny: deny === "trap" ? deny : undefined,
        denyImports: denied.length === 0 ? undefined : denied.map((each) => (each.deny === deny ? each.name : `${each.name}=${each.deny}`)),
      },
    };
  },
};
