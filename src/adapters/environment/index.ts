/** `wasi:cli/environment`: variables, arguments and working directory, each fixed or the host's. */
import { either, flag, list, table, text } from "../../shapes.ts";
import { parseInterfaceName } from "../../component/names.ts";
import type { AdapterModule, Guard } from "../adapter-module.ts";
import { isCount, isText, isTexts, isYes } from "../checks.ts";
import { environmentAdapter, ID } from "./adapter.ts";
import { deniedVariablesOf, flags, hostVariablesOf, renamedVariablesOf, variablesOf } from "./flags.ts";
import { patternProblem } from "../name-patterns.ts";
import { type EnvironmentOptions, environmentSettings, isHostEnvironment, keepsBack, nothingToGive } from "./settings.ts";
import { ID as TRACE } from "../trace/output.ts";

/** What outputs tell of it. Values may be secrets. */
export interface EnvironmentPolicy {
  /** Names of variables with fixed values. */
  readonly env?: readonly string[];
  readonly allowEnv?: true | readonly string[];
  readonly denyEnv?: readonly string[];
  /** `HOST=GUEST` each. */
  readonly renameEnv?: readonly string[];
  /** How many arguments are fixed, the program's name not among them. */
  readonly args?: number;
  readonly allowArgs?: true;
  readonly cwd?: string;
  readonly allowCwd?: true;
}

/** Rules of the host's variables: only the adapter may ask for them. */
const VARIABLES: Guard = {
  rules: "environment",
  core: ID,
  isAbout: (name, label) => parseInterfaceName(name)?.base === "wasi:cli/environment" && (label === null || label === "get-environment"),
};

/** Its name in 0.2, and in 0.3. */
const WORKING_DIRECTORY = ["wasi:cli/environment#initial-cwd", "wasi:cli/environment#get-initial-cwd"];

export const environment: AdapterModule<EnvironmentOptions> = {
  name: "environment",
  interfaces: { "wasi:cli/environment": "environment" },
  heading: "Environment, arguments and working directory:",
  flags,
  options: {
    programName: { shape: text, type: "string", meaning: 'argument zero, where `arg0` is not given; `"app"` by default' },
    env: {
      shape: table(text),
      type: "Record<string, string>",
      meaning: "variables with fixed values, in this order",
      flag: "env",
      read: variablesOf,
      readme: [["environment", "virtualize", "`-e NAME=VALUE`, `--env-file FILE`"]],
    },
    allowEnv: {
      shape: either("`true`, `false` or a list of names", (value) =>
        typeof value === "boolean" ? flag : Array.isArray(value) ? list(text) : undefined,
      ),
      type: "boolean | string[]",
      meaning: "all of the host's variables, or those like one of these (`*` stands for any characters); fixed values count first",
      flag: "allow-env",
      read: hostVariablesOf,
      readme: [["environment", "allow", "`--allow-env`, `--allow-env=A,B_*`"]],
    },
    denyEnv: {
      shape: list(text),
      type: "string[]",
      meaning: "patterns of variables of the host that are kept back, of those that are allowed",
      flag: "deny-env",
      read: deniedVariablesOf,
    },
    renameEnv: {
      shape: table(text),
      type: "Record<string, string>",
      meaning: "names for the component, by those of variables of the host's that are allowed",
      flag: "rename-env",
      read: renamedVariablesOf,
    },
    args: {
      shape: list(text),
      type: "string[]",
      meaning: "arguments after the program's name",
      flag: "arg",
      readme: [["arguments", "virtualize", "`--arg VALUE`"]],
    },
    arg0: {
      shape: text,
      type: "string",
      meaning: "the program's name (argument zero)",
      flag: "arg0",
      readme: [["arguments", "virtualize", "`--arg0 NAME`"]],
    },
    allowArgs: {
      shape: flag,
      type: "boolean",
      meaning: "the host's arguments instead",
      flag: "allow-args",
      excludes: ["args", "arg0"],
      readme: [["arguments", "allow", "`--allow-args`"]],
    },
    cwd: {
      shape: text,
      type: "string",
      meaning: "the initial working directory",
      flag: "cwd",
      readme: [["working directory", "virtualize", "`--cwd PATH`"]],
    },
    allowCwd: {
      shape: flag,
      type: "boolean",
      meaning: "the host's working directory instead",
      flag: "allow-cwd",
      excludes: ["cwd"],
      readme: [["working directory", "allow", "`--allow-cwd`"]],
    },
  },
  readme: [
    { row: "environment", denied: "empty" },
    { row: "arguments", denied: "the program's name" },
    { row: "working directory", denied: "none" },
  ],
  samples: [
    { flag: "allow-args", value: true, of: ["wasi:cli/environment#get-arguments"], isHosts: true },
    { flag: "arg", value: ["first", "second"], of: ["wasi:cli/environment#get-arguments"] },
    { flag: "allow-env", value: ["HOME", "LC_*"], of: ["wasi:cli/environment#get-environment"] },
    { flag: "env", value: ["NAME=value"], of: ["wasi:cli/environment#get-environment"] },
    { flag: "allow-cwd", value: true, of: WORKING_DIRECTORY, isHosts: true },
    { flag: "cwd", value: "/", of: WORKING_DIRECTORY },
  ],
  learned({ variables, functions }) {
    if (!functions.has("wasi:cli/environment#get-environment")) return { settings: [], notes: [] };
    // A name with one of these would be several, or a pattern.
    const names = variables.filter((name) => patternProblem(name) === undefined && !/[*,=\s]/.test(name)).toSorted();
    return {
      settings: names.length === 0 ? [] : [{ flag: "allow-env", value: names }],
      notes: [
        "It asked for all variables, and which of them it used cannot be seen: these are their names. Leave out what it does not need.",
      ],
    };
  },
  recorded: {
    checks: {
      env: isTexts,
      allowEnv: (value) => isYes(value) || isTexts(value),
      denyEnv: isTexts,
      renameEnv: isTexts,
      args: isCount,
      allowArgs: isYes,
      cwd: isText,
      allowCwd: isYes,
    },
    bounds: { allowEnv: "gives", denyEnv: "takes", allowArgs: "gives", allowCwd: "gives" },
    guards: ({ allowEnv, denyEnv, renameEnv }: EnvironmentPolicy) =>
      allowEnv === undefined || (allowEnv === true && denyEnv === undefined && renameEnv === undefined) ? [] : [VARIABLES],
    shown({ env = [], allowEnv, denyEnv = [], renameEnv = [], args, allowArgs, cwd, allowCwd }: EnvironmentPolicy) {
      const variables = [
        ...(env.length > 0 ? [`${env.join(", ")} fixed`] : []),
        ...(allowEnv === undefined ? [] : [allowEnv === true ? "the host's" : `the host's ${allowEnv.join(", ")}`]),
        ...(denyEnv.length > 0 ? [`without ${denyEnv.join(", ")}`] : []),
        ...(renameEnv.length > 0 ? [`renamed ${renameEnv.join(", ")}`] : []),
      ];
      return [
        ...(variables.length > 0 ? [["env", variables.join("; ")] as const] : []),
        ...(allowArgs === true ? [["args", "the host's"] as const] : args === undefined ? [] : [["args", `${args} fixed`] as const]),
        ...(allowCwd === true ? [["cwd", "the host's"] as const] : cwd === undefined ? [] : [["cwd", cwd] as const]),
      ];
    },
  },
  configure(options, { allowAll, traceDenied }) {
    const settings = environmentSettings(options, allowAll);
    const { variables, hostVariables, arguments: args, cwd } = settings;
    const isHosts = isHostEnvironment(settings);
    const isTold = traceDenied && keepsBack(hostVariables);
    const nothing = nothingToGive(settings, options);
    return {
      decide: ({ named }) => (named !== undefined ? "deny" : isHosts ? "host" : ID),
      isHosts: () => isHosts,
      finish: () => ({
        id: ID,
        ...(isTold && { lenders: [TRACE] }),
        refuses: (_, func) => nothing.get(func) ?? false,
        make: (base) => environmentAdapter(settings, base, isTold),
      }),
      recorded: {
        env: variables.length > 0 ? variables.map(([name]) => name) : undefined,
        allowEnv: hostVariables.kind === "none" ? undefined : hostVariables.kind === "all" || hostVariables.names,
        denyEnv: hostVariables.kind === "none" ? undefined : hostVariables.denied,
        renameEnv: hostVariables.kind === "none" ? undefined : hostVariables.renames?.map(([host, guest]) => `${host}=${guest}`),
        args: args === "host" || args.length === 1 ? undefined : args.length - 1,
        allowArgs: args === "host" || undefined,
        cwd: cwd === "host" ? undefined : cwd,
        allowCwd: cwd === "host" || undefined,
      },
    };
  },
};
