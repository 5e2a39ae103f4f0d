/**
 * Why a component was stopped in the middle. Functions of ours that trap are named after why, and V8 shows the names of
 * functions in a trap's stack, behind the module's and a dot.
 */
import { allowedByText, BY_NAME, flagsAllowing } from "../adapters/modules.ts";
import { parseInterfaceName } from "../component/names.ts";
import { NestError } from "../errors.ts";
import { type Subsystem, wordOf } from "../inspect/subsystems.ts";
import { EXIT, EXIT_STATUS } from "../shim/exit-stub.ts";
import { toolSentence } from "./tool-message.ts";

interface TrapOptions extends ErrorOptions {
  readonly denied?: Subsystem | undefined;
  readonly allowedBy?: string | undefined;
  readonly exitStatus?: number | undefined;
  readonly adapter?: string | undefined;
  readonly hint?: string | undefined;
}

/** The component was stopped in the middle. */
export class TrapError extends NestError {
  override readonly name = "TrapError";
  readonly code = "trap";
  /** The subsystem of a function that was called and is denied, in the word of `inspect`, such as "clocks". */
  readonly denied: Subsystem | undefined;
  /** The options of the command that let that function through, such as "--allow-clocks". */
  readonly allowedBy: string | undefined;
  /** The status with which the program ended, where that is what is denied. */
  readonly exitStatus: number | undefined;
  /** The module in JavaScript in which it stopped, such as "dice.ts". */
  readonly adapter: string | undefined;
  /** What can be done, in the words of the command. */
  readonly hint: string | undefined;
  constructor(message: string, options: TrapOptions = {}) {
    super(message, options);
    this.denied = options.denied;
    this.allowedBy = options.allowedBy;
    this.exitStatus = options.exitStatus;
    this.adapter = options.adapter;
    this.hint = options.hint;
  }
}

const LABEL = /at wasi-nest:[\w+-]+\.(\S+) (is denied|was given a virtual \S+)(.*) \(wasm:/;
/** Where a stack begins in an adapter's module. Parts of ours have no dot in their names. */
const IN_ADAPTER = /^[^\n]*\n +at [^\n]*wasm:\/\/wasm\/wasi-nest:([^\n]+\.[cm]?[jt]s)-[\da-f]+:/;

/** What runs a stage of a script is named after it. The first one in a stack is that of the last stage. */
const IN_STAGE = /at wasi-nest:stage-\d+\.(stage \d+: [^\n]*?) \(wasm:/;

interface Trapped {
  /** The core instances of the component. */
  readonly instances: readonly WebAssembly.Instance[];
  /** Whether it can write to standard error. */
  readonly hasStderr: boolean;
}

/** What a trap is told as. */
export function trapErrorOf(thrown: unknown, { instances, hasStderr }: Trapped): TrapError {
  const trace = thrown instanceof Error ? (thrown.stack ?? "") : "";
  const [, label, what, text = ""] = LABEL.exec(trace) ?? [];
  if (label === undefined) {
    const [, adapter] = IN_ADAPTER.exec(trace) ?? [];
    const [, stage] = IN_STAGE.exec(trace) ?? [];
    const where = stage === undefined ? "" : ` in ${stage.replace(/: (.*)/, ", `$1`")}`;
    if (adapter === undefined) return new TrapError(`the component trapped${where}: ${toolSentence(thrown)}`, { cause: thrown });
    const said = `the adapter \`${adapter}\` stopped the component`;
    // That is how engines end; anything else, such as a stack that is full, says itself what it is.
    if (!/unreachable/.test(trace.split("\n")[0] ?? ""))
      return new TrapError(`${said}: ${toolSentence(thrown)}`, { cause: thrown, adapter });
    const hint = hasStderr ? undefined : "`--stderr allow` shows the exception";
    return new TrapError(`${said}, probably by an exception`, { adapter, hint });
  }
  const said = `\`${label}\` ${what}`;
  if (what !== "is denied") return new TrapError(`the component trapped: ${said}`);
  const [name = "", func = ""] = label.split("#");
  const base = parseInterfaceName(name)?.base ?? "";
  const exitStatus = base === EXIT ? exitStatusIn(instances) : undefined;
  // An option is named only if we would name it, too: the text may be that of a stranger's component.
  const allowedBy = text !== "" && text === allowedByText(base) ? flagsAllowing(base) : undefined;
  const hint = allowedBy && `${allowedBy.replace(/--[a-z-]+( allow)?/g, "`$&`")} lets it through`;
  const by = text === BY_NAME ? " by `--deny-import`" : "";
  return new TrapError(
    exitStatus === undefined ? `the component trapped: ${said}${by}` : `the program ended with status ${exitStatus}, and ${said}${by}`,
    { denied: wordOf(name, [func]), allowedBy, exitStatus, hint },
  );
}

function exitStatusIn(instances: readonly WebAssembly.Instance[]): number | undefined {
  const statuses = instances.flatMap(({ exports: { [EXIT_STATUS]: status } }) =>
    status instanceof WebAssembly.Global ? [status.value] : [],
  );
  return statuses.find((status): status is number => typeof status === "number" && status >= 0);
}
