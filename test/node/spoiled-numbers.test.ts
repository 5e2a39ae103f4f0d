/** Which functions of an adapter the warning about numbers names that its engine spoils. */
import { expect, test } from "vitest";
import { adapterWorld } from "../../src/node/adapter-world.ts";
import { spoiledNumbers } from "../../src/node/spoiled-numbers.ts";
import { worldComponent } from "../guests/index.ts";

const WIT = `package test:app;
world app { import acme:n/out@1.0.0; import acme:n/into@1.0.0; import acme:n/quiet@1.0.0; }
package acme:n@1.0.0 {
  interface out {
    hash: func(text: string) -> u32;
    hashes: func() -> list<u32>;
    both: func(n: u32) -> tuple<u32, s64>;
    small: func() -> s32;
    resource r { offset: func() -> s64; size: func() -> u64; }
  }
  interface quiet { all: func(n: u32) -> list<s64>; sizes: func() -> u64; }
  interface into {
    record point { x: u32, y: u32 }
    bare: func(n: u32);
    record-of: func(p: option<point>);
    listed: func(l: list<point>, n: u64, t: s32);
    given: func() -> u32;
  }
}`;

const warned = async (wanted: string, imports: readonly string[] = []): Promise<readonly string[]> => {
  const world = adapterWorld(await worldComponent(WIT, "app"), wanted);
  return spoiledNumbers(
    world,
    imports.map((name) => [name, "all"] as const),
    "n.ts",
  );
};

test("names what it returns, and what it gives", async () => {
  expect(await warned("acme:n/out", ["acme:n/into"])).toEqual([
    "`n.ts`: StarlingMonkey spoils a u32 from 2^31 on and traps at a negative s64 that `[method]r.offset`, `hash` returns, or that `bare`, `record-of` is given; `--engine qjs` does not",
  ]);
});

test("is silent of what is right", async () => {
  expect(await warned("acme:n/quiet")).toEqual([]);
  expect(await warned("acme:n/quiet", ["wasi:clocks/wall-clock", "wasi:filesystem/types", "wasi-nest:virtual/pipes"])).toEqual([]);
});
