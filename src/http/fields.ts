/**
 * The resource `fields` of wasi:http/types: names and values of HTTP, several values to a name. Names are the same in
 * whatever case, and keep the one that they were given.
 */
import { WitError } from "./wit-error.ts";

export type Field = [name: string, value: Uint8Array];
export type HeaderError = { readonly tag: "invalid-syntax" | "forbidden" | "immutable" };

/** A `token` of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
export const isToken = (text: string): boolean => TOKEN.test(text);

/** Those that say how two machines talk to each other and not what, and are the host's; as Wasmtime has them. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** A `field-value` of RFC 9110, 5.5: visible characters, spaces, tabs, and bytes that are not ASCII. */
export function isFieldValue(value: Uint8Array): boolean {
  return value.every((byte) => (byte >= 0x20 && byte !== 0x7f) || byte === 0x09);
}

export class Fields {
  #entries: readonly Field[];
  readonly #isMutable: boolean;

  /** WIT's has no parameters. */
  constructor(entries: readonly Field[] = [], isMutable = true) {
    this.#entries = entries;
    this.#isMutable = isMutable;
  }

  static fromList(entries: readonly Field[]): Fields {
    for (const [name, value] of entries) check(name, [value]);
    return new Fields(entries);
  }

  get(name: string): Uint8Array[] {
    return this.#entries.filter(([each]) => isSame(each, name)).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.#entries.some(([each]) => isSame(each, name));
  }

  set(name: string, values: readonly Uint8Array[]): void {
    this.#checkChange(name, values);
    const index = this.#entries.findIndex(([each]) => isSame(each, name));
    const at = index < 0 ? this.#entries.length : index;
    const others = (entries: readonly Field[]): readonly Field[] => entries.filter(([each]) => !isSame(each, name));
    const added = values.map((value): Field => [name, value]);
    this.#entries = [...this.#entries.slice(0, at), ...added, ...others(this.#entries.slice(at))];
  }

  delete(name: string): void {
    this.set(name, []);
  }

  append(name: string, value: Uint8Array): void {
    this.#checkChange(name, [value]);
    this.#entries = [...this.#entries, [name, value]];
  }

  entries(): Field[] {
    return [...this.#entries];
  }

  clone(): Fields {
    return new Fields(this.#entries);
  }

  /** What a request or response shows of its own. */
  immutable(): Fields {
    return new Fields(this.#entries, false);
  }

  #checkChange(name: string, values: readonly Uint8Array[]): void {
    if (!this.#isMutable) throw headerError("immutable");
    check(name, values);
  }

  [Symbol.dispose](): void {}
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function check(name: string, values: readonly Uint8Array[]): void {
  if (!isToken(name) || !values.every(isFieldValue)) throw headerError("invalid-syntax");
  if (FORBIDDEN.has(name.toLowerCase())) throw headerError("forbidden");
}

const headerError = (tag: HeaderError["tag"]): WitError => new WitError({ tag } satisfies HeaderError);
