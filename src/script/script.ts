/**
 * What a script says: which programs run, in which order, connected by what. The text of a script is read by parse.ts,
 * and build.ts makes such a value in JavaScript. Words are final: nothing in them is expanded.
 */

/** What is always empty, and takes all that is written to it. */
export const NULL_DEVICE = "/dev/null";
/**
 * All commands of a script are instances in one component. Hosts take 1000 in one, and a command has three: the program, what goes
 * on behind it, and what it exports.
 */
export const MOST_COMMANDS = 300;

/** One program that is run with its own arguments, variables and redirections. */
export interface Command {
  readonly kind: "command";
  /** A path or a name, as the script has it; "" for a `component` without a name. */
  readonly program: string;
  /** The program itself. Without it, the program is looked up by its name. */
  readonly component?: Uint8Array;
  /** Without the program's name. */
  readonly args: readonly string[];
  /** Variables of this command alone, in order; of two with one name the last holds. */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** In order, as the shell does them: `> out 2>&1` is not `2>&1 > out`. */
  readonly redirections: readonly Redirection[];
}

/** The outputs that a redirection can name. */
export type Output = "stdout" | "stderr";

export type Redirection =
  /** `< path` */
  | { readonly kind: "input"; readonly path: string }
  /** `> path`, `>> path`, `2> path`, `2>> path` */
  | { readonly kind: "output" | "append"; readonly from: Output; readonly path: string }
  /** `2>&1`, `1>&2`: `from` goes where `to` goes at this point. */
  | { readonly kind: "duplicate"; readonly from: Output; readonly to: Output };

export type Script =
  | Command
  /** `a | b | c`: two stages at least. */
  | { readonly kind: "pipe"; readonly stages: readonly Script[] }
  /** `a && b`, `a || b`, and `a; b`. */
  | { readonly kind: "and" | "or" | "sequence"; readonly left: Script; readonly right: Script }
  /** `( a )`, with the redirections behind it. */
  | { readonly kind: "group"; readonly body: Script; readonly redirections: readonly Redirection[] };
