/** `--random seed:…`: the key stream of ChaCha20, one for each interface, the same on every host. */
import { createCipheriv } from "node:crypto";
import { parse } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { random } from "../../src/adapters/random/index.ts";
import { worldOf } from "../../src/component/world.ts";
import { OptionError, virtualize } from "../../src/index.ts";
import { expectValid, hosts, virtualized } from "../run/on-hosts.ts";
import { Adapter } from "../virt-adapters/harness.ts";

/** What another implementation has of a stream, from its start: that of OpenSSL, whose vector is a counter and a nonce. */
function stream(key: Uint8Array, number: number, length: number): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeUInt32LE(number, 8);
  return createCipheriv("chacha20", key, vector).update(Buffer.alloc(length));
}

const keyOf = (seed: string): Uint8Array => {
  const key = new Uint8Array(32);
  if (seed.length === 64) key.set(Buffer.from(seed, "hex"));
  else key.set(new TextEncoder().encode(seed));
  return key;
};

/** The guest by itself, with a seed. */
function guestOf(seed: string): Adapter {
  const configured = random.configure({ random: { seed } }, { allowAll: false } as never);
  const [core] = [configured.finish?.({ providerOf: () => undefined } as never) ?? []].flat();
  const adapter = core?.make(2048);
  if (adapter === undefined) throw new Error("no adapter");
  return new Adapter(adapter.core.bytes, adapter.image);
}

const bytesFrom = (guest: Adapter, name: "random" | "insecure", count: number): Buffer => {
  const func = name === "random" ? "random_random__get_random_bytes__seeded" : "random_insecure__get_insecure_random_bytes__seeded";
  return guest.call(func, [BigInt(count)], (at) => Buffer.from(guest.listAt(at)));
};

/** RFC 8439, A.1: the blocks of its vectors 1 to 4, each by key and number. */
const VECTORS: readonly (readonly [key: string, block: number, bytes: string])[] = [
  [
    "00".repeat(32),
    0,
    "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
  ],
  [
    "00".repeat(32),
    1,
    "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
  ],
  [
    `${"00".repeat(31)}01`,
    1,
    "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
  ],
  [
    `00ff${"00".repeat(30)}`,
    2,
    "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096",
  ],
];

test.each(VECTORS)("the key %s has block %d of the specification's vectors", (seed, block, bytes) => {
  const all = bytesFrom(guestOf(seed), "random", (block + 1) * 64);
  expect(all.subarray(block * 64).toString("hex")).toBe(bytes);
});

test.each(["a", "über", "0123456789abcdef".repeat(4), "x".repeat(32)])(
  "the seed %s is a key, however much is asked for at once",
  (seed) => {
    const guest = guestOf(seed);
    const [all, insecure] = [stream(keyOf(seed), 0, 300_000), stream(keyOf(seed), 1, 300)];
    let at = 0;
    for (const count of [0, 1, 63, 64, 65, 7, 200_000, 128]) {
      expect(bytesFrom(guest, "random", count).equals(all.subarray(at, at + count))).toBe(true);
      at += count;
      expect(guest.call("random_random__get_random_u64__seeded", [], (value) => BigInt.asUintN(64, BigInt(value)))).toBe(
        all.readBigUInt64LE(at),
      );
      at += 8;
    }
    expect(bytesFrom(guest, "insecure", 100).equals(insecure.subarray(0, 100))).toBe(true);
    const seeds = guest.call("random_insecure_seed__insecure_seed__seeded", [], (from) =>
      Buffer.from(new Uint8Array(guest.memory.buffer, from, 16)),
    );
    expect(seeds.equals(stream(keyOf(seed), 2, 16))).toBe(true);
  },
);

test("a hundred thousand calls grow no memory", () => {
  const guest = guestOf("seed");
  bytesFrom(guest, "random", 10);
  const before = guest.arenaBase.value;
  for (let i = 0; i < 100_000; i++) guest.call("random_random__get_random_u64__seeded", [], () => undefined);
  for (let i = 0; i < 1000; i++) bytesFrom(guest, "random", 1000);
  expect([guest.arenaBase.value, guest.arena.value]).toEqual([before, before]);
});

/** A command that fails unless the first number of each interface is the right one. */
const app = (numbers: readonly bigint[]): string => `(component
  (import "wasi:random/random@0.2.0" (instance $random (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/insecure@0.2.0" (instance $insecure (export "get-insecure-random-u64" (func (result u64)))))
  (core func $one (canon lower (func $random "get-random-u64")))
  (core func $two (canon lower (func $insecure "get-insecure-random-u64")))
  (core instance $functions (export "one" (func $one)) (export "two" (func $two)))
  (core module $m
    (import "" "one" (func $one (result i64)))
    (import "" "two" (func $two (result i64)))
    (func (export "run") (result i32)
      (i32.or (i64.ne (call $one) (i64.const ${numbers[0]})) (i64.ne (call $two) (i64.const ${numbers[1]})))))
  (core instance $i (instantiate $m (with "" (instance $functions))))
  (type $result (result))
  (func $run (result $result) (canon lift (core func $i "run")))
  (instance $api (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $api)))`;
const SEED = "the same each time";
const FIRST = [0, 1].map((number) => stream(keyOf(SEED), number, 8).readBigUInt64LE());

describe.each(hosts)("on $name", ({ available, run }) => {
  test.skipIf(!available)("the numbers are those of the seed", async () => {
    const output = virtualized(await parse(app(FIRST)), { random: { seed: SEED } });
    expect([...worldOf(output).imports.keys()]).toEqual([]);
    await expectValid(output);
    expect(await run(output)).toMatchObject({ exitCode: 0 });
    expect(await run(virtualized(await parse(app(FIRST)), { random: { seed: "another" } }))).toMatchObject({ exitCode: 1 });
  });
});

test.each(["0.2.0", "0.3.0"])("of version %s as well, and the report says that nothing is secret", async (version) => {
  const name = version === "0.3.0" ? "get-insecure-seed" : "insecure-seed";
  const component = await parse(`(component
    (import "wasi:random/random@${version}" (instance (export "get-random-u64" (func (result u64)))))
    (import "wasi:random/insecure-seed@${version}" (instance (export "${name}" (func (result (tuple u64 u64)))))))`);
  const { report } = virtualize(component, { random: { seed: "s" } });
  expect(report.imports.map(({ outcome }) => outcome)).toEqual(["virtualized", "virtualized"]);
  expect(report.warnings.join("\n")).toContain("secure random numbers are not secret");
});

test.each(["", "x".repeat(33), "00".repeat(33), "\ud800"])("%j is no seed", (seed) => {
  expect(() => virtualize(new Uint8Array(), { random: { seed } })).toThrow(OptionError);
});
