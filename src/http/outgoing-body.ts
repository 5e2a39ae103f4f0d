/**
 * The resource `outgoing-body` of wasi:http/types: what is written to its stream goes into a pipe, and is read out of
 * it when the body is finished.
 */
import { makePipe } from "wasi-nest:virtual/pipes";
import type { ErrorCode } from "./error-code.ts";
import type { Fields } from "./fields.ts";
import { contentsOf, type InputStream, type OutputStream } from "./streams.ts";
import { WitError } from "./wit-error.ts";

/** What became of a body. */
export type Sent = { readonly kind: "whole"; readonly bytes: Uint8Array } | { readonly kind: "failed"; readonly code: ErrorCode };

export class OutgoingBody {
  readonly #declared: number | undefined;
  #input: InputStream | undefined;
  #sent: Sent | undefined;
  #onSent: (sent: Sent) => void = () => {};

  /** `declared`: the length that the request's headers say, if they do. */
  constructor(declared?: number) {
    this.#declared = declared;
  }

  write(): OutputStream {
    if (this.#input !== undefined) throw new WitError();
    const [input, output] = makePipe();
    this.#input = input;
    return output;
  }

  static finish(body: OutgoingBody, _trailers: Fields | undefined): void {
    const bytes = body.#input === undefined ? new Uint8Array() : contentsOf(body.#input);
    if (bytes === undefined) throw new Error("an outgoing-body is finished while its output-stream is there");
    if (body.#declared === undefined || body.#declared === bytes.length) return body.#end({ kind: "whole", bytes });
    const code: ErrorCode = { tag: "HTTP-request-body-size", val: BigInt(bytes.length) };
    body.#end({ kind: "failed", code });
    throw new WitError(code);
  }

  /** Calls back when the body is sent, at once if it is. */
  whenSent(callback: (sent: Sent) => void): void {
    this.#onSent = callback;
    if (this.#sent !== undefined) callback(this.#sent);
  }

  /** Dropped without `finish`, it never came to its end. */
  [Symbol.dispose](): void {
    if (this.#sent === undefined) this.#end({ kind: "failed", code: { tag: "HTTP-protocol-error" } });
  }

  #end(sent: Sent): void {
    this.#input?.[Symbol.dispose]();
    this.#sent = sent;
    this.#onSent(sent);
  }
}
