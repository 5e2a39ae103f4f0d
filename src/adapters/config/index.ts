/** `wasi:config`: values that are fixed, the host's, or denied. Any draft and version of it is served that has the types (types.ts). */
import { LinkError, OptionError } from "../../errors.ts";
import { importKey } from "../../component/names.ts";
import { either, flag, list, table, text } from "../../shapes.ts";
import type { AdapterModule, Draft } from "../adapter-module.ts";
import { assignmentsOf } from "../assignments.ts";
import { isTexts, isYes } from "../checks.ts";
import { hostOnly } from "../host-only.ts";
import { allOrNamesOf, patternProblem } from "../name-patterns.ts";
import type { Given, Machine } from "../option-table.ts";
import { ID as TRACE } from "../trace/output.ts";
import { configAdapter, type HostKeys, ID } from "./adapter.ts";
import { isKnown, NEWEST, newestExports, type Shape, shapeOf, textOf } from "./types.ts";

export interface ConfigOptions {
  /** Values of `wasi:config`, in this order. */
  readonly config?: Readonly<Record<string, string>>;
  /** All of the host's keys, or those that are like one of these patterns; fixed values count first. */
  readonly allowConfig?: boolean | readonly string[];
}

/** What outputs tell of it. Values may be secrets. */
export interface ConfigPolicy {
  /** Keys with fixed values. */
  readonly config?: readonly string[];
  readonly allowConfig?: true | readonly string[];
}

const BASES: ReadonlySet<string> = new Set(["wasi:config/store", "wasi:config/runtime"]);

const FLAGS = {
  config: { type: "string", alias: "c", array: true, pair: true, anyValue: true, describe: "A value of `wasi:config`, KEY=VALUE" },
  "config-file": {
    type: "string",
    array: true,
    file: "whole",
    describe: "A file with one value a line, KEY=VALUE, as --env-file reads it; --config has precedence",
  },
  "allow-config": {
    type: "string",
    array: true,
    optionalValue: true,
    describe: "The host's configuration, or only keys like A or B* with =A,B*; fixed values have precedence",
  },
} as const;

function valuesOf(given: Given<typeof FLAGS>, machine: Machine): ConfigOptions["config"] {
  const values = assignmentsOf({ flag: "config", noun: "key", allow: "allow-config" }, given["config-file"], given.config, machine);
  return values.size === 0 && given["config-file"] === undefined ? undefined : Object.fromEntries(values);
}

/** @throws OptionError */
function hostKeysOf({ allowConfig }: ConfigOptions, all: boolean): HostKeys {
  const allowed = allowConfig ?? all;
  if (typeof allowed === "boolean") return allowed ? "all" : "none";
  if (allowed.length === 0) throw new OptionError("allowConfig", "`allowConfig` is an empty list: `true` allows all keys, `false` none");
  for (const key of allowed) {
    const problem = key === "" ? "is not a key" : patternProblem(key);
    if (problem !== undefined) throw new OptionError("allowConfig", `\`${key}\` ${problem}`);
  }
  return allowed;
}

/**
 * Of the functions that the adapter provides, by interface and name.
 * @throws LinkError for one of another type than that of any draft, or one that has to wait for the host
 */
function shapesOf({ world, providerOf }: Draft, asksHost: boolean): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const [name, item] of world.imports) {
    const key = importKey(name, item);
    if (item.kind !== "instance" || providerOf(key) !== ID) continue;
    for (const [label, each] of item.exports) {
      if (each.kind !== "func" || !isKnown(label)) continue;
      const shape = shapeOf(label, each.type);
      if (shape === undefined)
        throw new LinkError(`import \`${name}\`: \`${label}\` is none of any draft of \`wasi:config\`, such as \`${textOf(label)}\``, {
          import: name,
        });
      if (asksHost && each.type.async)
        throw new LinkError(`import \`${name}\`: \`${label}\` is async, and the host's cannot be filtered then`, { import: name });
      shapes.set(`${key} ${label}`, shape);
    }
  }
  return shapes;
}

/** @throws LinkError for several, because one guest asks for one */
function hostKeyOf(shapes: ReadonlyMap<string, Shape>): string | undefined {
  const keys = [...new Set([...shapes.keys()].map((each) => each.replace(/ .*/, "")))];
  if (keys.length > 1)
    throw new LinkError(
      `${keys.map((key) => `\`${key}\``).join(" and ")} are imported, and the host's values can be filtered for one draft only: \`denyImports\` denies the others`,
    );
  return keys[0];
}

export const config: AdapterModule<ConfigOptions> = {
  name: ID,
  interfaces: { "wasi:config/*": "config" },
  hasAnyVersion: true,
  heading: "Configuration (denied by default):",
  flags: FLAGS,
  options: {
    config: {
      shape: table(text),
      type: "Record<string, string>",
      meaning: "values of `wasi:config`, in this order",
      flag: "config",
      read: valuesOf,
      readme: [["configuration", "virtualize", "`-c KEY=VALUE`, `--config-file FILE`"]],
    },
    allowConfig: {
      shape: either("`true`, `false` or a list of keys", (value) =>
        typeof value === "boolean" ? flag : Array.isArray(value) ? list(text) : undefined,
      ),
      type: "boolean | string[]",
      meaning: "all of the host's keys, or those like one of these (`*` stands for any characters); fixed values count first",
      flag: "allow-config",
      read: ({ "allow-config": lists }: Given<typeof FLAGS>) => allOrNamesOf("allow-config", lists),
      readme: [["configuration", "allow", "`--allow-config`, `--allow-config=A,B*`"]],
    },
  },
  readme: [{ row: "configuration", denied: "an error" }],
  samples: [
    { flag: "allow-config", value: true, isHosts: true },
    { flag: "config", value: ["key=value"] },
  ],
  allowing: () => ({ flags: "--allow-config", options: "`allowConfig` gives the host's, `config` fixes values" }),
  recorded: {
    checks: { config: isTexts, allowConfig: (value) => isYes(value) || isTexts(value) },
    bounds: { allowConfig: "gives" },
    shown({ config: keys = [], allowConfig }: ConfigPolicy) {
      const texts = [
        ...(keys.length > 0 ? [`${keys.join(", ")} fixed`] : []),
        ...(allowConfig === undefined ? [] : [allowConfig === true ? "the host's" : `the host's ${allowConfig.join(", ")}`]),
      ];
      return texts.length > 0 ? [["config", texts.join("; ")]] : [];
    },
  },
  configure(options, { allowAll, traceDenied }) {
    const host = hostKeysOf(options, allowAll);
    const values = Object.entries(options.config ?? {});
    if (values.some(([key]) => key === "")) throw new OptionError("config", "a key of `config` is empty");
    const isFixed = options.config !== undefined;
    const recorded = {
      config: values.length > 0 ? values.map(([key]) => key) : undefined,
      allowConfig: host === "none" ? undefined : host === "all" || host,
    };
    if (host === "all" && values.length === 0) return hostOnly(true);
    if (host === "none" && !isFixed) return hostOnly(false);
    return {
      decide: ({ base, named }) => (named === undefined && BASES.has(base) ? ID : "deny"),
      isHosts: () => false,
      finish(draft) {
        if (!draft.imports("wasi:config/*")) draft.warn("the component imports no `wasi:config`: it will not see the configuration");
        const shapes = shapesOf(draft, host !== "none");
        const hostKey = host === "none" ? undefined : hostKeyOf(shapes);
        const isTold = traceDenied && typeof host !== "string";
        return {
          id: ID,
          ...(isTold && { lenders: [TRACE] }),
          make: (base) => configAdapter({ values, host, shapes, hostKey, isTold }, base),
        };
      },
      recorded,
      alone: new Map([[NEWEST, newestExports()]]),
    };
  },
};
