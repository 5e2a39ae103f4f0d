/**
 * Why a component was stopped in the middle. Functions of ours that trap are named after why, and V8 shows the names of
 * functions in a trap's stack, behind the module's and a dot.
 */
import { allowedByText, BY_NAME, optionsAllowing } from "../allowing-options.ts";
import { parseInterfaceName } from "../component/names.ts";
import { NestError } from "../errors.ts";
import { type Subsystem, wordOf } from "../inspect/subsystems.ts";
import { EXIT, EXIT_STATUS } from "../shim/exit-stub.ts";
import { toolSentence } from "./tool-message.ts";

interface TrapOptions extends ErrorOptions {
  readonly denied?: Subsystem | undefined;
  readonly allowedBy?: string | undefined;
  readonly exitStatus?: number | undefined;
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
  constructor(message: string, options: TrapOptions = {}) {
    super(message, options);
    this.denied = options.denied;
    this.allowedBy = options.allowedBy;
    this.exitStatus = options.exitStatus;
  }
}

const LABEL = /at wasi-nest:[\w-]+\.(\S+) (is denied|was given a virtual \S+)(.*) \(wasm:/;

/** What a trap is told as; `instances` are the core instances of the component. */
export function trapErrorOf(thrown: unknown, instances: readonly WebAssembly.Instance[]): TrapError {
  const trace = thrown instanceof Error ? (thrown.stack ?? "") : "";
  const [, label, what, text = ""] = LABEL.exec(trace) ?? [];
  if (label === undefined) return new TrapError(`the component trapped: ${toolSentence(thrown)}`, { cause: thrown });
  const said = `\`${label}\` ${what}`;
  if (what !== "is denied") return new TrapError(`the component trapped: ${said}`);
  const [name = "", func = ""] = label.split("#");
  const base = parseInterfaceName(name)?.base ?? "";
  const exitStatus = base === EXIT ? exitStatusIn(instances) : undefined;
  const options = {
    denied: wordOf(name, [func]),
    // An option is named only if we would name it, too: the text may be that of a stranger's component.
    allowedBy: text !== "" && text === allowedByText(base) ? optionsAllowing(base) : undefined,
    exitStatus,
  };
  const by = text === BY_NAME ? " by `--deny-import`" : "";
  return new TrapError(
    exitStatus === undefined ? `the component trapped: ${said}${by}` : `the program ended with status ${exitStatus}, and ${said}${by}`,
    options,
  );
}

function exitStatusIn(instances: readonly WebAssembly.Instance[]): number | undefined {
  const statuses = instances.flatMap(({ exports: { [EXIT_STATUS]: status } }) =>
    status instanceof WebAssembly.Global ? [status.value] : [],
  );
  return statuses.find((status): status is number => typeof status === "number" && status >= 0);
}
