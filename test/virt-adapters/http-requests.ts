/** The core of the HTTP rules without a component around it: a request goes in, and out comes whether it was handed to the host. */
import { httpImage } from "../../src/adapters/http/image.ts";
import { methodsOf } from "../../src/adapters/http/methods.ts";
import { parseRule } from "../../src/adapters/http/rules.ts";
import { httpCore } from "../../src/adapters/prebuilt.ts";
import { Adapter } from "./harness.ts";

export interface Request {
  readonly method: string;
  /** What is not there is not set. */
  readonly scheme?: string;
  readonly authority?: string;
  readonly path?: string;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const SCHEMES = ["HTTP", "HTTPS"];
const [REQUEST, OPTIONS, FUTURE] = [7, 8, 9];
const HTTP_REQUEST_DENIED = 15;

export class Requests {
  readonly #adapter: Adapter;
  #request: Request = { method: "GET" };
  #sent = 0;
  /** Handles that were dropped in the last call. */
  dropped: number[] = [];
  #told: string[] = [];

  constructor(rules: readonly string[], methods?: readonly string[]) {
    const setText = (at: number, text: string): void => {
      const [address, length] = this.#adapter.lower(text);
      this.#adapter.view.setUint32(at, address, true);
      this.#adapter.view.setUint32(at + 4, length, true);
    };
    const setVariant = (at: number, known: readonly string[], text: string): void => {
      const found = known.indexOf(text);
      this.#adapter.view.setUint8(at, found < 0 ? known.length : found);
      if (found < 0) setText(at + 4, text);
    };
    const setOption = (at: number, text: string | undefined): void => {
      this.#adapter.view.setUint8(at, text === undefined ? 0 : 1);
      if (text !== undefined) setText(at + 4, text);
    };
    this.#adapter = new Adapter(
      httpCore,
      httpImage({ rules: rules.map((each) => parseRule(each)), methods: methodsOf(methods, false), headers: [] }),
      {
        "wasi:http/types#[method]outgoing-request.method": (_: number, at: number) => setVariant(at, METHODS, this.#request.method),
        "wasi:http/types#[method]outgoing-request.scheme": (_: number, at: number) => {
          this.#adapter.view.setUint8(at, this.#request.scheme === undefined ? 0 : 1);
          if (this.#request.scheme !== undefined) setVariant(at + 4, SCHEMES, this.#request.scheme);
        },
        "wasi:http/types#[method]outgoing-request.authority": (_: number, at: number) => setOption(at, this.#request.authority),
        "wasi:http/types#[method]outgoing-request.path-with-query": (_: number, at: number) => setOption(at, this.#request.path),
        "wasi:http/types#[resource-drop]outgoing-request": (handle: number) => void this.dropped.push(handle),
        "wasi:http/types#[resource-drop]request-options": (handle: number) => void this.dropped.push(handle),
        "wasi:http/outgoing-handler#handle": (request: number, has: number, options: number, at: number) => {
          if (request !== REQUEST || has !== 1 || options !== OPTIONS) throw new Error("another request was sent");
          this.#sent++;
          this.#adapter.view.setUint8(at, 0);
          this.#adapter.view.setUint32(at + 8, FUTURE, true);
        },
        "wasi-nest:trace/refused#tell": (kind: number, method: number, ...pieces: number[]) => {
          const texts = [0, 2, 4].map((i) => Buffer.from(this.#adapter.bytesAt(pieces[i] ?? 0, pieces[i + 1] ?? 0)).toString());
          this.#told.push(`${kind} ${method} ${texts.join("/")}`);
        },
      },
    );
  }

  /** Whether a request is sent; if not, it is refused in the one way, and nothing is left of it. */
  isSent(request: Request, variant = ""): boolean {
    this.#request = request;
    this.dropped = [];
    this.#sent = 0;
    const outcome = this.#adapter.call(`http_outgoing_handler__handle${variant}`, [REQUEST, 1, OPTIONS], (at) =>
      [this.#adapter.view.getUint8(at), this.#adapter.view.getUint32(at + 8, true) & 0xff].join(),
    );
    const wanted = this.#sent === 1 ? [`0,${FUTURE}`, ""] : [`1,${HTTP_REQUEST_DENIED}`, `${REQUEST},${OPTIONS}`];
    const found = [outcome, this.dropped.join()];
    if (found.join() !== wanted.join()) throw new Error(`${JSON.stringify(request)} came to ${found.join()}`);
    return this.#sent === 1;
  }

  /** What is told of a request that is refused: the kind of a line, the method, and the pieces with slashes between them. */
  toldOf(request: Request): readonly string[] {
    this.#told = [];
    const isSent = this.isSent(request, "__told");
    if (isSent !== this.isSent(request)) throw new Error("it makes a difference whether it is told");
    if (isSent === this.#told.length > 0) throw new Error(`${isSent ? "sent" : "refused"}, and told ${this.#told.join()}`);
    return this.#told;
  }
}
