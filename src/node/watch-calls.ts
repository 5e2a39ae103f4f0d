/** Tells of the calls that a program makes of jco's shims: functions are wrapped, and methods of their classes for as long as it runs. */
import { parseInterfaceName } from "../component/names.ts";
import type { Offered } from "./host-wasi-0.3.ts";

/** A call that is about to be made. */
export interface HostCall {
  /** `wasi:filesystem/types` */
  readonly interface: string;
  /** As the shim has it, `openAt`. */
  readonly func: string;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** Is told of each call; what it gives is told of the result, or of nothing where the call fails. */
export type Watcher = (call: HostCall) => ((result: unknown) => void) | undefined;

type Func = (this: unknown, ...args: unknown[]) => unknown;

export class Watch {
  readonly #watcher: Watcher;
  readonly #undo: (() => void)[] = [];
  readonly #wrapped = new WeakSet<object>();

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /** The same interfaces, by names with or without version. */
  watched(offered: Offered): Offered {
    return Object.fromEntries(
      Object.entries(offered).map(([name, members]) => [name, this.#members(parseInterfaceName(name)?.base ?? name, members)]),
    );
  }

  /** The shims are for the whole process. */
  end(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }

  #members(base: string, members: unknown): unknown {
    if (typeof members !== "object" || members === null) return members;
    return Object.fromEntries(
      Object.entries(members).map(([label, member]) => {
        if (typeof member !== "function") return [label, member];
        if (!isClass(member)) return [label, this.#wrap(base, label, member as Func)];
        this.#methods(base, member.prototype as Record<string, unknown>);
        return [label, member];
      }),
    );
  }

  /** Wraps the methods of an object where they are. */
  #methods(base: string, object: Record<string, unknown>): void {
    if (this.#wrapped.has(object)) return;
    this.#wrapped.add(object);
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
      if (name === "constructor" || name.startsWith("_") || typeof property.value !== "function") continue;
      Object.defineProperty(object, name, { ...property, value: this.#wrap(base, name, property.value as Func) });
      this.#undo.push(() => Object.defineProperty(object, name, property));
    }
  }

  #wrap(base: string, func: string, called: Func): Func {
    const [watcher, methods] = [this.#watcher, (result: object) => this.#methods(STREAMS, result as Record<string, unknown>)];
    return function (this: unknown, ...args) {
      const after = watcher({ interface: base, func, self: this, args });
      const result = called.apply(this, args);
      // An output of ours has methods of its own.
      if (isStandardStream(base) && typeof result === "object" && result !== null && !(result instanceof Promise)) methods(result);
      if (result instanceof Promise) result.then(after, () => undefined);
      else after?.(result);
      return result;
    };
  }
}

const STREAMS = "wasi:io/streams";
const isStandardStream = (base: string): boolean => /^wasi:cli\/std(in|out|err)$/.test(base);

/** jco's shims write classes as classes. */
const isClass = (member: { readonly prototype?: unknown }): boolean =>
  typeof member.prototype === "object" && Function.prototype.toString.call(member).startsWith("class");
