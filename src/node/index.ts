/**
 * `wasi-nest/node`: what the library cannot do without Node. Reading directories into trees of files,
 * making a component of a preview 1 module, and running a command component.
 */
export { adaptPreview1, preview1ModuleOf, type Preview1Kind, type Preview1Module } from "./preview1.ts";
export { InputError, reasonOf } from "./input-error.ts";
export { readBytes } from "./file-bytes.ts";
export { readMount, type ReadMountOptions } from "./read-mount.ts";
export { runCommand, type RunCommandOptions, TrapError } from "./run-command.ts";
