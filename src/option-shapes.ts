/**
 * The shapes of the library's options, key by key. TypeScript holds the tables against the interfaces, so that an
 * option cannot be added in one place alone.
 */
import type { HostDirectory } from "./adapters/host-preopens.ts";
import type { HostFile, Mount, Overlay, Tmpfs } from "./adapters/mounts.ts";
import type { StreamFile } from "./adapters/stream-files.ts";
import type { Chunk } from "./binary/chunk.ts";
import { OptionError } from "./errors.ts";
import type { Directory, File, SymbolicLink, Writable } from "./image/tree.ts";
import type { DeniedImport, Options } from "./options.ts";
import {
  bytes,
  count,
  either,
  flag,
  list,
  only,
  type Place,
  record,
  refuse,
  type Shape,
  type Shapes,
  table,
  text,
  word,
} from "./shapes.ts";
import { DENIALS } from "./shim/refusal.ts";
import type { UserAdapter } from "./user-adapters.ts";

const denial = word(...DENIALS);

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

const streamFile = record<StreamFile>({ file: text }, "file");
const POLICIES = ["allow", "ignore", "deny"] as const;
const output = either("`allow`, `ignore`, `deny` or an object with a `file`", (value) =>
  typeof value === "string" ? word(...POLICIES) : typeof value === "object" ? streamFile : undefined,
);
const input = either("`allow`, `ignore`, `deny`, a Uint8Array or an object with a `file`", (value) =>
  value instanceof Uint8Array ? bytes : typeof value === "string" ? word(...POLICIES) : typeof value === "object" ? streamFile : undefined,
);

const hostPlace: Shapes<HostDirectory & HostFile> = { path: text, host: text, readOnly: flag };

export const USER_ADAPTER: Shape = record<UserAdapter>(
  { interface: text, component: bytes, name: text, prefix: text, warnings: list(text) },
  "interface",
  "component",
);

export const OPTIONS: Shapes<Options<Chunk>> = {
  programName: text,
  env: table(text),
  allowEnv: either("`true`, `false` or a list of names", (value) =>
    typeof value === "boolean" ? flag : Array.isArray(value) ? list(text) : undefined,
  ),
  args: list(text),
  arg0: text,
  allowArgs: flag,
  cwd: text,
  allowCwd: flag,
  stdin: input,
  stdout: output,
  stderr: output,
  mounts: list(record<Mount<Chunk>>({ path: text, entry: entryAt(0), writable }, "path", "entry")),
  tmpfs: list(record<Tmpfs>({ path: text, maxBytes: count }, "path")),
  overlays: list(record<Overlay>({ path: text, host: text, maxBytes: count }, "path", "host")),
  fsMaxBytes: count,
  fsMaxFiles: count,
  sourceDateEpoch: count,
  exportFiles: flag,
  preopens: list(record<HostDirectory>(hostPlace, "path", "host")),
  hostFiles: list(record<HostFile>(hostPlace, "path", "host")),
  adapters: list(USER_ADAPTER),
  allowClocks: flag,
  allowRandom: flag,
  allowExit: flag,
  allowHttp: flag,
  allowSockets: flag,
  allowFs: flag,
  allowAll: flag,
  deny: denial,
  denyImports: list(
    either("a name, or an object with a `name`", (value) =>
      typeof value === "string" ? text : typeof value === "object" ? record<DeniedImport>({ name: text, deny: denial }, "name") : undefined,
    ),
  ),
};
