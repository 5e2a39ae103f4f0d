/** The flags of files, and how they are read. */
import { parseSize } from "../../amounts.ts";
import { UsageError } from "../../errors.ts";
import type { FlagTable, Given } from "../option-table.ts";
import type { HostDirectory } from "./host-preopens.ts";
import type { HostFile, Overlay, Tmpfs } from "./mounts.ts";

const FLAGS = {
  mount: {
    type: "string",
    array: true,
    path: "behind =",
    pair: true,
    elsewhere: { dir: "mount", mapdir: "mount" },
    describe:
      "A directory or file to embed, GUEST=LOCAL, where GUEST is its absolute path in the guest; GUEST=LOCAL:rw is writable, in memory",
  },
  tmpfs: { type: "string", array: true, pair: true, describe: "An empty directory in memory, GUEST or GUEST=SIZE, such as /tmp=64M" },
  overlay: {
    type: "string",
    array: true,
    pair: true,
    describe:
      "A directory of the host, GUEST=HOST as with --preopen; what the program writes there stays in memory, and the host's directory does not change",
  },
  "fs-max-bytes": { type: "string", describe: "The most bytes that writable files may take together, such as 64M" },
  "fs-max-files": { type: "string", describe: "The most files, directories and links that may be made" },
  "export-files": {
    type: "boolean",
    describe: "Export an interface by which an embedder lists, reads, writes and resets the writable files",
  },
  include: {
    type: "string",
    array: true,
    needs: { flag: "mount", about: "mounts" },
    describe: "Embed only files that match this glob, relative to each mount",
  },
  exclude: {
    type: "string",
    array: true,
    needs: { flag: "mount", about: "mounts" },
    describe: "Leave out files and directories that match this glob",
  },
  follow: {
    type: "boolean",
    needs: { flag: "mount", about: "mounts" },
    describe: "Embed the targets of symbolic links, instead of the links",
  },
  "keep-times": {
    type: "boolean",
    needs: { flag: "mount", about: "mounts" },
    describe: "Keep modification times; without this option they are fixed",
  },
  compress: {
    type: "boolean",
    needs: { flag: "mount", about: "mounts" },
    describe: "Store embedded files compressed where that makes the output smaller; each is inflated when it is first opened",
  },
  hide: {
    type: "string",
    array: true,
    anyValue: true,
    describe:
      "Hide files that match this glob, relative to each mount, such as '**/.env': for the program, they are not there; !GLOB makes exceptions",
  },
  protect: {
    type: "string",
    array: true,
    anyValue: true,
    describe: "Make files that match this glob read-only, relative to each mount, such as '.git/**'; !GLOB makes exceptions",
  },
  preopen: {
    type: "string",
    array: true,
    pair: true,
    elsewhere: { dir: "preopen", mapdir: "preopen" },
    describe:
      "A directory of the host, GUEST=HOST, or read-only, GUEST=HOST:ro; HOST is the host's name of the directory, or a path below it",
  },
  file: {
    type: "string",
    array: true,
    pair: true,
    describe: "A file of the host, GUEST=HOST, or read-only, GUEST=HOST:ro; HOST is a path below the host's name of a directory",
  },
  "allow-fs": { type: "boolean", describe: "All directories of the host, with the mounts in them" },
} as const;

export const FLAG_TABLE: FlagTable = FLAGS;

/** With the outputs that may go to a file, which is writable. */
export type Flags = Given<typeof FLAGS> & { readonly stdout?: string; readonly stderr?: string };

export function tmpfsOf({ tmpfs }: Flags): readonly Tmpfs[] | undefined {
  return tmpfs?.map((text) => {
    const equals = text.indexOf("=");
    if (equals < 0) return { path: text };
    const maxBytes = parseSize(text.slice(equals + 1));
    if (equals === 0 || maxBytes === undefined)
      throw new UsageError(
        `\`--tmpfs ${text}\` is neither GUEST nor GUEST=SIZE, such as \`/tmp=64M\`: a size is bytes, or ends in K, M or G`,
      );
    return { path: text.slice(0, equals), maxBytes };
  });
}

export function overlaysOf({ overlay }: Flags): readonly Overlay[] | undefined {
  return overlay?.map((text) => {
    const equals = text.indexOf("=");
    if (equals <= 0 || equals === text.length - 1) throw new UsageError(`\`--overlay ${text}\` is not GUEST=HOST, such as \`/work=/data\``);
    return { path: text.slice(0, equals), host: text.slice(equals + 1) };
  });
}

export function hostPlaceOf(option: "preopen" | "file", text: string): HostDirectory & HostFile {
  const equals = text.indexOf("=");
  const example = option === "preopen" ? "/work=/data" : "/etc/hosts=/data/hosts";
  if (equals <= 0 || equals === text.length - 1) throw new UsageError(`\`--${option} ${text}\` is not GUEST=HOST, such as \`${example}\``);
  const readOnly = text.endsWith(":ro");
  return { path: text.slice(0, equals), host: text.slice(equals + 1, readOnly ? -3 : undefined), readOnly };
}

export function maxBytesOf(given: Flags): number | undefined {
  const text = given["fs-max-bytes"];
  if (text === undefined) return undefined;
  const size = parseSize(text);
  if (size === undefined)
    throw new UsageError(`\`--fs-max-bytes ${text}\` is not a size: a number of bytes, or one that ends in K, M or G, such as \`64M\``);
  needsWritable("fs-max-bytes", given);
  return size;
}

export function maxFilesOf(given: Flags): number | undefined {
  const text = given["fs-max-files"];
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new UsageError(`\`--fs-max-files ${text}\` is not a whole number of 0 or more`);
  needsWritable("fs-max-files", given);
  return Number(text);
}

export function exportFilesOf(given: Flags): boolean | undefined {
  if (given["export-files"] === true) needsWritable("export-files", given);
  return given["export-files"];
}

function needsWritable(flag: keyof typeof FLAGS, { tmpfs, overlay, mount = [], stdout, stderr }: Flags): void {
  const isOutput = [stdout, stderr].some((stream) => stream?.startsWith("file:") === true);
  if (tmpfs !== undefined || overlay !== undefined || isOutput || mount.some((each) => each.endsWith(":rw"))) return;
  throw new UsageError(
    `\`--${flag}\` applies to writable files, and there are none: there is no \`--tmpfs\`, no \`--overlay\`, and no \`--mount\` ends in \`:rw\``,
  );
}

/** The variable that builds set which want the same bytes again, https://reproducible-builds.org/specs/source-date-epoch. */
export function sourceDateEpochOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new UsageError(`\`SOURCE_DATE_EPOCH\` is \`${text}\`, which is not a whole number of seconds since 1970 below ${2 ** 32}`);
}
