/**
 * The types of core modules: those of a component's modules, as far as their imports and exports tell
 * (https://webassembly.github.io/spec/core/binary/modules.html), and those that a component writes down.
 * What code, elements and data are like is for hosts to validate.
 */
import {
  type CoreExternType,
  type ModuleDecl,
  readCoreImports,
  readGlobalType,
  readLimits,
  readRecGroup,
  readTableType,
  readTagType,
  readVec,
} from "../binary/core-type-decl.ts";
import { kindOf, PREAMBLE_LENGTH } from "../binary/component.ts";
import { hex, Reader } from "../binary/codec.ts";
import { SECTION } from "../binary/core-module.ts";
import { FormatError } from "../errors.ts";
import { type CoreExtern, type CoreTypeId, type CoreTypes, type ModuleType, moduleType } from "./core-types.ts";
import type { Work } from "./limits.ts";

const TAG_SECTION = 13;
/** In which order sections come; custom ones come anywhere. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  TAG_SECTION,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

const KINDS = ["func", "table", "memory", "global", "tag"] as const;
type Spaces = { readonly [K in (typeof KINDS)[number]]: CoreExtern[] };

/** The type of the core module `bytes`, which begin at `offset` of the file. */
export function typeOfModule(bytes: Uint8Array, offset: number, coreTypes: CoreTypes, work: Work): ModuleType {
  if (kindOf(bytes) !== "core module") throw new FormatError("the contents of a core module section are no core module", offset);
  const reader = new Reader(bytes, offset, "the core module", PREAMBLE_LENGTH);
  const types: (CoreTypeId | ModuleType)[] = [];
  const spaces: Spaces = { func: [], table: [], memory: [], global: [], tag: [] };
  const imports: ModuleType["imports"][number][] = [];
  const exports = new Map<string, CoreExtern>();
  const add = (type: CoreExternType): CoreExtern => {
    const item = coreTypes.extern(type, types);
    spaces[type.kind].push(item);
    return item;
  };
  let last = -1;
  while (!reader.done) {
    const sectionOffset = reader.offset;
    const id = reader.byte();
    const section = reader.window(reader.u32(), "a section of the core module");
    if (id === SECTION.custom) {
      section.name();
      continue;
    }
    const place = ORDER.indexOf(id);
    if (place < 0) throw new FormatError(`unknown section ${hex(id)} of a core module`, sectionOffset);
    if (place <= last) throw new FormatError("a section of a core module is out of order", sectionOffset);
    last = place;
    work.offset = section.offset;
    switch (id) {
      case SECTION.type:
        readVec(section, (each) => coreTypes.define(readRecGroup(each), types));
        break;
      case SECTION.import:
        readVec(section, (each) => {
          for (const { module, name, type } of readCoreImports(each)) imports.push({ module, name, item: add(type) });
        });
        break;
      case SECTION.function:
        readVec(section, (each) => add({ kind: "func", type: each.u32() }));
        break;
      case SECTION.memory:
        readVec(section, (each) => add({ kind: "memory", limits: readLimits(each) }));
        break;
      case TAG_SECTION:
        readVec(section, (each) => add(readTagType(each)));
        break;
      case SECTION.table:
        readInitialized(section, spaces.table, "table", (each) => {
          const hasInitializer = each.peek() === 0x40;
          if (hasInitializer) each.bytes(2);
          add(readTableType(each));
          return hasInitializer;
        });
        continue;
      case SECTION.global:
        readInitialized(section, spaces.global, "global", (each) => {
          add(readGlobalType(each));
          return true;
        });
        continue;
      case SECTION.export:
        readVec(section, (each) => {
          const name = each.name();
          const kindByte = each.byte();
          const index = each.u32();
          const kind = KINDS[kindByte] ?? work.fail(`unknown kind ${hex(kindByte)} of a core export`);
          const item = spaces[kind][index] ?? work.fail(`core ${kind} index ${index}, where there are ${spaces[kind].length}`);
          if (exports.has(name)) work.fail(`a core module exports \`${name}\` twice`);
          exports.set(name, item);
        });
        break;
      default:
        continue;
    }
    if (!section.done) throw new FormatError(`${section.remaining} bytes after the end of a section of a core module`, section.offset);
  }
  return moduleType(imports, exports, work);
}

/** Items with an expression behind each. Where one is not understood, nothing is known of the items from there on. */
function readInitialized(reader: Reader, space: CoreExtern[], sort: "table" | "global", read: (reader: Reader) => boolean): void {
  for (let count = reader.u32(); count > 0; count--) {
    if (!read(reader) || skipConstant(reader)) continue;
    for (; count > 1; count--) space.push({ kind: "unknown", sort });
  }
}

/** `expr ::= instr* 0x0b`, of the instructions that are constant and common; says whether it came to the end. */
function skipConstant(reader: Reader): boolean {
  for (;;) {
    const opcode = reader.byte();
    switch (opcode) {
      case 0x0b:
        return true;
      case 0x41: // i32.const
      case 0x42: // i64.const
      case 0x23: // global.get
      case 0xd0: // ref.null
      case 0xd2: // ref.func
        skipLeb(reader);
        break;
      case 0x43: // f32.const
        reader.bytes(4);
        break;
      case 0x44: // f64.const
        reader.bytes(8);
        break;
      case 0x6a: // i32.add, sub, mul, and of i64
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break;
      case 0xfd: // v128.const
        if (reader.u32() !== 12) return false;
        reader.bytes(16);
        break;
      default:
        return false;
    }
  }
}

function skipLeb(reader: Reader): void {
  while (reader.byte() >= 0x80);
}

/** The type of modules that a component writes down, in `outer` scopes. */
export function typeOfDecls(
  decls: readonly ModuleDecl[],
  outer: (count: number, index: number) => CoreTypeId,
  coreTypes: CoreTypes,
  work: Work,
): ModuleType {
  const types: (CoreTypeId | ModuleType)[] = [];
  const imports: ModuleType["imports"][number][] = [];
  const exports = new Map<string, CoreExtern>();
  for (const decl of decls) {
    work.step();
    switch (decl.kind) {
      case "type":
        coreTypes.define(decl.group, types);
        break;
      case "alias":
        types.push(decl.count === 0 ? coreTypes.typeAt(types, decl.idx) : outer(decl.count - 1, decl.idx));
        break;
      case "import":
        for (const { module, name, type } of decl.imports) imports.push({ module, name, item: coreTypes.extern(type, types) });
        break;
      case "export":
        if (exports.has(decl.name)) work.fail(`a core module exports \`${decl.name}\` twice`);
        exports.set(decl.name, coreTypes.extern(decl.type, types));
    }
  }
  return moduleType(imports, exports, work);
}
