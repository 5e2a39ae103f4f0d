/**
 * A host with streams for the io adapter's tests: handles, a list of what was called, and results that a
 * test sets up, written the way the canonical ABI writes them.
 */

import type { Adapter, Host } from "./harness.ts";

/** An answer of the host: `ok`, `closed`, or `last-operation-failed` with the handle of an error. */
export type Answer = { readonly ok: number | string | undefined } | "closed" | { readonly failed: number };

export class FakeHost {
  /** Every call so far: the function's WIT name and its arguments. */
  readonly calls: (readonly unknown[])[] = [];
  /** What each function answers, by WIT name; a number for those that give out a handle. */
  readonly answers: Record<string, Answer | number> = {};
  /** The bytes of every write. */
  readonly written: string[] = [];
  /** Set once the adapter is there. */
  adapter: Adapter | undefined;

  readonly imports: Host;

  constructor() {
    const streams = (name: string, payload: number, argumentCount: number): Host => ({
      [`wasi:io/streams#${name}`]: (...args: number[]) => {
        this.calls.push([name, ...args.slice(0, argumentCount).map(unsigned)]);
        if (/write$|write-and-flush$/.test(name) && !name.includes("check")) this.#take(args);
        this.#answer(name, payload, args[argumentCount] ?? 0);
      },
    });
    const handle = (name: string, argumentCount = 0): Host => ({
      [name]: (...args: number[]) => {
        const short = name.slice(name.indexOf("#") + 1);
        this.calls.push([short, ...args.slice(0, argumentCount)]);
        const answer = this.answers[short];
        return typeof answer === "number" ? answer : 0;
      },
    });
    this.imports = {
      ...streams("[method]input-stream.read", 4, 2),
      ...streams("[method]input-stream.blocking-read", 4, 2),
      ...streams("[method]input-stream.skip", 8, 2),
      ...streams("[method]input-stream.blocking-skip", 8, 2),
      ...streams("[method]output-stream.check-write", 8, 1),
      ...streams("[method]output-stream.write", 4, 3),
      ...streams("[method]output-stream.blocking-write-and-flush", 4, 3),
      ...streams("[method]output-stream.flush", 4, 1),
      ...streams("[method]output-stream.blocking-flush", 4, 1),
      ...streams("[method]output-stream.write-zeroes", 4, 2),
      ...streams("[method]output-stream.blocking-write-zeroes-and-flush", 4, 2),
      ...streams("[method]output-stream.splice", 8, 3),
      ...streams("[method]output-stream.blocking-splice", 8, 3),
      ...handle("wasi:io/streams#[method]input-stream.subscribe", 1),
      ...handle("wasi:io/streams#[method]output-stream.subscribe", 1),
      ...handle("wasi:io/streams#[resource-drop]input-stream", 1),
      ...handle("wasi:io/streams#[resource-drop]output-stream", 1),
      ...handle("wasi:io/poll#[method]pollable.block", 1),
      ...handle("wasi:io/poll#[resource-drop]pollable", 1),
      ...handle("wasi:io/error#[resource-drop]error", 1),
      ...handle("wasi:clocks/monotonic-clock#subscribe-duration", 1),
      ...handle("wasi:cli/stdin#get-stdin"),
      ...handle("wasi:cli/stdout#get-stdout"),
      ...handle("wasi:cli/stderr#get-stderr"),
      "wasi:io/error#[method]error.to-debug-string": (error: number, result: number) => {
        this.calls.push(["[method]error.to-debug-string", error]);
        this.#string(`error ${error}`, result);
      },
    };
  }

  get #adapter(): Adapter {
    if (this.adapter === undefined) throw new Error("the adapter is not there yet");
    return this.adapter;
  }

  #take(args: readonly number[]): void {
    this.written.push(Buffer.from(this.#adapter.bytesAt(args[1] ?? 0, args[2] ?? 0)).toString());
  }

  #string(text: string, at: number): void {
    const [address, length] = this.#adapter.lower(text);
    this.#adapter.view.setUint32(at, address, true);
    this.#adapter.view.setUint32(at + 4, length, true);
  }

  #answer(name: string, payload: number, result: number): void {
    const answer = this.answers[name];
    if (answer === undefined || typeof answer === "number") throw new Error(`no answer for ${name}`);
    const { view } = this.#adapter;
    const isOk = typeof answer === "object" && "ok" in answer;
    view.setUint8(result, isOk ? 0 : 1);
    if (answer === "closed") {
      view.setUint8(result + payload, 1);
    } else if ("failed" in answer) {
      view.setUint8(result + payload, 0);
      view.setUint32(result + payload + 4, answer.failed, true);
    } else if (typeof answer.ok === "number") {
      view.setBigUint64(result + payload, BigInt(answer.ok), true);
    } else if (typeof answer.ok === "string") {
      this.#string(answer.ok, result + payload);
    }
  }
}

/** A 64-bit argument as WIT means it: JavaScript gets it signed. */
function unsigned(arg: number | bigint): number | bigint {
  return typeof arg === "bigint" ? BigInt.asUintN(64, arg) : arg;
}
