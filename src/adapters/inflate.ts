/**
 * Inflates as outputs do: by the code that they have for it, so that whoever reads a file's contents here reads what an app does.
 * Nothing else of the composer runs WebAssembly.
 */
import { INFLATE_PADDING, INFLATE_TABLES } from "../image/layout.ts";
import { compressedCore } from "./prebuilt.ts";
import { guestCore } from "./prebuilt-core.ts";

type Inflate = (source: number, sourceEnd: number, target: number, targetEnd: number, tables: number) => number;

const PAGE = 0x10000;

let known: { readonly memory: WebAssembly.Memory; readonly inflate: Inflate } | undefined;

function inflater(): NonNullable<typeof known> {
  if (known !== undefined) return known;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const arena = (): WebAssembly.Global => new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  const module = new WebAssembly.Module(guestCore(compressedCore).core.bytes as Uint8Array<ArrayBuffer>); // it is none that is shared
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, memory: { arena: arena(), "arena-base": arena() } });
  known = { memory, inflate: exports.compressed__inflate as Inflate };
  return known;
}

/** What a deflate stream (RFC 1951) is; `undefined` if it is none, or is of another size, or if something follows it. */
export function inflated(stream: Uint8Array, byteLength: number): Uint8Array | undefined {
  const { memory, inflate } = inflater();
  const target = stream.length;
  const tables = target + byteLength + INFLATE_PADDING;
  const pages = Math.ceil((tables + INFLATE_TABLES) / PAGE) - memory.buffer.byteLength / PAGE;
  if (pages > 0) memory.grow(pages);
  new Uint8Array(memory.buffer).set(stream);
  if (inflate(0, target, target, target + byteLength, tables) === 0) return undefined;
  return new Uint8Array(memory.buffer).slice(target, target + byteLength);
}
