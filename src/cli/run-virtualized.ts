/**
 * A component to be run, virtualized first. Whoever runs a program wants to see what it prints and how it ends, so these are its own
 * where no option says otherwise; all else is denied, as in an output.
 */
import { bytesOf } from "../node/component-bytes.ts";
import { excludeText, isGiven } from "../adapters/modules.ts";
import { UsageError } from "../errors.ts";
import type { ComponentOf } from "../node/as-component.ts";
import { idleText } from "../virtualize/plan-warnings.ts";
import { refuseContradictions } from "./library-options.ts";
import { RUN_OPTIONS, type RunGiven, VIRTUALIZING } from "./options.ts";
import { type Flags, merge } from "./policy/merge.ts";
import type { Progress } from "./progress.ts";
import { virtualizing } from "./virtualizing.ts";
import { type Making, makeComponent } from "./write-component.ts";

export type Verb = "run" | "serve";

/** What a program has that is run: the options lie above it. */
const DEFAULTS: Readonly<Record<Verb, Flags>> = {
  run: { stdio: "allow", "allow-exit": true, "exit-with-code": true },
  // A handler has no use for what somebody types.
  serve: { stdio: "allow", stdin: "ignore", "allow-http": true },
};
/** To answer is not to ask: a handler sends requests if one of these is given. */
const SENDING = ["allow-http", "http-allow", "http-canned", "allow-all"];
const SENDERS: readonly string[] = ["wasi:http/outgoing-handler", "wasi:http/client"];

/** Whether anything is said of what the program gets; `=false` says something, too. */
export const isVirtualizing = (given: object): boolean => Object.keys(given).some((flag) => Object.hasOwn(VIRTUALIZING, flag));

export interface ToRun {
  readonly component: Uint8Array;
  readonly warnings: readonly string[];
}

/**
 * `args` are the program's. Nothing is written.
 * @throws UsageError, InputError, and what the library throws
 */
export async function virtualizedToRun(
  path: string,
  given: RunGiven,
  { verb = "run", args = [] }: { readonly verb?: Verb; readonly args?: readonly string[] },
  progress: Progress,
): Promise<ToRun> {
  const all = withArguments(withDirectories(merge(defaultsOf(verb, given), given as Flags, RUN_OPTIONS)), args);
  refuseContradictions(all, RUN_OPTIONS);
  const making = virtualizing(path, all as RunGiven, RUN_OPTIONS);
  const sendsNothing = verb === "serve" && !SENDING.some((flag) => isGiven((given as Flags)[flag]));
  const { chunks, report, warnings } = await makeComponent(sendsNothing ? withoutSenders(making) : making, progress);
  return { component: bytesOf(chunks), warnings: [...warnings, ...report.warnings] };
}

function defaultsOf(verb: Verb, given: RunGiven): Flags {
  const { stdin, ...others } = DEFAULTS[verb];
  // What is said of all three streams is said of this one.
  return given.stdio === undefined && stdin !== undefined ? { ...others, stdin } : others;
}

/** Denied whoever imports them: the handler, be it a component or a core module, and components of the user's below it. */
function withoutSenders(making: Making<ComponentOf>): Making<ComponentOf> {
  return {
    ...making,
    make(input, options) {
      const { denyImports: own = [] } = options;
      const senders = SENDERS.filter((sender) => !own.some((each) => (typeof each === "string" ? each : each.name) === sender));
      // What the user says of them counts, such as how they are denied: the later rule wins.
      const { chunks, report } = making.make(input, { ...options, denyImports: [...senders, ...own] });
      const idle = senders.map(idleText);
      return { chunks, report: { ...report, warnings: report.warnings.filter((each) => !idle.includes(each)) } };
    },
  };
}

/** They are as fixed as those of `--arg`, and stand behind them: so `--deterministic` leaves them alone. */
function withArguments(given: Flags, args: readonly string[]): Flags {
  if (args.length === 0 || given["allow-args"] === true) return given;
  return { ...given, arg: [...((given["arg"] as readonly string[] | undefined) ?? []), ...args] };
}

/** The host of a program that is run has the directories of `--dir` and no others: so the program finds them all, unless options place them. */
function withDirectories(given: Flags): Flags {
  const isPlaced = ["preopen", "overlay", "file", "allow-fs"].some((flag) => given[flag] !== undefined);
  if (!isGiven(given["dir"]) || isPlaced) return given;
  if (given["deterministic"] === true) throw new UsageError(excludeText("--deterministic", "--dir"));
  return { ...given, "allow-fs": true };
}
