/** Layers in front of one interface: which of them answers is their order's to say. */
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import type { Layer } from "../../src/adapters/adapter-module.ts";
import { layersOf } from "../../src/adapters/plugs/plug.ts";
import { stubPart } from "../../src/shim/stubs.ts";
import { stack } from "../../src/virtualize/stack.ts";
import { worldOf } from "../../src/component/world.ts";
import { virtualize } from "../../src/index.ts";
import { expectValid, hosts } from "../run/on-hosts.ts";
import { bytesOf } from "../compose/apps.ts";

const STORE = "acme:kv/store@1.0.0";

/** A command that fails unless a function of the store gives this number. */
const app = (name: string, wanted: number): Promise<Uint8Array> =>
  parse(`(component
    (import "${STORE}" (instance $store (export "get" (func (result u32))) (export "put" (func (result u32)))))
    (core func $f (canon lower (func $store "${name}")))
    (core instance $functions (export "f" (func $f)))
    (core module $m
      (import "" "f" (func $f (result i32)))
      (func (export "run") (result i32) (i32.ne (call $f) (i32.const ${wanted}))))
    (core instance $i (instantiate $m (with "" (instance $functions))))
    (type $result (result))
    (func $run (result $result) (canon lift (core func $i "run")))
    (instance $api (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $api)))`);

/** A store whose functions give 5 and 6. */
const plug = async (): Promise<readonly Layer[]> =>
  layersOf([
    {
      interface: "acme:kv/store",
      component: await parse(`(component
        (core module $m (func (export "get") (result i32) (i32.const 5)) (func (export "put") (result i32) (i32.const 6)))
        (core instance $i (instantiate $m))
        (func $get (result u32) (canon lift (core func $i "get")))
        (func $put (result u32) (canon lift (core func $i "put")))
        (instance $store (export "get" (func $get)) (export "put" (func $put)))
        (export "${STORE}" (instance $store)))`),
    },
  ]);

/** `get` is denied, if anything above imports it, in these words. */
const denying = (order: number, text: string): Layer => ({
  kind: "part",
  order,
  partOf({ imports }, interfaces) {
    const key = "acme:kv/store@1";
    const item = imports.get(STORE)?.kind === "instance" ? interfaces.get(key)?.exports.get("get") : undefined;
    if (item?.kind !== "func") return undefined;
    const functions = [{ key, name: "get", type: item.type, denial: "error", text } as const];
    return stubPart({ interfaces: new Map(), denialOf: () => "error", textOf: () => text, functions }, interfaces);
  },
});

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  /** V8 tells no names in the message of a trap. */
  const trapIn = (text: string): string => (host === "jco" ? "unreachable" : text);

  describe.skipIf(!available)("of two layers of one interface", () => {
    const outcome = async (name: string, wanted: number, layers: readonly Layer[]): Promise<string> => {
      const { bytes, world } = stack(await app(name, wanted), layers);
      expect([...world.imports.keys()]).toEqual([]);
      await expectValid(bytes);
      const { exitCode, trap } = await run(bytesOf(virtualize(bytes).chunks));
      return trap ?? `exit code ${exitCode}`;
    };

    test("the one in front answers what it is for, and the other one the rest", async () => {
      const layers = [...(await plug()), denying(10, ", by the first")];
      expect(await outcome("get", 5, layers)).toContain(trapIn(`${STORE}#get is denied, by the first`));
      expect(await outcome("put", 6, layers)).toBe("exit code 0");
    });

    test("the one behind is not asked for what the one in front has all of", async () => {
      expect(await outcome("get", 5, [denying(90, ", too late"), ...(await plug())])).toBe("exit code 0");
    });

    test("the one in front counts where both are for the same function", async () => {
      const layers = [denying(20, ", by the second"), ...(await plug()), denying(10, ", by the first")];
      expect(await outcome("get", 5, layers)).toContain(trapIn("#get is denied, by the first"));
    });
  });
});

test("a layer in front of the host's leaves the host what it does not answer", async () => {
  const { bytes } = stack(await app("put", 6), [denying(10, "")]);
  await expectValid(bytes);
  const item = worldOf(bytes).imports.get(STORE);
  expect(item?.kind === "instance" ? [...item.exports.keys()] : []).toEqual(["put"]);
});
