/** What it takes to make instances of a component here: what jco has made of it, and what it imports. */
import type { World } from "../component/world.ts";
import { baseOf, type Given, hostImports, isAsync, PURPOSE, refuseUnrunnable } from "./host-imports.ts";
import type { Offered } from "./host-wasi-0.3.ts";
import { hasMultiMemory } from "./instantiate.ts";
import { JCO, versionOf } from "./optional-packages.ts";
import { type Transpiled, transpiled } from "./transpile.ts";

export interface Preparing extends Given {
  /** The command, in sentences. */
  readonly verb: string;
  /** Whether what is called is asynchronous. */
  readonly isLater: boolean;
  /** Instances are made without waiting, which is not for WASI 0.3. */
  readonly atOnce?: boolean;
}

export interface Prepared {
  readonly files: Transpiled;
  readonly imports: Offered;
  /** Rejected when the program calls `exit`. */
  readonly left: Promise<never>;
  /** Whether it can write to standard error. */
  readonly hasStderr: boolean;
}

/** @throws InputError, LinkError for what is not offered here, and for what jco refuses */
export async function prepare(component: Uint8Array, world: World, options: Preparing): Promise<Prepared> {
  await versionOf(JCO, PURPOSE);
  const names = [...world.imports.keys()];
  const hasAsync = options.isLater || names.some(isAsync);
  const { left, ...offered } = await hostImports(options, hasAsync);
  refuseUnrunnable(names, offered, options.verb);
  const asyncNames = names.filter(isAsync);
  const files = await transpiled(component, PURPOSE, hasMultiMemory(), hasAsync ? asyncNames : undefined, options.atOnce);
  const imports = { ...offered.imports, ...Object.fromEntries(asyncNames.map((name) => [name, offered.asyncImports[baseOf(name)]])) };
  return { files, imports, left, hasStderr: names.some((name) => baseOf(name) === "wasi:cli/stderr") };
}
