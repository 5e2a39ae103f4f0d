/**
 * What a component imports and exports, with full types, whatever order its sections come in.
 * The component is validated on the way, as a host does it: sections in order, each nested component once, by the
 * types of its imports. Of core modules only the imports and exports are looked at.
 */
import { Reader } from "../binary/codec.ts";
import { decodeComponent, type Section } from "../binary/component.ts";
import { FormatError } from "../errors.ts";
import { enterAlias } from "./alias-definitions.ts";
import { defineCanon } from "./canonical-definitions.ts";
import { typeOfModule } from "./core-modules.ts";
import { componentTypeOf, declare, enterExport } from "./extern-definitions.ts";
import { instantiate, instantiateCore } from "./instantiation.ts";
import { MAX_NESTING } from "./limits.ts";
import { Scope, Validation } from "./scope.ts";
import { Substitution } from "./substitution.ts";
import { enterCoreType, enterType } from "./type-definitions.ts";
import type { ComponentType, Exports } from "./types.ts";

export interface World {
  readonly imports: Exports;
  readonly exports: Exports;
  /** Whether core code in it, however deep, calls asynchronous functions without waiting for them. */
  readonly goesOnMeanwhile?: boolean;
}

/**
 * `offset` is where in the file `component` begins.
 * @throws FormatError where `component` is not a well-formed component, or larger than the limits of `limits.ts`
 */
export function worldOf(component: Uint8Array, offset = 0): World {
  const validation = new Validation();
  const { imports, exports } = typeOfComponent(decodeComponent(component, offset), new Scope("component", validation), 0);
  // From here on a type is one object, whichever names it goes by.
  const origins = new Substitution(validation.work, false);
  return { imports: origins.items(imports), exports: origins.items(exports), goesOnMeanwhile: validation.lowersAsync };
}

function typeOfComponent(sections: readonly Section[], scope: Scope, depth: number): ComponentType {
  if (depth > MAX_NESTING) scope.fail(`components lie more than ${MAX_NESTING} deep in each other`);
  for (const section of sections) {
    scope.work.offset = section.offset;
    enter(section, scope, depth);
  }
  return componentTypeOf(scope);
}

/** Enters what one section defines. */
export function enter(section: Section, scope: Scope, depth: number): void {
  const { validation, work } = scope;
  switch (section.kind) {
    case "core module":
      scope.push({ kind: "core module", type: typeOfModule(section.bytes, section.offset, validation.coreTypes, work) });
      break;
    case "core instance":
      for (const each of section.items) {
        scope.count("core instance");
        scope.coreInstances.push(instantiateCore(scope, each));
      }
      break;
    case "core type": {
      const reader = new Reader(section.bytes, section.offset, "the core type section");
      for (let count = section.count; count > 0; count--) enterCoreType(scope, reader);
      if (!reader.done) throw new FormatError(`${reader.remaining} bytes after the end of the core type section`, reader.offset);
      break;
    }
    case "component": {
      const inner = new Scope("component", validation, scope);
      scope.push({ kind: "component", type: typeOfComponent(decodeComponent(section.bytes, section.offset), inner, depth + 1) });
      break;
    }
    case "instance":
      for (const each of section.items) scope.push({ kind: "instance", exports: instantiate(scope, each) });
      break;
    case "alias":
      for (const each of section.items) enterAlias(scope, each);
      break;
    case "type":
      for (const each of section.items) enterType(scope, each);
      break;
    case "canon":
      for (const each of section.items) defineCanon(scope, each);
      break;
    case "import":
      for (const { name, type } of section.items) declare(scope, "import", name, type);
      break;
    case "export":
      for (const each of section.items) enterExport(scope, each);
      break;
    case "start":
    case "value":
      scope.fail("a value or a start function, which no host takes yet");
      break;
    case "custom":
  }
}
