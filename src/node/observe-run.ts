/** What a run of a program shows of what it needs. */
import type { Observed } from "../adapters/observed.ts";
import { FileObserver } from "./observe-files.ts";
import { NetworkObserver } from "./observe-network.ts";
import type { HostCall, Watcher } from "./watch-calls.ts";

export type { Observed };

export class RunObserver {
  readonly #functions = new Set<string>();
  readonly #streams = new Set<string>();
  /** The interfaces of standard streams, by what they gave. */
  readonly #given = new WeakMap<object, string>();
  readonly #files: FileObserver;
  readonly #network = new NetworkObserver();
  #variables: readonly string[] = [];
  #exitCode: number | undefined;

  /** `directories` are those that the program has, by their path in the guest. */
  constructor(directories: Readonly<Record<string, string>>) {
    this.#files = new FileObserver(directories);
  }

  readonly watch: Watcher = (call) => {
    const { interface: base, func, self, args } = call;
    this.#functions.add(`${base}#${kebab(func)}`);
    for (const each of [self, ...args]) if (typeof each === "object" && each !== null) this.#streams.add(this.#given.get(each) ?? "");
    if (base === "wasi:cli/exit") this.#exitCode = codeOf(call);
    const after = [this.#files.watch(call), this.#network.watch(call), this.#standard(call)];
    return (result) => after.forEach((each) => each?.(result));
  };

  observed(isProgram: boolean): Observed {
    const { files, directories, asked } = this.#files;
    const { requests, peers, lookups } = this.#network;
    return {
      ...{ functions: this.#functions, streams: this.#streams, variables: this.#variables, exitCode: this.#exitCode, isProgram },
      ...{ files, directories, asked, requests, peers, lookups: [...lookups] },
    };
  }

  #standard({ interface: base, func }: HostCall): ((result: unknown) => void) | undefined {
    if (func === "getEnvironment")
      return (result) => (this.#variables = (result as readonly (readonly [string, string])[]).map(([name]) => name));
    if (!/^wasi:cli\/std(in|out|err)$/.test(base)) return undefined;
    // In 0.3, the stream itself is handed over.
    if (func.endsWith("ViaStream")) this.#streams.add(base);
    return (result) => {
      if (typeof result === "object" && result !== null) this.#given.set(result, base);
    };
  }
}

function codeOf({ func, args: [status] }: HostCall): number {
  return func === "exitWithCode" ? Number(status) : (status as { readonly tag: string }).tag === "ok" ? 0 : 1;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
