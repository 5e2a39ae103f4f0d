/** A component that does what a core module of preview 1 does, by way of WASI 0.2. */
import type { Preview1Options } from "../adapters/preview1/index.ts";
import { importsOf, newestVersion } from "../adapters/wasi-versions.ts";
import { wasiKey } from "../adapters/series.ts";
import { bytesOf, type Chunk } from "../binary/chunk.ts";
import { Interfaces } from "../component/interfaces.ts";
import { keyOf } from "../component/names.ts";
import type { Exports, Extern } from "../component/types.ts";
import type { World } from "../component/world.ts";
import { close } from "../compose/imported-interfaces.ts";
import { checkNested } from "../compose/component-writer.ts";
import { partAlone } from "../compose/part-component.ts";
import { bytes, check, checkOptions, flag } from "../shapes.ts";
import { type Preview1Program, programOf } from "./module.ts";
import { needsOf, type Preview1Choices, withProgram } from "./preview1-part.ts";
import { RUN, RUN_EXPORTS, RUN_VERSION } from "./run.ts";
import { canonicalTyped, typedCalls, typedNeeds } from "./typed-part.ts";

/**
 * A component of WASI 0.2 that does what the program of preview 1 in the core module `module` does: a command, or what carries the world
 * that it is made for, as bindings generators write it.
 * @throws FormatError if `module` is no well-formed core module
 * @throws LinkError if it is neither, or imports what is not of preview 1 or its world
 */
export function adaptPreview1(module: Uint8Array, options: Preview1Options = {}): Uint8Array {
  check(bytes, module, "module");
  checkNested(module.byteLength, "the core module");
  checkOptions({ exitWithCode: flag, stubImports: flag, multiMemory: flag }, options);
  const { exitWithCode = false, stubImports = false, multiMemory = false } = options;
  return bytesOf(componentOf(programOf(module, stubImports), { exitsWithCode: exitWithCode, multiMemory }));
}

export function componentOf(program: Preview1Program, choices: Omit<Preview1Choices, "isHosts">): readonly Chunk[] {
  const interfaces = interfacesOfProgram(program, choices.exitsWithCode);
  const part = withProgram(undefined, program, { ...choices, isHosts: () => true }, interfaces);
  return partAlone(part, interfaces);
}

export interface ProgramWorld {
  /** What the guest imports for the program, as a component would, with what the program's own world does, and what it exports. */
  readonly world: World;
  /** The keys of what is imported for the program's own world. */
  readonly own: ReadonlySet<string>;
  /** The program, with the types of `world`. */
  readonly program: Preview1Program;
}

export function worldOfProgram(program: Preview1Program, exitsWithCode: boolean): ProgramWorld {
  const interfaces = interfacesOfProgram(program, exitsWithCode);
  const needs = new Map([...needsOf(program, exitsWithCode)].map(([key, names]) => [key, new Set(names)] as const));
  const exports = new Map<string, Extern>(
    program.entries.length === 0 ? [] : [[`${RUN}@${RUN_VERSION}`, { kind: "instance", exports: RUN_EXPORTS }]],
  );
  const plain = new Map<string, Extern>();
  const typed = program.typed && canonicalTyped(program.typed, interfaces);
  const own = new Set<string>();
  if (typed !== undefined) {
    const ofTypes = typedNeeds(typed, interfaces);
    for (const selection of [typedCalls(typed, interfaces), ofTypes.types]) {
      for (const [key, names] of close(interfaces, selection)) {
        needs.set(key, new Set([...(needs.get(key) ?? []), ...names]));
        own.add(key);
      }
    }
    for (const [name, item] of ofTypes.plain) {
      plain.set(name, item);
      own.add(name);
    }
    for (const each of typed.exports) exports.set(...each);
  }
  const closed = [...close(interfaces, needs)].sort(([left], [right]) => (left < right ? -1 : 1));
  const imports = new Map<string, Extern>(
    closed.map(([key, names]) => {
      const exports: Exports = new Map(interfaces.pick(key, names));
      return [interfaces.get(key)?.name ?? key, { kind: "instance", exports }] as const;
    }),
  );
  return { world: { imports: new Map([...imports, ...plain]), exports }, own, program: { ...program, typed } };
}

/** WASI as programs of preview 1 see it through the guest: in its first version, which every host has. And a program's own imports. */
export function interfacesOfProgram({ typed, entries }: Preview1Program, exitsWithCode: boolean): Interfaces {
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
  for (const [name, item] of typed?.imports ?? []) if (item.kind === "instance") interfaces.add(name, item.exports);
  if (entries.length > 0) interfaces.add(`${RUN}@${RUN_VERSION}`, RUN_EXPORTS);
  return interfaces;
}
