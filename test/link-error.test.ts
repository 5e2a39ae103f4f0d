/** What a `LinkError` says beside its message: which import does not fit, what it asks for, what there is. */
import { parse } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { createAdapter, LinkError, type Options, virtualize } from "../src/index.ts";

function caught(call: () => unknown): LinkError | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof LinkError) return error;
    throw error;
  }
  return undefined;
}

async function misfitOf(component: string, options: Options = {}): Promise<unknown> {
  const bytes = await parse(`(component ${component})`);
  const error = caught(() => virtualize(bytes, options));
  expect(error?.message).toContain(error?.import);
  return Object.fromEntries(Object.entries(error ?? {}).filter(([key]) => ["import", "wanted", "found"].includes(key)));
}

const func = (name: string, result: string): string => `(export "${name}" (func (result ${result})))`;
const store = (result: string, version = "1.0.0"): string => `(import "acme:kv/store@${version}" (instance ${func("get", result)}))`;

test("a function of WASI that is another one than ours", async () => {
  expect(await misfitOf(`(import "wasi:cli/environment@0.2.3" (instance ${func("get-arguments", "u32")}))`)).toEqual({
    import: "wasi:cli/environment@0.2.3",
    wanted: "get-arguments: func() -> u32",
    found: "get-arguments: func() -> list<string>",
  });
});

test("two versions of an interface that disagree", async () => {
  expect(await misfitOf(`${store("u32")} ${store("string", "1.2.0")}`, { allowAll: true })).toEqual({
    import: "acme:kv/store@1.2.0",
    wanted: "get: func() -> string",
    found: "get: func() -> u32",
  });
});

test("an adapter that lacks a function, or has another", async () => {
  const adapter = async (exported: string): Promise<Options> => ({
    adapters: [
      {
        interface: "acme:kv/store",
        name: "kv.wasm",
        component: await parse(`(component
          (core module $m (func (export "f") (result i32) (i32.const 1)))
          (core instance $i (instantiate $m))
          (func $f (result u32) (canon lift (core func $i "f")))
          (instance $all (export "${exported}" (func $f)))
          (export "acme:kv/store@1.0.0" (instance $all)))`),
      },
    ],
  });
  expect(await misfitOf(store("u32"), await adapter("put"))).toEqual({ import: "acme:kv/store@1.0.0", wanted: "get" });
  expect(await misfitOf(store("bool"), await adapter("get"))).toEqual({
    import: "acme:kv/store@1.0.0",
    wanted: "get: func() -> bool",
    found: "get: func() -> u32",
  });
});

test("an import of a kind that cannot be denied", async () => {
  expect(await misfitOf(`(import "m" (core module))`, { denyImports: ["m"] })).toEqual({
    import: "m",
    wanted: "instance or func",
    found: "core module",
  });
});

test("nothing where it is about no import", () => {
  const error = caught(() => createAdapter({ allowAll: true }));
  expect([error?.import, error?.wanted, error?.found]).toEqual([undefined, undefined, undefined]);
});

test("the message stays as it was given, and a cause too", () => {
  const cause = new Error("because");
  const error = new LinkError("it does not fit", { cause, import: "a:b/c", found: "func" });
  expect({ ...error, message: error.message, cause: error.cause }).toMatchObject({
    message: "it does not fit",
    cause,
    import: "a:b/c",
    found: "func",
  });
  expect("wanted" in error).toBe(false);
});
