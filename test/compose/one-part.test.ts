/** What shares the memory of an output's part, and what each core module in it has of the host. */
import { print } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { type Entry, type Options, virtualize } from "../../src/index.ts";
import { nestingOf } from "../../src/inspect/nesting.ts";
import { appOf, wasi } from "./app-of.ts";
import { bytesOf } from "./apps.ts";

const APP = appOf(wasi("wasi:cli", "wasi:io", "wasi:clocks", "wasi:filesystem", "wasi:random", "wasi:sockets"));
const ENTRY: Entry = { kind: "directory", entries: new Map([["a", { kind: "file", contents: new Uint8Array(3) }]]) };

/** What each core module calls of the host, by its name; and in which of them the stubs are. */
const POLICIES: readonly (readonly [
  name: string,
  options: Options,
  calls: Readonly<Record<string, readonly string[]>>,
  stubsIn: string,
])[] = [
  ["nothing allowed", {}, { io: [] }, "io-memory+environment+deny"],
  [
    "stdout and some variables of the host",
    { stdout: "allow", allowEnv: ["A"] },
    {
      "io-memory+deny": [],
      io: ["cli/stdout", "clocks/monotonic-clock", "io/error", "io/poll", "io/streams"],
      environment: ["cli/environment"],
    },
    "io-memory+deny",
  ],
  [
    "files",
    { mounts: [{ path: "/", entry: ENTRY, writable: true }], env: { A: "b" }, allowClocks: true },
    {},
    "io-memory+environment+deny",
  ],
];

describe.each(POLICIES)("with %s", (_name, options, expected, stubsIn) => {
  const output = bytesOf(virtualize(APP, options).chunks);
  const [part] = nestingOf(output).components;
  const answering = new Map((part?.cores ?? []).map((core) => [(core.name ?? "").replace("wasi-nest:", ""), core]));

  test("there is one memory", async () => {
    expect((await print(output)).match(/^ *\(memory /gm)).toHaveLength(1);
  });

  test("a core module can call what its own functions need", () => {
    for (const [name, calls] of Object.entries(expected))
      expect([
        name,
        answering
          .get(name)
          ?.calls.map((each) => each.replace(/^wasi:|@.*/g, ""))
          .sort(),
      ]).toEqual([name, calls]);
  });

  test("stubs share a core module with what calls nobody", () => {
    const stubs = answering.get(stubsIn);
    expect(stubs?.answers).toContain("get-random-u64");
    expect(stubs?.calls).toEqual([]);
  });
});
