/** The flags of the environment, and how they are read. */
import { UsageError } from "../../errors.ts";
import { assignmentsOf } from "../assignments.ts";
import { allOrNamesOf, namesOf } from "../name-patterns.ts";
import type { FlagTable, Given, Machine } from "../option-table.ts";

const FLAGS = {
  env: { type: "string", alias: "e", array: true, pair: true, anyValue: true, describe: "A variable, NAME=VALUE" },
  "env-file": {
    type: "string",
    array: true,
    file: "whole",
    describe: "A file with one variable a line, NAME=VALUE, with # comments and quotes; --env has precedence",
  },
  "allow-env": {
    type: "string",
    array: true,
    optionalValue: true,
    describe: "All variables of the host, or only those like A or B_* with =A,B_*; fixed variables have precedence",
  },
  "deny-env": {
    type: "string",
    array: true,
    describe: "Variables of the host that are kept back although others are allowed, such as *_SECRET,*_TOKEN",
  },
  "rename-env": {
    type: "string",
    array: true,
    pair: true,
    describe: "HOST=GUEST: a variable of the host that is allowed has the name GUEST in the guest",
  },
  arg: { type: "string", array: true, anyValue: true, describe: "An argument of the program" },
  arg0: { type: "string", anyValue: true, describe: "The program's name (argument zero), instead of the name of the file" },
  "allow-args": { type: "boolean", describe: "The host's arguments" },
  cwd: { type: "string", describe: "The working directory, a path in the guest" },
  "allow-cwd": { type: "boolean", describe: "The host's working directory" },
} as const;

/** In the order of the help. */
export const flags: FlagTable = FLAGS;

export type Flags = Given<typeof FLAGS>;

export function variablesOf(given: Flags, machine: Machine): Readonly<Record<string, string>> | undefined {
  const variables = assignmentsOf({ flag: "env", noun: "name", allow: "allow-env" }, given["env-file"], given.env, machine);
  return variables.size === 0 ? undefined : Object.fromEntries(variables);
}

export const hostVariablesOf = ({ "allow-env": lists }: Flags): boolean | readonly string[] | undefined => allOrNamesOf("allow-env", lists);

export const deniedVariablesOf = ({ "deny-env": lists }: Flags): readonly string[] | undefined => lists && namesOf("deny-env", lists);

/** By the host's names. */
export function renamedVariablesOf({ "rename-env": renames }: Flags): Readonly<Record<string, string>> | undefined {
  if (renames === undefined) return undefined;
  const byHost = new Map<string, string>();
  for (const rename of renames) {
    const [host = "", guest = "", ...more] = rename.split("=");
    if (host === "" || guest === "" || more.length > 0) throw new UsageError(`\`--rename-env ${rename}\` is not HOST=GUEST, two names`);
    if (byHost.has(host)) throw new UsageError(`\`--rename-env\` names \`${host}\` twice`);
    byHost.set(host, guest);
  }
  return Object.fromEntries(byHost);
}
