/** What shares the memory of an output's part, and what each core module in it has of the host. */
import { print } from "@bytecodealliance/jco";
import { describe, expect, test } from "vitest";
import { type Entry, type Options, virtualize } from "../../src/index.ts";
import { nestingOf } from "../../src/inspect/nesting.ts";
import { appOf, wasi } from "./app-of.ts";
import { bytesOf } from "./apps.ts";

const APP = appOf(wasi("wasi:cli", "wasi:io", "wasi:clocks", "wasi:filesystem", "wasi:random", "wasi:sockets"));
const ENTRY: Entry = { kind: "directory", entries: new Map([["a", { kind: "file", contents: new Uint8Array(3) }]]) };

const POLICIES: readonly (readonly [name: string, options: Options, calls: Readonly<Record<string, readonly string[]>>])[] = [
  ["nothing allowed", {}, { io: [], environment: [], deny: [] }],
  [
    "stdout and some variables of the host",
    { stdout: "allow", allowEnv: ["A"] },
    {
      io: ["cli/stdout", "clocks/monotonic-clock", "io/error", "io/poll", "io/streams"],
      "io-shims": [],
      environment: ["cli/environment"],
      deny: [],
    },
  ],
  ["files", { mounts: [{ path: "/", entry: ENTRY, writable: true }], env: { A: "b" }, allowClocks: true }, { environment: [], deny: [] }],
];

describe.each(POLICIES)("with %s", (_name, options, expected) => {
  const output = bytesOf(virtualize(APP, options).chunks);

  test("there is one memory", async () => {
    expect((await print(output)).match(/^ *\(memory /gm)).toHaveLength(1);
  });

  test("a core module can call what its own functions need, and stubs nothing", () => {
    const [part] = nestingOf(output).components;
    const cores = (part?.cores ?? []).filter(({ answers }) => answers.length > 0);
    const found = new Map(
      cores.map(({ name, calls }) => [(name ?? "").replace("wasi-nest:", ""), calls.map((each) => each.replace(/^wasi:|@.*/g, "")).sort()]),
    );
    for (const [name, calls] of Object.entries(expected))
      if (found.has(name) || calls.length > 0) expect([name, found.get(name)]).toEqual([name, calls]);
    expect(found.get("deny")).toEqual([]);
  });
});
