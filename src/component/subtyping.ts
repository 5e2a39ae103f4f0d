/**
 * Whether an item can be given where another is wanted (Subtyping.md). As in hosts, types of values and functions
 * must be the same; instances may export more, components may import less and export more.
 */
import type { CoreTypes } from "./core-types.ts";
import type { Work } from "./limits.ts";
import { type AnyType, originOf, Substitution } from "./substitution.ts";
import {
  type ComponentType,
  type DefinedType,
  type Exports,
  type Extern,
  type Field,
  type FuncType,
  isResource,
  parts,
  type Resource,
  shapeOf,
  signatureTypes,
  sortOf,
} from "./types.ts";

/** What is wrong with what is given. */
export interface Misfit {
  readonly misfit: string;
}

export class Subtyping {
  readonly #work: Work;
  readonly #coreTypes: CoreTypes;

  constructor(work: Work, coreTypes: CoreTypes) {
    this.#work = work;
    this.#coreTypes = coreTypes;
  }

  fits(actual: Extern, wanted: Extern): boolean {
    if (sortOf(actual) !== sortOf(wanted)) return false;
    if (actual.kind === "instance" && wanted.kind === "instance") return this.#itemsFit(actual.exports, wanted.exports);
    if (actual.kind === "core module" && wanted.kind === "core module") return this.#coreTypes.moduleFits(actual.type, wanted.type);
    return "type" in actual && "type" in wanted && this.#typeFits(actual.type as AnyType, wanted.type as AnyType); // no modules here
  }

  /**
   * What stands for the `open` resources of the items that are wanted, and for their types, when `given` is given for
   * them; where something does not fit, its name.
   */
  open(given: Exports, wanted: Exports, open: readonly Resource[]): Substitution | Misfit {
    const resources = new Substitution(this.#work);
    this.#match(given, wanted, resources, new Set(open));
    const found = new Substitution(this.#work);
    for (const resource of open) if (resources.has(resource)) found.replace(resource, resources.type(resource));
    for (const [name, item] of wanted) {
      const argument = given.get(name);
      if (argument === undefined) return { misfit: `lacks its argument \`${name}\`` };
      if (!this.fits(argument, resources.item(item))) return { misfit: `is given \`${name}\` of another type` };
      rename(argument, item, found);
    }
    return found;
  }

  /** Finds what is given for each open resource where it is first wanted. */
  #match(given: Exports, wanted: Exports, found: Substitution, unknown: Set<object>): void {
    for (const [name, item] of wanted) {
      if (unknown.size === 0) return;
      this.#work.step();
      const argument = given.get(name);
      if (item.kind === "instance" && argument?.kind === "instance") this.#match(argument.exports, item.exports, found, unknown);
      if (
        item.kind !== "type" ||
        argument?.kind !== "type" ||
        !isResource(argument.type) ||
        !unknown.delete(originOf<AnyType>(item.type) as object)
      )
        continue;
      found.replace(originOf<AnyType>(item.type) as object, argument.type);
    }
  }

  #itemsFit(actual: Exports, wanted: Exports): boolean {
    if (actual === wanted) return true;
    return [...wanted].every(([name, item]) => {
      const found = actual.get(name);
      return found !== undefined && this.fits(found, item);
    });
  }

  #typeFits(actual: AnyType | undefined, wanted: AnyType | undefined): boolean {
    this.#work.step();
    if (actual === undefined || wanted === undefined) return actual === wanted;
    const [left, right] = [originOf(actual), originOf(wanted)];
    if (left === right) return true;
    if (typeof left === "string" || typeof right === "string" || left.kind !== right.kind) return false;
    if (left.kind === "resource" || right.kind === "resource") return false;
    if (left.kind === "func" && right.kind === "func") return this.#funcFits(left, right);
    if (left.kind === "instance type" && right.kind === "instance type") return this.#itemsFit(left.exports, right.exports);
    if (left.kind === "component type" && right.kind === "component type") return this.#componentFits(left, right);
    // All others are types of values.
    return this.#valueFits(left as DefinedType, right as DefinedType);
  }

  #funcFits(left: FuncType, right: FuncType): boolean {
    if (left.async !== right.async || labelsOf(left.params) !== labelsOf(right.params)) return false;
    if ((left.result === undefined) !== (right.result === undefined)) return false;
    const others = signatureTypes(right);
    return signatureTypes(left).every((each, i) => this.#typeFits(each, others[i]));
  }

  /** Whoever thinks to have `right` gives what that imports, which `left` must be content with, and wants its exports. */
  #componentFits(left: ComponentType, right: ComponentType): boolean {
    const given = this.open(right.imports, left.imports, left.imported);
    return !("misfit" in given) && !("misfit" in this.open(given.items(left.exports), right.exports, right.defined));
  }

  #valueFits(left: DefinedType, right: DefinedType): boolean {
    if (shapeOf(left) !== shapeOf(right)) return false;
    const others = parts(right);
    return parts(left).every((part, i) => this.#typeFits(part, others[i]));
  }
}

/** Labels differ in more than their case. */
const labelsOf = (fields: readonly Field[]): string =>
  fields
    .map(({ label }) => label)
    .join()
    .toLowerCase();

/** The types that are given for the named ones that are wanted. */
function rename(argument: Extern, wanted: Extern, found: Substitution): void {
  if (argument.kind === "instance" && wanted.kind === "instance") {
    for (const [name, item] of wanted.exports) {
      const given = argument.exports.get(name);
      if (given !== undefined) rename(given, item, found);
    }
  }
  if ((argument.kind === "type" || argument.kind === "item type") && argument.kind === wanted.kind) {
    if (typeof wanted.type === "object" && typeof argument.type === "object") found.replace(wanted.type, argument.type);
  }
}
