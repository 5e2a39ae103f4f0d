/**
 * What a component imports and exports, with full types, whatever order its sections come in.
 * The component is evaluated as the validator does it: sections in order, nested components at each
 * instantiation anew, with their arguments in place of their imports. Core modules are never looked into.
 */
import { decodeComponent, type Section } from "../binary/component.ts";
import type { Instance } from "../binary/instances.ts";
import { FormatError } from "../errors.ts";
import { attributed } from "./attributes.ts";
import { Scope } from "./scope.ts";
import type { Exports, Extern } from "./types.ts";

export interface World {
  readonly imports: Exports;
  readonly exports: Exports;
}

/** Arguments by name; `undefined` for the root, whose imports stand for themselves. */
type Arguments = Exports | undefined;

/** @throws FormatError where `component` is not a well-formed component */
export function worldOf(component: Uint8Array): World {
  return evaluate(decodeComponent(component), undefined, undefined);
}

function evaluate(sections: readonly Section[], parent: Scope | undefined, args: Arguments): World {
  const scope = new Scope(parent);
  const imports = new Map<string, Extern>();
  const exports = new Map<string, Extern>();
  for (const section of sections) {
    scope.offset = section.offset;
    switch (section.kind) {
      case "type":
        for (const type of section.items) scope.define(type);
        break;
      case "alias":
        for (const alias of section.items) scope.alias(alias);
        break;
      case "import":
        for (const { name, type } of section.items) {
          const given = args?.get(name.name);
          if (args !== undefined && given === undefined)
            throw new FormatError(`a nested component lacks its argument \`${name.name}\``, section.offset);
          const item = given ?? scope.bind(name.name, type);
          scope.push(item);
          imports.set(name.name, attributed(item, name, section.offset));
        }
        break;
      case "component": {
        const { bytes, offset } = section;
        scope.defineComponent(() => decodeComponent(bytes, offset));
        break;
      }
      case "instance":
        for (const instance of section.items) scope.instances.push(instantiate(scope, instance));
        break;
      case "canon":
        for (const canon of section.items) if (canon.kind === "lift") scope.funcs.push(scope.func(canon.type));
        break;
      case "export":
        for (const { name, item } of section.items) {
          const exported = scope.item(item.sort, item.idx);
          scope.push(exported);
          // Of a component that is instantiated nobody asks for them, and to enter its exports elsewhere the items themselves are wanted.
          exports.set(name.name, args === undefined ? attributed(exported, name, section.offset) : exported);
        }
        break;
      default:
    }
  }
  return { imports, exports };
}

function instantiate(scope: Scope, instance: Instance): Exports {
  if (instance.kind === "exports") {
    return new Map(instance.exports.map(({ name, item }) => [name.name, scope.item(item.sort, item.idx)]));
  }
  const { sections, scope: outer } = scope.closure(instance.component);
  const args = new Map(instance.args.map(({ name, item }) => [name, scope.item(item.sort, item.idx)]));
  return evaluate(sections(), outer, args).exports;
}
