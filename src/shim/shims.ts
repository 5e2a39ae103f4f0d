/**
 * All generated functions of an adapter as one core module, to be instantiated after the adapter's main
 * module: shims of the host's functions, and functions of the adapter's own interfaces that the prebuilt
 * module does not have.
 */
import { type CoreFuncType, CoreModuleWriter, CoreTypes, encode, encodeBody, encodeExport } from "../binary/core-module.ts";
import { coreSignature } from "../component/canonical-abi.ts";
import { MEMORY, type ShimModule } from "../compose/part.ts";
import { op } from "./code.ts";
import { FunctionImports, MAIN, MEMORY_MODULE } from "./function-imports.ts";
import { codeOf, type Generated, needsPostReturn, type ShimContext } from "./shim.ts";

const I32 = 0x7f;
const POST_RETURN = "p";
const TRAP: CoreFuncType = { params: [], results: [] };

export function shimModule(generated: readonly Generated[], context: ShimContext): ShimModule {
  const functions = new FunctionImports();
  const traps = new Map<string, number>();
  // Written twice: what is imported is known after the first time, and so are the indices of what is not.
  const emit = (firstTrap: number): readonly Uint8Array[] =>
    generated.map((each) =>
      codeOf(each, {
        functions,
        context,
        trap(name) {
          const index = traps.get(name) ?? traps.size;
          traps.set(name, index);
          return firstTrap + index;
        },
      }),
    );
  emit(0);
  const first = functions.all.length;
  const bodies = emit(first + generated.length + 1);

  const types = new CoreTypes();
  const typeIndex = (type: CoreFuncType): number => types.index(type);
  const typeEntry = (type: CoreFuncType): Uint8Array => encode((writer) => writer.u32(typeIndex(type)));
  const importEntry = (module: string, field: string, description: readonly number[]): Uint8Array =>
    encode((writer) => {
      writer.name(module);
      writer.name(field);
      for (const number of description) writer.u32(number);
    });
  const functionImports = functions.all.map((each) => importEntry(each.module, each.field, [0, typeIndex(each.type)]));
  const functionTypes = [
    ...generated.map((each) => typeEntry(coreSignature(each.type, "lift").type)),
    typeEntry({ params: ["i32"], results: [] }),
    ...[...traps].map(() => typeEntry(TRAP)),
  ];
  const reset = Uint8Array.of(0x23, 1, 0x24, 0, 0x0b);
  const bytes = new CoreModuleWriter()
    .section("type", types.entries)
    .section("import", [
      ...functionImports,
      importEntry(MEMORY_MODULE, MEMORY.memory, [2, 0, 0]),
      importEntry(MEMORY_MODULE, MEMORY.arena, [3, I32, 1]),
      importEntry(MEMORY_MODULE, MEMORY.arenaBase, [3, I32, 1]),
    ])
    .section("function", functionTypes)
    .section("export", [
      ...generated.map((_, i) => encodeExport(String(i), "func", first + i)),
      encodeExport(POST_RETURN, "func", first + generated.length),
    ])
    .section("code", [...bodies, encodeBody(reset), ...[...traps].map(() => encodeBody(Uint8Array.of(op.unreachable, 0x0b)))])
    .names(context.name, [
      ...generated.map(({ key, name }, i) => [first + i, `${context.interfaceName(key)}#${name}`] as const),
      ...[...traps].map(([name, i]) => [first + generated.length + 1 + i, name] as const),
    ])
    .finish();
  return {
    bytes,
    mainAs: MAIN,
    memoryAs: MEMORY_MODULE,
    imports: functions.core,
    functions: generated.map((each, i) => ({
      key: each.key,
      name: each.name,
      type: each.type,
      exportName: each.kind === "shim" ? `s${i}` : undefined,
      core: { name: String(i), postReturn: needsPostReturn(each, context) ? POST_RETURN : undefined },
    })),
  };
}
