/** The error of a function whose WIT says `result`: engines hand the payload on. Any other exception is a trap. */
export class WitError extends Error {
  readonly payload: unknown;

  constructor(payload?: unknown) {
    super("an error of wasi:http");
    this.payload = payload;
  }
}
