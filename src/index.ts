/** The public API: bytes and options in, chunks of bytes and a report out. No file system, no `node:`. */
export { FormatError, LinkError, NestError, OptionError } from "./errors.ts";
export type { Chunk, Contents } from "./binary/chunk.ts";
export { kindOf } from "./binary/component.ts";
export type { StreamPolicy } from "./adapters/io.ts";
export type { Mount } from "./adapters/mounts.ts";
export type { Directory, Entry, File, SymbolicLink } from "./image/tree.ts";
export type { DeniedImport, Options } from "./options.ts";
export type { Outcome, Report } from "./report.ts";
export type { Denial } from "./shim/refusal.ts";
export { VERSION } from "./version.ts";
export { type AdapterOptions, createAdapter, virtualize, type Virtualized } from "./virtualize.ts";
