/**
 * `wasi-nest/node`: what the library cannot do without Node. Reading directories into trees of files,
 * making a component of a preview 1 module, and running a command component.
 */
export { adaptPreview1, preview1ModuleOf, type Preview1Kind, type Preview1Module } from "./preview1.ts";
export { InputError } from "./input-error.ts";
export { readMount, type ReadMountOptions } from "./read-mount.ts";
export { runCommand, type RunCommandOptions } from "./run-command.ts";
