/** Whether a value is a script: whoever writes JavaScript may have written anything. */
import { OptionError } from "../errors.ts";
import { bytes, list, only, path, type Place, record, refuse, type Shape, table, text, word } from "../shapes.ts";
import { type Command, MOST_COMMANDS, type Script } from "./script.ts";

const variableName = only("the name of a variable", (value) => typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value));
const output = word("stdout", "stderr");
/** Of what a text can say: 300 commands, and 100 groups in one another. */
const MOST_LEVELS = 400;

/** @throws OptionError where it is none */
export function scriptShape(value: unknown, place: Place): void {
  let commands = 0;
  // A value can be in itself, or in many places.
  const shape = (value: unknown, place: Place, levels: number): void => {
    if (levels > MOST_LEVELS) throw new OptionError(place.option, `the script has more than ${MOST_LEVELS} levels, which is the limit`);
    const inner: Shape = (each, below) => shape(each, below, levels + 1);
    const kind = kindOf(value);
    switch (kind) {
      case "command":
        if (++commands > MOST_COMMANDS)
          throw new OptionError(place.option, `the script has more than ${MOST_COMMANDS} commands, which is the limit`);
        return commandShape(value, place);
      case "pipe":
        record<Of<"pipe">>({ kind: word(kind), stages: list(inner) }, "stages")(value, place);
        if ((value as { readonly stages: readonly unknown[] }).stages.length < 2) refuse(place, value, "a pipe of two stages at least");
        return;
      case "and":
      case "or":
      case "sequence":
        return record<Extract<Script, { readonly left: Script }>>(
          { kind: word(kind), left: inner, right: inner },
          "left",
          "right",
        )(value, place);
      case "group":
        return record<Of<"group">>(
          { kind: word(kind), body: inner, redirections: list(redirectionShape) },
          "body",
          "redirections",
        )(value, place);
      default:
        refuse(place, value, "a script: `command`, `pipe`, `and`, `or`, `sequence` or `group`");
    }
  };
  shape(value, place, 0);
}

type Of<K extends Script["kind"]> = Extract<Script, { readonly kind: K }>;

function commandShape(value: unknown, place: Place): void {
  record<Command>(
    {
      ...{ kind: word("command"), program: text, component: bytes },
      ...{ args: list(text), env: list(variable), redirections: list(redirectionShape) },
    },
    ...(["program", "args", "env", "redirections"] as const),
  )(value, place);
  const { program, component } = value as Command;
  if (program === "" && component === undefined) throw new OptionError(place.option, `\`${place.path()}.program\` is empty`);
}

const kindOf = (value: unknown): unknown => (typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined);

/** Name and value. */
function variable(value: unknown, place: Place): void {
  if (!Array.isArray(value) || value.length !== 2) refuse(place, value, "a name and a value");
  const [first, second] = value as readonly unknown[];
  variableName(first, { ...place, path: () => `${place.path()}[0]` });
  text(second, { ...place, path: () => `${place.path()}[1]` });
}

/** Values by the names of variables. */
export function variables(value: unknown, place: Place): void {
  table(text)(value, place);
  for (const name of Object.keys(value as object)) variableName(name, { ...place, path: () => `${place.path()}[${JSON.stringify(name)}]` });
}

function redirectionShape(value: unknown, place: Place): void {
  const kind = kindOf(value);
  switch (kind) {
    case "input":
      record<{ kind: string; path: string }>({ kind: word(kind), path }, "path")(value, place);
      return;
    case "output":
    case "append":
      record<{ kind: string; from: string; path: string }>({ kind: word(kind), from: output, path }, "from", "path")(value, place);
      return;
    case "duplicate":
      record<{ kind: string; from: string; to: string }>({ kind: word(kind), from: output, to: output }, "from", "to")(value, place);
      return;
    default:
      refuse(place, value, "a redirection: `input`, `output`, `append` or `duplicate`");
  }
}
