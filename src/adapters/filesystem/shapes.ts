/** The shapes of mounts and of what lies in them. */
import type { Chunk } from "../../binary/chunk.ts";
import { OptionError } from "../../errors.ts";
import type { Directory, File, SymbolicLink, Writable } from "../../image/tree.ts";
import { count, either, flag, list, only, type Place, record, refuse, type Shape, type Shapes, text } from "../../shapes.ts";
import type { HostDirectory } from "./host-preopens.ts";
import type { HostFile, Mount, Overlay, Tmpfs } from "./mounts.ts";

const time = only("a BigInt of nanoseconds since 1970", (value) => typeof value === "bigint" && -(2n ** 63n) <= value && value < 2n ** 64n);

const contents = only(
  "a Uint8Array, or an object with `byteLength` and `readInto`",
  (value) =>
    value instanceof Uint8Array ||
    (typeof value === "object" &&
      value !== null &&
      "readInto" in value &&
      typeof value.readInto === "function" &&
      "byteLength" in value &&
      Number.isSafeInteger(value.byteLength) &&
      Number(value.byteLength) >= 0),
);

/** Directories in one another: a tree that holds itself has no end. */
const DEEPEST = 1000;

function entryAt(depth: number): Shape {
  const kinds = new Map<string, Shape>([
    ["file", record<File<Chunk>>({ kind: text, contents, modified: time }, "contents")],
    [
      "directory",
      record<Directory<Chunk>>({ kind: text, entries: (value, place) => entries(value, place, depth), modified: time }, "entries"),
    ],
    ["link", record<SymbolicLink>({ kind: text, target: text, modified: time }, "target")],
  ]);
  return either("an object whose `kind` is `file`, `directory` or `link`", (value) =>
    typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string" ? kinds.get(value.kind) : undefined,
  );
}

function entries(value: unknown, place: Place, depth: number): void {
  if (!(value instanceof Map)) refuse(place, value, "a Map of names to files, directories and links");
  if (depth >= DEEPEST) throw new OptionError(place.option, `\`${place.path().slice(0, 100)}…\` lies in more than ${DEEPEST} directories`);
  const entry = entryAt(depth + 1);
  for (const [name, item] of value) {
    if (typeof name !== "string") refuse({ option: place.option, path: () => `a name in ${place.path()}` }, name, "a string");
    entry(item, { option: place.option, path: () => `${place.path()}.get(${JSON.stringify(name)})` });
  }
}

const writable = either("`true`, `false` or an object with `maxBytes`", (value) =>
  typeof value === "boolean" ? flag : typeof value === "object" ? record<Writable>({ maxBytes: count }) : undefined,
);

const hostPlace: Shapes<HostDirectory & HostFile> = { path: text, host: text, readOnly: flag };

export const mountList: Shape = list(record<Mount<Chunk>>({ path: text, entry: entryAt(0), writable }, "path", "entry"));
export const tmpfsList: Shape = list(record<Tmpfs>({ path: text, maxBytes: count }, "path"));
export const overlayList: Shape = list(record<Overlay>({ path: text, host: text, maxBytes: count }, "path", "host"));
export const preopenList: Shape = list(record<HostDirectory>(hostPlace, "path", "host"));
export const hostFileList: Shape = list(record<HostFile>(hostPlace, "path", "host"));
export const compressor: Shape = only("a function from a Uint8Array to a Uint8Array", (value) => typeof value === "function");
