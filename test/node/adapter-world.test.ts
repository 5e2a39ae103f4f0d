/** What an adapter in a language that reads WIT may import: what is named of WASI, whether or not the component imports it. */
import { beforeAll, describe, expect, test } from "vitest";
import { type AdapterWorld, adapterWorld } from "../../src/node/adapter-world.ts";
import { wasiWit, worldComponent } from "../guests/index.ts";

let world: AdapterWorld;

beforeAll(async () => {
  const wit = await wasiWit("0.2.3");
  const imports = ["wasi:random/random@0.2.3", "wasi:cli/exit@0.2.3"].map((name) => `import ${name};`);
  world = adapterWorld(await worldComponent(`package test:app;\nworld app { ${imports.join(" ")} }\n${wit}`, "app"), "wasi:random/random");
});

const importsIn = (wit: string): readonly string[] => [...wit.matchAll(/^ {2}import adapter-(.*);$/gm)].map(([, name = ""]) => name);
const functionsIn = (wit: string): readonly string[] => [...wit.matchAll(/^ +%?([\w-]+): (?:static )?func/gm)].map(([, name = ""]) => name);

describe("an adapter imports", () => {
  test("what it names of an interface that the component does not import, in the component's version", () => {
    const wit = world.wit([["wasi:cli/environment", (label) => label === "get-arguments"]]);
    expect(importsIn(wit)).toEqual(["wasi:cli/environment@0.2.3"]);
    expect(functionsIn(wit).toSorted()).toEqual(["get-arguments", "get-random-bytes", "get-random-u64"]);
  });

  test("all of it where it names nothing", () => {
    const wit = world.wit([["wasi:cli/environment@0.2.0", "all"]]);
    expect(functionsIn(wit)).toEqual(expect.arrayContaining(["get-environment", "get-arguments", "initial-cwd"]));
  });

  test("of what the component imports, this and what is named", () => {
    const wit = world.wit([["wasi:random/random", (label) => label === "nothing"]]);
    expect(importsIn(wit)).toEqual(["wasi:random/random@0.2.3"]);
    expect(functionsIn(wit)).toEqual(["get-random-bytes", "get-random-u64"]);
  });

  test("nothing that not every host has", () => {
    expect(world.importName("wasi:clocks/timezone")).toBeUndefined();
    expect(world.functionsOf("wasi:cli/exit@0.2.3")).toEqual(["exit"]);
  });

  test("streams of its own, which are those of the component's WASI", () => {
    const wit = world.wit([["wasi-nest:virtual/pipes", "all"]]);
    expect(importsIn(wit)[0]).toBe("wasi-nest:virtual/pipes@0.1.0");
    expect(wit).toContain("use adapter-wasi:io/streams@0.2.3.{input-stream, output-stream};");
    expect(world.importName("wasi-nest:virtual/files")).toBeUndefined();
  });

  test("all methods of the handles that it is given, and of those that they give", () => {
    const wit = world.wit([["wasi:cli/stdin", () => true]]);
    expect(importsIn(wit)).toEqual(["wasi:cli/stdin", "wasi:io/streams", "wasi:io/error", "wasi:io/poll"].map((name) => `${name}@0.2.3`));
    expect(functionsIn(wit)).toEqual(expect.arrayContaining(["get-stdin", "blocking-read", "subscribe", "to-debug-string", "block"]));
    expect(functionsIn(wit)).not.toEqual(expect.arrayContaining(["check-write"]));
    expect(functionsIn(wit)).not.toEqual(expect.arrayContaining(["poll"]));
  });

  test("nothing else", () => {
    for (const name of ["acme:kv/store", "wasi:io/nothing", "wasi:keyvalue/store"]) expect(world.importName(name)).toBeUndefined();
  });
});
