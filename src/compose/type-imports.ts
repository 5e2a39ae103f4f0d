/**
 * Types that a nested component takes one by one from the component around it, as the app sees them:
 * resources of other parts, and types that no instance of the host's brings along.
 */
import type { Named } from "../component/types.ts";
import type { ComponentWriter } from "./component-writer.ts";
import type { TypeEncoder } from "./type-encoder.ts";

export class TypeImports {
  /** In the order in which they were imported. */
  readonly all: { readonly name: string; readonly type: Named }[] = [];
  readonly #writer: ComponentWriter;

  constructor(writer: ComponentWriter) {
    this.#writer = writer;
  }

  /** Imports `type` and returns its index; `encoder` writes the structure that a type without identity must have. */
  import(type: Named, encoder: TypeEncoder): number {
    const name = `t${this.all.length}`;
    this.all.push({ name, type });
    const bound =
      type.kind === "resource" ? ({ kind: "sub resource" } as const) : ({ kind: "eq", type: encoder.definition(type) } as const);
    return this.#writer.import(name, { kind: "type", bound });
  }
}
