/**
 * The numbers that componentize-js 0.23 spoils: in calls between StarlingMonkey and what is outside of it, a u32 from
 * 2^31 on becomes another number, and a negative s64 traps. In memory, as in lists, both are right.
 */
import type { AdapterWorld, FunctionTypes } from "./adapter-world.ts";
import { type FuncType, type ValType, walk } from "../component/types.ts";

/** A warning that names the functions of such numbers; none where there are none. */
export function spoiledNumbers(world: AdapterWorld, imports: Parameters<AdapterWorld["imports"]>[0], file: string): readonly string[] {
  const labels = (types: FunctionTypes, isSpoiled: (type: FuncType) => boolean): readonly string[] =>
    [...types].filter(([, type]) => isSpoiled(type)).map(([label]) => `\`${label}\``);
  const returned = world.exports.flatMap(({ types }) => labels(types, ({ result }) => isSpoilt(result)));
  // In WASI such numbers are nanoseconds, which are fewer.
  const foreign = [...world.imports(imports)].filter(([name]) => !name.startsWith("wasi:"));
  const given = foreign.flatMap(([, types]) => labels(types, ({ params }) => params.some(({ type }) => holds(type))));
  const what = [
    ...(returned.length > 0 ? [`that ${returned.join(", ")} returns`] : []),
    ...(given.length > 0 ? [`that ${given.join(", ")} is given`] : []),
  ];
  return what.length === 0
    ? []
    : [
        `\`${file}\`: StarlingMonkey spoils a u32 from 2^31 on and traps at a negative s64 ${what.join(", or ")}; \`--engine qjs\` does not`,
      ];
}

const isSpoilt = (type: ValType | undefined): boolean => type === "u32" || type === "s64";

/** Whether such a number is passed by itself, and not in memory. */
function holds(type: ValType): boolean {
  let found = false;
  walk(type, (part) => {
    if (typeof part === "string") found ||= isSpoilt(part);
    else if (part.kind === "list") return false;
    return undefined;
  });
  return found;
}
