/** The programs of a script by their names: some commands bring theirs along, and not all of these have a name. */
import { OptionError } from "../errors.ts";
import type { Command, Script } from "./script.ts";

export interface NamedScript {
  /** No command of it has a component of its own. */
  readonly script: Script;
  /** Those that were given, and those of commands. */
  readonly programs: ReadonlyMap<string, Uint8Array>;
}

/** @throws OptionError for two programs of one name */
export function withNames(script: Script, given: ReadonlyMap<string, Uint8Array>): NamedScript {
  const programs = new Map(given);
  const taken = new Set([...given.keys(), ...commandsOf(script).map(({ program }) => program)]);
  const made = new Map<Uint8Array, string>();
  let count = 0;
  const nameOf = (component: Uint8Array): string => {
    const known = made.get(component);
    if (known !== undefined) return known;
    let name;
    do name = `program-${++count}`;
    while (taken.has(name));
    made.set(component, name);
    return name;
  };
  const named = (command: Command): Command => {
    const { component, program: own, ...rest } = command;
    if (component === undefined) return command;
    const program = own === "" ? nameOf(component) : own;
    const known = programs.get(program);
    if (known !== undefined && !areEqual(known, component)) throw new OptionError("script", `two programs have the name \`${program}\``);
    programs.set(program, known ?? component);
    return { ...rest, program };
  };
  return { script: withCommands(script, named), programs };
}

/** In the order of the script. */
export function commandsOf(script: Script): readonly Command[] {
  const commands: Command[] = [];
  withCommands(script, (command) => {
    commands.push(command);
    return command;
  });
  return commands;
}

/** The script with others in place of its commands. */
function withCommands(script: Script, change: (command: Command) => Command): Script {
  switch (script.kind) {
    case "command":
      return change(script);
    case "pipe":
      return { ...script, stages: script.stages.map((stage) => withCommands(stage, change)) };
    case "group":
      return { ...script, body: withCommands(script.body, change) };
    case "and":
    case "or":
    case "sequence":
      return { ...script, left: withCommands(script.left, change), right: withCommands(script.right, change) };
  }
}

export const areEqual = (one: Uint8Array, other: Uint8Array): boolean =>
  one === other || (one.length === other.length && one.every((byte, i) => byte === other[i]));
