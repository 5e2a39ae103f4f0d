/**
 * The resources of wasi:http/types by which a response comes in. It is there as a whole when the request has been
 * sent; until then its future has nothing, though its pollable is ready, because nobody could make it so later.
 */
import type { ErrorCode } from "./error-code.ts";
import { Fields } from "./fields.ts";
import { type InputStream, type Pollable, readyPollable, streamOf } from "./streams.ts";
import { WitError } from "./wit-error.ts";

type Result<T, E> = { readonly tag: "ok"; readonly val: T } | { readonly tag: "err"; readonly val: E };
/** `option<result<T>>`: none yet, once the value, and from then on an error. */
type Once<T> = Result<T, undefined> | undefined;

/** An exception waits until the app asks: where WIT says `result`, engines take it for an error, and its stack is lost. */
export type ResponseResult = Result<IncomingResponse, ErrorCode> | { readonly tag: "exception"; readonly error: unknown };

const TAKEN = { tag: "err", val: undefined } as const;

export class FutureIncomingResponse {
  #result: ResponseResult | undefined;
  #isTaken = false;

  settle(result: ResponseResult): void {
    this.#result = result;
  }

  subscribe(): Pollable {
    return readyPollable();
  }

  get(): Once<Result<IncomingResponse, ErrorCode>> {
    if (this.#isTaken) return TAKEN;
    if (this.#result === undefined) return undefined;
    if (this.#result.tag === "exception") throw this.#result.error;
    this.#isTaken = true;
    return { tag: "ok", val: this.#result };
  }

  [Symbol.dispose](): void {}
}

/** What the app never constructs has a constructor without parameters in declarations of WIT, as here it could. */
export class IncomingResponse {
  readonly #status: number;
  readonly #headers: Fields;
  readonly #contents: Uint8Array;
  #isConsumed = false;

  constructor(status = 200, headers: Fields = new Fields(), contents: Uint8Array = new Uint8Array()) {
    this.#status = status;
    this.#headers = headers;
    this.#contents = contents;
  }

  status(): number {
    return this.#status;
  }

  headers(): Fields {
    return this.#headers.immutable();
  }

  consume(): IncomingBody {
    if (this.#isConsumed) throw new WitError();
    this.#isConsumed = true;
    return new IncomingBody(this.#contents);
  }

  [Symbol.dispose](): void {}
}

export class IncomingBody {
  readonly #contents: Uint8Array;
  #hasStream = false;

  constructor(contents: Uint8Array = new Uint8Array()) {
    this.#contents = contents;
  }

  stream(): InputStream {
    if (this.#hasStream) throw new WitError();
    this.#hasStream = true;
    return streamOf(this.#contents);
  }

  static finish(_body: IncomingBody): FutureTrailers {
    return new FutureTrailers();
  }

  [Symbol.dispose](): void {}
}

/** There are none. */
export class FutureTrailers {
  #isTaken = false;

  subscribe(): Pollable {
    return readyPollable();
  }

  get(): Once<Result<undefined, ErrorCode>> {
    if (this.#isTaken) return TAKEN;
    this.#isTaken = true;
    return { tag: "ok", val: { tag: "ok", val: undefined } };
  }

  [Symbol.dispose](): void {}
}
