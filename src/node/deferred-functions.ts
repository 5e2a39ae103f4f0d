/**
 * Functions of a module that answer later than they return: an `async` one where the engine waits for no promise, and
 * generators, whose bodies nobody would run. What they throw would be lost, so they are refused while the component is made.
 */
import type { AdapterWorld } from "./adapter-world.ts";
import type { FuncType } from "../component/types.ts";
import type { Bundle } from "./bundle-adapter.ts";
import { accessText, checkText, exportNameOf, memberPath, unusable, wantedBy } from "./check-adapter.ts";
import type { Engine } from "./engines.ts";
import type { Deferred, Value } from "./module-syntax.ts";
import { NEVER_RUNS, WAITS_FOR_NONE } from "./qjs-guard.ts";

/** What is wrong with such a function; `undefined` where nothing is. */
function reasonOf(deferred: Deferred, { async: isAsync }: FuncType, engine: Engine): string | undefined {
  if (deferred === "generator") return `is a generator function: ${NEVER_RUNS}`;
  return engine === "qjs" && !isAsync ? `is an async function: ${WAITS_FOR_NONE}` : undefined;
}

const calledOf = (exported: string, label: string): string =>
  [exported, ...memberPath(label).filter((each) => each !== "prototype")].join(".");

/** @throws InputError with file and line, as far as the text tells */
export function checkDeferred(world: AdapterWorld, bundle: Bundle, file: string, engine: Engine): void {
  for (const { name, types } of world.exports) {
    const exported = bundle.syntax.exports.get(exportNameOf(name));
    for (const [label, type] of exported === undefined ? [] : types) {
      const { name: member, method } = wantedBy(label);
      const path = method === undefined ? [member] : [member, method];
      const found = path.reduce<Value | undefined>((value, each) => value?.members?.get(each), exported);
      const reason = found?.deferred && reasonOf(found.deferred, type, engine);
      if (reason === undefined) continue;
      throw unusable(bundle, found?.offset ?? 0, file, `\`${calledOf(exportNameOf(name), label)}\` ${reason}`);
    }
  }
}

/** Statements that throw where a function is such a one which the text did not tell of. */
export function deferredChecksOf(world: AdapterWorld, { syntax }: Bundle, engine: Engine): string {
  const lines = world.exports.flatMap(({ name, types }) => {
    const exported = exportNameOf(name);
    const local = syntax.exports.get(exported)?.local;
    if (local === undefined) return [];
    return [...types].flatMap(([label, type]) => {
      const called = calledOf(exported, label);
      const value = local + accessText(memberPath(label));
      return (["generator", "promise"] as const).flatMap((deferred) => {
        const reason = reasonOf(deferred, type, engine);
        const tag = deferred === "generator" ? "/GeneratorFunction\\]$/" : "/AsyncFunction\\]$/";
        return reason === undefined
          ? []
          : [checkText(`${tag}.test(Object.prototype.toString.call(${value}))`, exported, `\`${called}\` ${reason}`)];
      });
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}
