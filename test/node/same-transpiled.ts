/** What jco makes of a component by way of its skeleton is what it makes of the component itself. */
import { transpile } from "@bytecodealliance/jco";
import { expect } from "vitest";
import { skeletonOf } from "../../src/binary/skeleton.ts";
import { transpiled } from "../../src/node/transpile.ts";

/** By default for several memories, and for one, where jco checks all code. Gives how large the skeleton is, in percent. */
export async function expectSameTranspiled(component: Uint8Array, multiMemories: readonly boolean[] = [true, false]): Promise<number> {
  const skeleton = skeletonOf(component);
  for (const multiMemory of multiMemories) {
    const options = { name: "command", instantiation: "async", multiMemory, emitTypescriptDeclarations: false } as const;
    const { files } = await transpile(component, options);
    const found = await transpiled(component, "compares", multiMemory);
    expect([...found.keys()].sort()).toEqual(Object.keys(files).sort());
    for (const [path, contents] of Object.entries(files))
      expect([path, Buffer.compare(found.get(path) ?? new Uint8Array(), contents)]).toEqual([path, 0]);
  }
  return (100 * skeleton.bytes.length) / component.length;
}
