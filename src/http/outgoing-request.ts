/** The resources `outgoing-request` and `request-options` of wasi:http/types, and the URL that a request comes to. */
import { Fields, isToken } from "./fields.ts";
import { OutgoingBody, type Sent } from "./outgoing-body.ts";
import { latin1TextOf } from "./text.ts";
import { WitError } from "./wit-error.ts";

export type Method =
  | { readonly tag: "get" | "head" | "post" | "put" | "delete" | "connect" | "options" | "trace" | "patch" }
  | { readonly tag: "other"; readonly val: string };

export type Scheme = { readonly tag: "HTTP" | "HTTPS" } | { readonly tag: "other"; readonly val: string };

/** RFC 3986, 3.1 and 3.2: `user@host:port`. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const AUTHORITY = /^(?:[\w.~!$&'()*+,;=:%-]*@)?(?:\[[0-9A-Fa-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::([0-9]*))?$/;
/** A path, a query or both, or `*`; like hosts we take some characters that had better been escaped, but no fragment. */
const PATH_WITH_QUERY = /^(?:\*|(?:[/?][\x21\x22\x24-\x7e]*)?)$/;
const LENGTH = /^[0-9]{1,15}$/;

export class OutgoingRequest {
  readonly #headers: Fields;
  #method: Method = { tag: "get" };
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #pathWithQuery: string | undefined;
  #body: OutgoingBody | undefined;

  constructor(headers: Fields) {
    this.#headers = headers.immutable();
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw new WitError();
    const [length, ...more] = this.#headers.get("content-length").map(latin1TextOf);
    if (length !== undefined && (more.length > 0 || !LENGTH.test(length))) throw new WitError();
    this.#body = new OutgoingBody(length === undefined ? undefined : Number(length));
    return this.#body;
  }

  method(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    if (method.tag === "other" && !isToken(method.val)) throw new WitError();
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    if (pathWithQuery !== undefined && !PATH_WITH_QUERY.test(pathWithQuery)) throw new WitError();
    this.#pathWithQuery = pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme?.tag === "other" && !SCHEME.test(scheme.val)) throw new WitError();
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    const match = authority === undefined ? undefined : AUTHORITY.exec(authority);
    if (match === null || Number(match?.[1] ?? 0) > 0xffff) throw new WitError();
    this.#authority = authority;
  }

  headers(): Fields {
    return this.#headers.immutable();
  }

  methodText(): string {
    return this.#method.tag === "other" ? this.#method.val : this.#method.tag.toUpperCase();
  }

  /** `https` if it has no scheme, as Wasmtime does it; `undefined` if there is nobody to send it to. */
  url(): string | undefined {
    if (this.#authority === undefined) return undefined;
    const scheme = this.#scheme?.tag === "other" ? this.#scheme.val : (this.#scheme?.tag ?? "HTTPS");
    const path = this.#pathWithQuery ?? "";
    return `${scheme.toLowerCase()}://${this.#authority}${path.startsWith("/") ? "" : "/"}${path}`;
  }

  /** Calls back when there is no more to come of the request, at once if it is so. */
  whenSent(callback: (sent: Sent) => void): void {
    if (this.#body === undefined) callback({ kind: "whole", bytes: new Uint8Array() });
    else this.#body.whenSent(callback);
  }

  [Symbol.dispose](): void {}
}

/** Kept for whoever asks; an answer comes at once. */
export class RequestOptions {
  #connectTimeout: bigint | undefined;
  #firstByteTimeout: bigint | undefined;
  #betweenBytesTimeout: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connectTimeout;
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connectTimeout = duration;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByteTimeout;
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByteTimeout = duration;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytesTimeout;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytesTimeout = duration;
  }

  [Symbol.dispose](): void {}
}
