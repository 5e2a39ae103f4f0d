/** What holds of every output: the same bytes each time, the app inside it, and good input for another round. */
import { beforeAll, describe, expect, test } from "vitest";
import { decodeComponent } from "../../src/binary/component.ts";
import { worldOf } from "../../src/component/world.ts";
import { type Entry, FormatError, type Mount, type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { customInterfaces, everything, mixedVersions } from "../compose/worlds.ts";
import { validate, WASMTIME_MISSING, wasmtimeAvailable } from "../hosts/wasmtime.ts";

let all: Uint8Array;
let mixed: Uint8Array;
let custom: Uint8Array;
beforeAll(async () => void ([all, mixed, custom] = await Promise.all([everything("0.2.12"), mixedVersions(), customInterfaces()])), 60_000);

const text = (content: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(content) });
const folder = (entries: readonly (readonly [string, Entry])[]): Entry => ({ kind: "directory", entries: new Map(entries) });
const ENTRIES = [
  ["b", text("b")],
  ["a", text("a")],
  ["link", { kind: "link", target: "a" }],
  [
    "deep",
    folder([
      ["z", text("z")],
      ["y", text("a")],
    ]),
  ],
] as const;
const MOUNTS: readonly Mount[] = [
  { path: "/usr", entry: folder(ENTRIES) },
  { path: "/usr/deep/er", entry: folder([]) },
  { path: "/etc/one", entry: text("1") },
];
const OPTIONS: Options = { env: { A: "b" }, args: ["c"], stdout: "allow", allowHttp: true, allowFs: false, mounts: MOUNTS };
const output = (app: Uint8Array, options: Options = OPTIONS): Uint8Array => bytesOf(virtualize(app, options).chunks);

describe("the same bytes come out", () => {
  test("each time", () => {
    for (const app of [all, mixed]) expect(output(app)).toEqual(output(new Uint8Array(app)));
  });

  test("whatever order mounts come in", () => {
    expect(output(all, { ...OPTIONS, mounts: [...MOUNTS].reverse() })).toEqual(output(all));
  });

  test("whatever order a directory's entries come in", () => {
    const mounts: readonly Mount[] = [{ path: "/usr", entry: folder([...ENTRIES].reverse()) }, ...MOUNTS.slice(1)];
    expect(output(all, { ...OPTIONS, mounts })).toEqual(output(all));
  });

  test("whatever order the options' names come in", () => {
    expect(output(all, Object.fromEntries(Object.entries(OPTIONS).reverse()))).toEqual(output(all));
  });
});

describe("the output", () => {
  test("has the app's own array among its chunks", () => {
    expect(
      virtualize(all, OPTIONS).chunks.some((chunk) => chunk === all || (chunk.buffer === all.buffer && chunk.length === all.length)),
    ).toBe(true);
  });

  test("has a large file's own array among its chunks", () => {
    const contents = new Uint8Array(100_000);
    const { chunks } = virtualize(all, { mounts: [{ path: "/large", entry: { kind: "file", contents } }] });
    expect(chunks.some((chunk) => chunk.buffer === contents.buffer && chunk.length === contents.length)).toBe(true);
  });

  test("contains the app byte for byte", () => {
    const nested = decodeComponent(output(all)).filter((section) => section.kind === "component");
    expect(nested.some(({ bytes }) => Buffer.from(bytes).equals(all))).toBe(true);
  });

  test("says in its producers section that we made it", () => {
    const custom = decodeComponent(output(all)).find((section) => section.kind === "custom");
    expect(custom).toMatchObject({ name: "producers" });
    expect(Buffer.from(custom?.kind === "custom" ? custom.bytes : []).toString()).toContain("wasi-nest");
  });

  test("exports what the app does, under the same types", () => {
    const options: Options = { allowHttp: true, allowFs: true };
    const exports = worldOf(output(custom, options)).exports;
    expect([...exports.keys()]).toEqual([...worldOf(custom).exports.keys()]);
    expect([...exports.keys()]).toContain("wasi:http/incoming-handler@0.2.12");
  });

  test("is as long as the report says, in all its parts", () => {
    const { chunks, report } = virtualize(all, OPTIONS);
    const { app, adapters, image, outer, total } = report.sizes;
    expect(total).toBe(bytesOf(chunks).length);
    expect(app + adapters + image + outer).toBe(total);
    expect(app).toBe(all.length);
  });

  test("imports what the report says", () => {
    const { chunks, report } = virtualize(all, OPTIONS);
    expect(report.hostImports.map(({ name }) => name).sort()).toEqual([...worldOf(bytesOf(chunks)).imports.keys()].sort());
  });
});

describe("an export that mentions a virtual resource", () => {
  test("is refused, by the names of both", () => {
    expect(() => virtualize(custom, { allowFs: true })).toThrow(
      /`wasi:http\/incoming-handler@0\.2\.12` `handle` mentions the resource `incoming-request`/,
    );
  });
});

describe("what we made", () => {
  test("virtualizes again, three deep, and is valid", async ({ skip }) => {
    skip(!wasmtimeAvailable(), WASMTIME_MISSING);
    const first = output(all, { allowAll: true, env: { A: "1" } });
    const second = output(first, { allowHttp: true, allowClocks: true, stdout: "allow", allowEnv: true });
    const third = output(second, { stdout: "ignore", allowClocks: true });
    expect(await validate(third)).toEqual({ kind: "valid" });
    expect([...worldOf(third).imports.keys()].filter((name) => !/^wasi:(clocks|io)\//.test(name))).toEqual([]);
  });

  test("has nothing left to virtualize once everything is denied", () => {
    const sealed = output(all, {});
    const { report } = virtualize(sealed, { allowAll: true });
    expect(report.imports).toEqual([]);
    expect(report.hostImports).toEqual([]);
  });
});

test("every prefix of a component is refused as malformed, at an offset inside it", () => {
  const app = output(new Uint8Array([0, 97, 115, 109, 13, 0, 1, 0]), {});
  expect(app.length).toBeGreaterThan(20);
  let refused = 0;
  for (let length = 0; length < app.length; length++) {
    try {
      virtualize(app.subarray(0, length));
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as FormatError).offset).toBeLessThanOrEqual(length);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(app.length / 2);
});
