/** Whether a value is a script: whoever writes JavaScript may have written anything. */
import { list, only, path, type Place, record, refuse, text, word } from "../shapes.ts";
import type { Command, Script } from "./script.ts";

const name = only("the name of a variable", (value) => typeof value === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value));
const output = word("stdout", "stderr");

/** @throws OptionError where it is none */
export function scriptShape(value: unknown, place: Place): void {
  const kind = kindOf(value);
  switch (kind) {
    case "command":
      record<Command>(
        { kind: word(kind), program: text, args: list(text), env: list(variable), redirections: list(redirectionShape) },
        ...(["program", "args", "env", "redirections"] as const),
      )(value, place);
      return;
    case "pipe":
      record<Extract<Script, { kind: "pipe" }>>({ kind: word(kind), stages: list(scriptShape) }, "stages")(value, place);
      if ((value as { readonly stages: readonly unknown[] }).stages.length < 2) refuse(place, value, "a pipe of two stages at least");
      return;
    case "and":
    case "or":
    case "sequence":
      record<{ kind: string; left: Script; right: Script }>(
        { kind: word(kind), left: scriptShape, right: scriptShape },
        "left",
        "right",
      )(value, place);
      return;
    case "group":
      record<Extract<Script, { kind: "group" }>>(
        { kind: word(kind), body: scriptShape, redirections: list(redirectionShape) },
        "body",
        "redirections",
      )(value, place);
      return;
    default:
      refuse(place, value, "a script: `command`, `pipe`, `and`, `or`, `sequence` or `group`");
  }
}

const kindOf = (value: unknown): unknown => (typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined);

/** Name and value. */
function variable(value: unknown, place: Place): void {
  if (!Array.isArray(value) || value.length !== 2) refuse(place, value, "a name and a value");
  const [first, second] = value as readonly unknown[];
  name(first, { ...place, path: () => `${place.path()}[0]` });
  text(second, { ...place, path: () => `${place.path()}[1]` });
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
