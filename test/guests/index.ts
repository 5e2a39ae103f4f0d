/**
 * Real programs for the tests: each function gives the bytes of one, built on first use and kept in
 * .cache/guests. A preview 1 core module becomes a component by `adaptCommand`.
 */

export { adaptCommand } from "./adapt-command.ts";
export { cProgram } from "./c-program.ts";
