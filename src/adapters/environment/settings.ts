/** What the options of the environment come to. */
import { OptionError } from "../../errors.ts";
import type { HostVariables } from "../../image/environment-image.ts";

export interface EnvironmentOptions {
  /** Argument zero where `arg0` is not given; "app" by default. */
  readonly programName?: string;
  /** Environment variables with fixed values, in this order. */
  readonly env?: Readonly<Record<string, string>>;
  /** All of the host's variables, or these; fixed values win. */
  readonly allowEnv?: boolean | readonly string[];
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
  const { allowEnv = all } = options;
  if (typeof allowEnv !== "boolean") {
    if (allowEnv.length === 0) throw new OptionError("allowEnv", "`allowEnv` is an empty list: `true` allows all variables, `false` none");
    for (const name of allowEnv) if (!isVariable(name)) throw new OptionError("allowEnv", noVariable(name));
  }
  const fixedArguments = [options.arg0 ?? options.programName ?? "app", ...(options.args ?? [])];
  const hostArguments = options.allowArgs ?? (all && options.args === undefined && options.arg0 === undefined);
  return {
    variables,
    hostVariables: allowEnv === true ? { kind: "all" } : allowEnv === false ? { kind: "none" } : { kind: "named", names: allowEnv },
    arguments: hostArguments ? "host" : fixedArguments,
    cwd: (options.allowCwd ?? (all && options.cwd === undefined)) ? "host" : options.cwd,
  };
}

const isVariable = (name: string): boolean => name !== "" && !/[=\0]/.test(name);
const noVariable = (name: string): string =>
  `\`${name}\` is not a name for an environment variable: it must not be empty, nor hold \`=\` or NUL`;

/** Whether the environment is the host's own, nothing added and nothing kept back. */
export function isHostEnvironment({ variables, hostVariables, arguments: args, cwd }: EnvironmentSettings): boolean {
  return variables.length === 0 && hostVariables.kind === "all" && args === "host" && cwd === "host";
}
