/** The public API: bytes and options in, chunks of bytes and a report out. No file system, no `node:`. */
export { FormatError, LinkError, NestError, OptionError, ScriptError } from "./errors.ts";
export type { HostDirectory } from "./adapters/filesystem/host-preopens.ts";
export type { Chunk, Contents } from "./binary/chunk.ts";
export { kindOf } from "./binary/component.ts";
export type { Clock } from "./adapters/clocks/settings.ts";
export type { CannedResponse } from "./adapters/http/canned.ts";
export type { StreamPolicy } from "./adapters/stdio/settings.ts";
export type { HostFile, Mount, Overlay, Tmpfs } from "./adapters/filesystem/mounts.ts";
export type { AlteredOutput } from "./adapters/stdio/altered-outputs.ts";
export type { StreamFile } from "./adapters/stdio/stream-files.ts";
export type { Directory, Entry, File, SymbolicLink, Writable } from "./image/tree.ts";
export type { Options, Policy } from "./adapters/registry.ts";
export type { DeniedImport } from "./adapters/rest/index.ts";
export { type Allowance, beyond, parseAllowance } from "./inspect/allowance.ts";
export { type Change, compare, type Comparison, isMore } from "./inspect/compare.ts";
export { compareFiles, type FileChange } from "./files/compare-files.ts";
export type { Embedded, EmbeddedInput, EmbeddedMount } from "./inspect/embedded.ts";
export {
  type AppImport,
  inspect,
  type InspectedExport,
  type InspectedImport,
  type Inspection,
  type InspectOptions,
} from "./inspect/inspect.ts";
export { type FlatComponent, type FlatInstance, flattened, type Task } from "./inspect/flattened.ts";
export { drawMermaid } from "./inspect/mermaid.ts";
export type { EmbeddedTree } from "./adapters/filesystem/policy.ts";
export type { Metadata } from "./inspect/metadata.ts";
export type { NestedComponent, NestedCore, NestedInstance, Role, Source, Wire } from "./inspect/nesting.ts";
export type { Bypass } from "./inspect/restricted.ts";
export type { Hash } from "./inspect/sha256.ts";
export type { InspectedStage } from "./inspect/stages.ts";
export type { Subsystem, Word } from "./inspect/subsystems.ts";
export { drawSvg } from "./inspect/svg.ts";
export { type EmbeddedFile, type EmbeddedFiles, listFiles } from "./files/list-files.ts";
export { replaceFiles, type ReplaceOptions } from "./files/replace-files.ts";
export type { FilesReport } from "./adapters/filesystem/report.ts";
export { adaptPreview1 } from "./preview1/adapt.ts";
export type { Preview1Options } from "./adapters/preview1/index.ts";
export type { Outcome, Report, StageReport } from "./virtualize/report.ts";
export type { Denial } from "./shim/refusal.ts";
export { VERSION } from "./version.ts";
export { bundle, type BundleOptions, compose, type ComposeOptions, type Restriction } from "./virtualize/script.ts";
export { and, type CommandFile, type CommandOutput, or, type Part, pipe, type ProgramCommand, sequence } from "./script/build.ts";
export { parseScript } from "./script/parse.ts";
export type { Command, Output, Redirection, Script } from "./script/script.ts";
export { type AdapterOptions, createAdapter, virtualize, type Virtualized } from "./virtualize/virtualize.ts";
export type { Plug } from "./adapters/plugs/plug.ts";
