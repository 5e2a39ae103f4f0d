/** A component that does what a core module of preview 1 does, by way of WASI 0.2. */
import type { Preview1Options } from "../adapters/preview1/index.ts";
import { importsOf, newestVersion } from "../adapters/wasi-versions.ts";
import { wasiKey } from "../adapters/series.ts";
import { bytesOf, type Chunk } from "../binary/chunk.ts";
import { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import type { Exports } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { close } from "../compose/imported-interfaces.ts";
import { checkNested } from "../compose/component-writer.ts";
import { partAlone } from "../compose/part-component.ts";
import { bytes, check, checkOptions, flag } from "../shapes.ts";
import { type Preview1Program, programOf } from "./module.ts";
import { needsOf, type Preview1Choices, RUN, RUN_EXPORTS, RUN_VERSION, withProgram } from "./preview1-part.ts";

/**
 * A component of WASI 0.2 that does what the command of preview 1 in the core module `module` does.
 * @throws FormatError if `module` is no well-formed core module
 * @throws LinkError if it is no command, or imports what is not of preview 1
 */
export function adaptPreview1(module: Uint8Array, options: Preview1Options = {}): Uint8Array {
  check(bytes, module, "module");
  checkNested(module.byteLength, "the core module");
  checkOptions({ exitWithCode: flag, stubImports: flag, multiMemory: flag }, options);
  const { exitWithCode = false, stubImports = false, multiMemory = false } = options;
  return bytesOf(componentOf(programOf(module, stubImports), { exitsWithCode: exitWithCode, multiMemory }));
}

export function componentOf(program: Preview1Program, choices: Omit<Preview1Choices, "isHosts">): readonly Chunk[] {
  const interfaces = interfacesOfProgram(choices.exitsWithCode);
  const part = withProgram(undefined, program, { ...choices, isHosts: () => true }, interfaces);
  return partAlone(part, interfaces);
}

/** What the guest imports for a program, as a component would, and that the program is a command. */
export function worldOfProgram(program: Preview1Program, exitsWithCode: boolean): World {
  const interfaces = interfacesOfProgram(exitsWithCode);
  const needs = [...close(interfaces, needsOf(program, exitsWithCode))].sort(([left], [right]) => (left < right ? -1 : 1));
  const imports = new Map(
    needs.map(([key, names]) => {
      const exports: Exports = new Map(interfaces.pick(key, names));
      return [interfaces.get(key)?.name ?? key, { kind: "instance", exports } as const];
    }),
  );
  return { imports, exports: new Map([[`${RUN}@${RUN_VERSION}`, { kind: "instance", exports: RUN_EXPORTS }]]) };
}

/** WASI as programs of preview 1 see it through the guest: in its first version, which every host has. */
export function interfacesOfProgram(exitsWithCode: boolean): Interfaces {
  const interfaces = new Interfaces();
  const exit = wasiKey("wasi:cli/exit");
  for (const [name, item] of importsOf(RUN_VERSION)) {
    if (item.kind === "instance" && !(exitsWithCode && keyOf(name) === exit)) interfaces.add(name, item.exports);
  }
  if (exitsWithCode) {
    const name = `wasi:cli/exit@${newestVersion()}`;
    const item = importsOf(newestVersion()).get(name);
    if (item?.kind === "instance") interfaces.add(name, item.exports);
  }
  interfaces.add(`${RUN}@${RUN_VERSION}`, RUN_EXPORTS);
  return interfaces;
}
