/**
 * Real programs for the tests: each function gives the bytes of one, built on first use and kept in
 * .cache/guests. All are components but those of `cProgram`, `goProgram`, `assemblyScriptProgram` and `...Module`, preview 1 modules that `adaptCommand` adapts.
 */

export { adaptCommand } from "./adapt-command.ts";
export { assemblyScriptProgram } from "./assemblyscript.ts";
export { cProgram } from "./c-program.ts";
export { GO_MISSING, GO_TOOLS_MISSING, go, goForTools, goProgram, goTool } from "./go.ts";
export { javascript } from "./javascript.ts";
export { lua } from "./lua.ts";
export { rawGuest } from "./raw-guest.ts";
export {
  clang,
  clangModule,
  clangResources,
  esbuildModule,
  flite,
  fliteModule,
  python,
  pythonModule,
  ripgrep,
  ripgrepModule,
  yosys,
  yosysModule,
  yosysShare,
} from "./programs.ts";
export { RUST_MISSING, rust, rustGuest } from "./rust.ts";
export { shapedGuest } from "./rust-shapes.ts";
export { sqlite, sqliteModule } from "./sqlite.ts";
export { staticSite } from "./static-site.ts";
export { everythingUnstableWit, everythingWit, unstableWit, WASI_03, WASI_BOTH, wasi03Wit, wasiVersions, wasiWit } from "./wasi-wit.ts";
export { worldComponent } from "./world-component.ts";
