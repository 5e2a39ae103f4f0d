/** What the options of the environment come to. */
import { OptionError } from "../../errors.ts";
import { isLike, isPattern, mayMeet, patternProblem } from "../name-patterns.ts";
import type { HostVariables } from "../../image/environment-image.ts";

export interface EnvironmentOptions {
  /** Argument zero where `arg0` is not given; "app" by default. */
  readonly programName?: string;
  /** Environment variables with fixed values, in this order. */
  readonly env?: Readonly<Record<string, string>>;
  /** All of the host's variables, or those like one of these patterns; fixed values win. */
  readonly allowEnv?: boolean | readonly string[];
  /** Patterns of variables of the host that do not pass, of those that are allowed. */
  readonly denyEnv?: readonly string[];
  /** Names that the app finds, by the host's. The host's variables must be allowed, and not denied. */
  readonly renameEnv?: Readonly<Record<string, string>>;
  /** Arguments after argument zero. */
  readonly args?: readonly string[];
  readonly arg0?: string;
  /** The host's arguments, its argument zero included; excludes `args` and `arg0`. */
  readonly allowArgs?: boolean;
  /** The initial working directory. */
  readonly cwd?: string;
  /** The host's initial working directory; excludes `cwd`. */
  readonly allowCwd?: boolean;
}

export interface EnvironmentSettings {
  readonly variables: readonly (readonly [string, string])[];
  /** Which of the host's variables pass; fixed ones win. */
  readonly hostVariables: HostVariables;
  /** The program's name first, or the host's list. */
  readonly arguments: readonly string[] | "host";
  readonly cwd: string | undefined | "host";
}

/** @throws OptionError for what no variable can be called, or hold */
export function environmentSettings(options: EnvironmentOptions, all: boolean): EnvironmentSettings {
  const variables = Object.entries(options.env ?? {});
  for (const [name, value] of variables) {
    if (!isVariable(name) || value.includes("\0")) throw new OptionError("env", noVariable(name));
  }
  const fixedArguments = [options.arg0 ?? options.programName ?? "app", ...(options.args ?? [])];
  const hostArguments = options.allowArgs ?? (all && options.args === undefined && options.arg0 === undefined);
  return {
    variables,
    hostVariables: hostVariablesOf(options, all),
    arguments: hostArguments ? "host" : fixedArguments,
    cwd: (options.allowCwd ?? (all && options.cwd === undefined)) ? "host" : options.cwd,
  };
}

/** @throws OptionError for rules that would keep nothing back, or let nothing through */
function hostVariablesOf({ allowEnv: given, denyEnv, renameEnv = {} }: EnvironmentOptions, all: boolean): HostVariables {
  const allowEnv = given ?? all;
  const renames = Object.entries(renameEnv);
  if (typeof allowEnv !== "boolean") checkPatterns("allowEnv", allowEnv, "`true` allows all variables, `false` none");
  if (denyEnv !== undefined) checkPatterns("denyEnv", denyEnv, "without it, none is kept back");
  for (const pattern of denyEnv ?? [])
    if (pattern.includes(".*")) throw new OptionError("denyEnv", `\`${pattern}\` has \`.*\`: a pattern has \`*\` alone for any characters`);
  if (allowEnv === false) {
    if (denyEnv !== undefined)
      throw new OptionError("denyEnv", `there is no variable of the host's to keep back, such as \`${denyEnv[0]}\`: none is allowed`);
    for (const [host] of renames) throw new OptionError("renameEnv", notAllowed(host));
    return { kind: "none" };
  }
  const idle = allowEnv === true ? undefined : denyEnv?.find((pattern) => !allowEnv.some((each) => mayMeet(each, pattern)));
  if (idle !== undefined) throw new OptionError("denyEnv", `\`${idle}\` keeps nothing back: no variable of such a name is allowed`);
  const passes = (name: string): boolean =>
    (allowEnv === true || allowEnv.some((pattern) => isLike(pattern, name))) && !(denyEnv ?? []).some((pattern) => isLike(pattern, name));
  for (const [host, guest] of renames) {
    for (const name of [host, guest]) {
      if (!isVariable(name)) throw new OptionError("renameEnv", noVariable(name));
      if (isPattern(name)) throw new OptionError("renameEnv", `\`${name}\` is a pattern: a single variable can have another name`);
    }
    if (!passes(host)) throw new OptionError("renameEnv", notAllowed(host));
    const other = renames.find((each) => each[0] !== host && each[1] === guest);
    if (other !== undefined) throw new OptionError("renameEnv", `\`${host}\` and \`${other[0]}\` would both be \`${guest}\``);
  }
  return {
    ...(allowEnv === true ? { kind: "all" } : { kind: "named", names: allowEnv }),
    ...(denyEnv !== undefined && { denied: denyEnv }),
    ...(renames.length > 0 && { renames }),
  };
}

function checkPatterns(option: "allowEnv" | "denyEnv", patterns: readonly string[], otherwise: string): void {
  if (patterns.length === 0) throw new OptionError(option, `\`${option}\` is an empty list: ${otherwise}`);
  for (const pattern of patterns) {
    if (!isVariable(pattern)) throw new OptionError(option, noVariable(pattern));
    const problem = patternProblem(pattern);
    if (problem !== undefined) throw new OptionError(option, `\`${pattern}\` ${problem}`);
  }
}

const notAllowed = (host: string): string => `\`${host}\` has another name for the component, but is not allowed: it would not be there`;

const isVariable = (name: string): boolean => name !== "" && !/[=\0]/.test(name);
const noVariable = (name: string): string =>
  `\`${name}\` is not a name for an environment variable: it must not be empty, nor hold \`=\` or NUL`;

/** Whether there is more to do with the host's variables than to look which are allowed. */
export const isRuled = (host: HostVariables): boolean => host.kind !== "none" && (host.denied ?? host.renames) !== undefined;

/** Whether anything of the host's variables may be kept back, of those that the app is to have. */
export const keepsBack = (host: HostVariables): boolean => host.kind === "named" || isRuled(host);

/** What is told of functions that have nothing to give, because no option is about that: behind their names. */
export function nothingToGive(
  { variables, hostVariables, arguments: args, cwd }: EnvironmentSettings,
  { arg0 }: EnvironmentOptions,
): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  if (variables.length === 0 && hostVariables.kind === "none")
    told.set("get-environment", "gives no variables; --allow-env lets the host's through");
  if (args !== "host" && args.length === 1 && arg0 === undefined)
    told.set("get-arguments", "gives the program's name alone; --allow-args lets the host's arguments through");
  if (cwd === undefined)
    for (const name of ["initial-cwd", "get-initial-cwd"])
      told.set(name, "gives no working directory; --allow-cwd lets the host's through");
  return told;
}

/** Whether the environment is the host's own, nothing added and nothing kept back. */
export function isHostEnvironment({ variables, hostVariables, arguments: args, cwd }: EnvironmentSettings): boolean {
  return variables.length === 0 && hostVariables.kind === "all" && !isRuled(hostVariables) && args === "host" && cwd === "host";
}
