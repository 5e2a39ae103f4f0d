/**
 * `wasi-nest/node`: what the library cannot do without Node. Reading directories into trees of files,
 * making components of preview 1 modules and of JavaScript, and running a command component.
 */
export { type AdapterModule, buildAdapter } from "./adapter-module.ts";
export { type AdapterTypes, adapterTypes } from "./adapter-types.ts";
export { adaptByJco, preview1KindOf, type Preview1Kind } from "./preview1.ts";
export type { Engine } from "./engines.ts";
export { InputError, reasonOf } from "./input-error.ts";
export { readBytes } from "./file-bytes.ts";
export type { UnusedGlobs } from "./glob-filter.ts";
export { readMount, type ReadMountOptions } from "./read-mount.ts";
export { runCommand, type RunCommandOptions } from "./run-command.ts";
export { TrapError } from "./trap-error.ts";
