/**
 * What each function of WASI 0.2.12 and 0.3.0 answers when its interface is denied, the unstable ones included: stubs of
 * all of them, run, and their answers put into words. docs/denied.md says it in short.
 */
import { expect, test } from "vitest";
import { settingsOf } from "../../src/virtualize/settings.ts";
import { unpack } from "../../src/adapters/packed.ts";
import { asyncCatalogue } from "../../src/adapters/prebuilt.ts";
import { planOf } from "../../src/virtualize/plan.ts";
import { worldOf } from "../../src/component/world.ts";
import { casesOf, coreSignature, variantLayout } from "../../src/component/canonical-abi.ts";
import type { Exports, FuncType, ValType } from "../../src/component/types.ts";
import type { Part } from "../../src/compose/part.ts";
import { stubPart } from "../../src/shim/stubs.ts";
import { bytesOf, interfacesIn } from "../compose/apps.ts";
import { everythingUnstable } from "../compose/worlds.ts";

const HANDLE = 77;
const [READABLE, WRITABLE] = [5, 6];
const ENDS = (BigInt(WRITABLE) << 32n) | BigInt(READABLE);

const ASYNC = unpack(asyncCatalogue);

test.for([
  ["0.2.12", everythingUnstable, 150, "catalogue.expected.txt"],
  ["0.3.0", async () => ASYNC, 100, "catalogue-0.3.expected.txt"],
] as const)("denied functions of WASI %s answer with what their interface has for it", async ([, make, atLeast, file]) => {
  const app = await make();
  const [world, interfaces] = [worldOf(app), interfacesIn(app)];
  // The environment only if it is denied by name; closed streams are the io adapter's.
  const { providers } = planOf(world, interfaces, settingsOf({ denyImports: ["wasi:cli/environment"] }));
  const names = [...providers].filter(([, provider]) => provider === "deny").map(([key]) => key);
  const denied = new Map(names.map((key) => [key, new Set(interfaces.get(key)?.exports.keys())]));
  const part = stubPart({ interfaces: denied, denialOf: () => "error", textOf: () => "", functions: [] }, interfaces);
  if (part === undefined) throw new Error("nothing is denied");
  const blocks = await Promise.all([...part.provides.keys()].map((key) => answersOf(part, key, interfaces.get(key)?.exports ?? new Map())));
  const text = blocks
    .filter((block) => block.includes("\n"))
    .sort()
    .join("\n");
  expect(text.split("\n").length).toBeGreaterThan(atLeast);
  await expect(text).toMatchFileSnapshot(file);
});

async function answersOf(part: Part, key: string, exports: Exports): Promise<string> {
  const { bytes: chunks = [], imports: needed = [] } = part.modules[0] ?? {};
  const written: number[] = [];
  const answers: Readonly<Record<string, (end: number, address: number) => unknown>> = {
    "resource.new": () => HANDLE,
    "stream.new": () => ENDS,
    "future.new": () => ENDS,
    "future.write": (end, address) => (end === WRITABLE ? written.push(address) : undefined),
  };
  const imports = needed.map((each) => [each.field, answers[each.kind] ?? (() => undefined)]);
  const bytes = bytesOf([chunks].flat()) as Uint8Array<ArrayBuffer>;
  const { instance } = await WebAssembly.instantiate(bytes, { "": Object.fromEntries(imports) });
  const functions = [...exports].flatMap(([name, item]) => (item.kind === "func" ? [[name, item.type] as const] : []));
  return [
    key,
    ...functions.map(([name, type]) => `  ${name}: ${answerOf(instance, part.coreExport(key, name).name, type, written)}`),
    "",
  ].join("\n");
}

function answerOf({ exports }: WebAssembly.Instance, name: string, type: FuncType, written: number[]): string {
  const { type: core, resultSpilled } = coreSignature(type, "lift");
  const call = exports[name] as (...args: readonly (number | bigint)[]) => number;
  let answer;
  try {
    answer = call(...core.params.map((each) => (each === "i64" ? 0n : 0)));
  } catch (error) {
    expect(error).toBeInstanceOf(WebAssembly.RuntimeError);
    return (error as Error).stack?.includes(" is denied") === true ? "trap" : "-";
  }
  if (type.result === undefined) return "nothing";
  if (typeof type.result === "object" && type.result.kind === "own") return answer === HANDLE ? "a handle" : "another handle";
  if (!resultSpilled) return labelsOf(type.result)[answer] ?? "?";
  const memory = Object.values(exports).find((each) => each instanceof WebAssembly.Memory);
  const view = new DataView(memory?.buffer ?? new ArrayBuffer(0));
  if (typeof type.result === "string" || type.result.kind !== "tuple") return textOf(view, answer, type.result);
  const members = type.result.types.map((member, i) => {
    const handle = view.getUint32(answer + 4 * i, true);
    if (typeof member === "object" && member.kind === "own") return handle === HANDLE ? "a handle" : "?";
    if (handle !== READABLE || typeof member === "string" || (member.kind !== "stream" && member.kind !== "future")) return "?";
    if (member.kind === "stream") return "an empty stream";
    return `later ${member.element === undefined ? "?" : textOf(view, written.pop() ?? 0, member.element)}`;
  });
  return members.join(", ");
}

/** A value in memory, as far as refusals go. */
function textOf(memory: DataView, address: number, type: ValType): string {
  const cases = casesOf(type);
  if (type === "string" || (typeof type === "object" && type.kind === "list"))
    return memory.getUint32(address + 4, true) === 0 ? "empty" : "?";
  if (cases === undefined || typeof type === "string") return "?";
  const index = memory.getUint8(address);
  const payload = cases[index];
  const labels = labelsOf(type);
  const inner = payload === undefined ? "" : `(${textOf(memory, address + variantLayout(cases).payloadOffset, payload)})`;
  return `${labels[index]}${inner}`;
}

function labelsOf(type: ValType): readonly string[] {
  if (typeof type === "string") return [];
  if (type.kind === "enum") return type.labels;
  if (type.kind === "variant") return type.cases.map(({ label }) => label);
  return type.kind === "option" ? ["none", "some"] : ["ok", "error"];
}
