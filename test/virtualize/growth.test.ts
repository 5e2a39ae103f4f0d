/**
 * Work grows with the input, and not with its square: what doubling the input adds is at most twice what the doubling
 * before it added. Steps are counted, so the machine does not matter. A tenth is left for sorting.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { DefinedType, Extern, ValType } from "../../src/component/types.ts";
import type { Directory, Entry, Options } from "../../src/index.ts";
import type { AppOptions, Instance } from "../compose/app-of.ts";
import { startCounting, steps } from "../steps.ts";

const MOST = 2.2;

// Loaded when steps are counted.
let app: typeof import("../compose/app-of.ts");
let api: typeof import("../../src/index.ts");
let chunk: typeof import("../../src/binary/chunk.ts");
let writer: typeof import("../../src/compose/component-writer.ts");
beforeAll(async () => {
  startCounting();
  [app, api, chunk, writer] = await Promise.all([
    import("../compose/app-of.ts"),
    import("../../src/index.ts"),
    import("../../src/binary/chunk.ts"),
    import("../../src/compose/component-writer.ts"),
  ]);
});

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const func = (params: readonly ValType[], result: ValType | undefined): Extern => ({
  kind: "func",
  type: { kind: "func", async: false, params: params.map((type, i) => ({ label: `p${i}`, type })), result },
});
const type = (each: DefinedType | { readonly kind: "resource"; readonly name: string }): Extern => ({ kind: "type", type: each });
const instance = (exports: Iterable<readonly [string, Extern]>): Instance => ({ kind: "instance", exports: new Map(exports) });
const file = (text: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(text) });
const directory = (entries: Iterable<readonly [string, Entry]>): Directory => ({ kind: "directory", entries: new Map(entries) });

/** What makes the work for an input of `count` things. */
type Case = (count: number) => () => unknown;

const virtualizing =
  (bytes: Uint8Array, options: Options = {}): (() => unknown) =>
  () =>
    api.virtualize(bytes, options);
const composed = (bytes: Uint8Array, options: Options): Uint8Array => chunk.bytesOf(api.virtualize(bytes, options).chunks);

/** An app with one interface of its own. */
const appWith = (items: (i: number) => readonly (readonly [string, Extern])[], count: number): Uint8Array =>
  app.appOf(new Map([["a:b/c", instance(range(count).flatMap(items))]]));
/** One with many. */
const appWithMany = (items: (i: number) => Instance, count: number, options: AppOptions = {}): Uint8Array =>
  app.appOf(new Map(range(count).map((i) => [`a:b/c${i}`, items(i)])), options);
/** It imports of files what an app must to be given any. */
const fileApp = (): Uint8Array => {
  const types = app.wasi("wasi:filesystem/types").get("wasi:filesystem/types@0.2.6");
  const descriptor = types?.exports.get("descriptor");
  if (descriptor === undefined) throw new Error("there are no descriptors");
  return app.appOf(
    new Map([["wasi:filesystem/types@0.2.6", instance([["descriptor", descriptor]])], ...app.wasi("wasi:filesystem/preopens")]),
  );
};
/** Fails where nothing would have a shim after all. */
const shimming = (imports: ReadonlyMap<string, Instance>): (() => unknown) => {
  const bytes = streamApp(imports);
  return () => {
    const { sizes } = api.virtualize(bytes, { stdin: "allow" }).report;
    if (sizes.adapters === 0) throw new Error("nothing is virtual, so nothing has a shim");
  };
};
/** Fails where files would not be embedded after all. */
const embedding = (options: Options): (() => unknown) => {
  const bytes = fileApp();
  return () => {
    const { files } = api.virtualize(bytes, options).report;
    if (files === null || files === undefined) throw new Error("no file is embedded");
  };
};
const environmentApp = (): Uint8Array => app.appOf(app.wasi("wasi:cli/environment"));
/** An app whose imports all mention a virtual stream. */
const streamApp = (imports: ReadonlyMap<string, Instance>): Uint8Array =>
  app.appOf(new Map([...app.wasi("wasi:io", "wasi:cli/std"), ...imports]));
const stream = (): ValType => {
  const item = app.wasi("wasi:io/streams").get("wasi:io/streams@0.2.6")?.exports.get("input-stream");
  if (item?.kind !== "type" || typeof item.type !== "object" || item.type.kind !== "resource") throw new Error("there are no streams");
  return { kind: "own", resource: item.type };
};

const recordAnd = (i: number): readonly (readonly [string, Extern])[] => {
  const record: DefinedType = { kind: "record", fields: [{ label: `x${i}`, type: "u32" }] };
  return [
    [`t${i}`, type(record)],
    [`f${i}`, func([record], "u32")],
  ];
};
const resourceAnd = (i: number): readonly (readonly [string, Extern])[] => {
  const resource = { kind: "resource", name: `r${i}` } as const;
  return [
    [`r${i}`, type(resource)],
    [`f${i}`, func([{ kind: "own", resource }], "u32")],
  ];
};
const plain = (i: number): readonly (readonly [string, Extern])[] => [
  [`f${i}`, func(["string"], i % 2 === 0 ? "u32" : { kind: "list", element: "u8" })],
];
const one = (i: number): Instance => instance([["f", func([i % 2 === 0 ? "u32" : "u64"], "u32")]]);
const deny: Options = { denyImports: ["a:b/*"] };
const alike = (i: number): Entry => {
  const contents = new Uint8Array(2048);
  new DataView(contents.buffer).setUint32(400, i);
  return { kind: "file", contents };
};

const CASES: Readonly<Record<string, readonly [count: number, Case]>> = {
  "functions that are the host's": [60, (n) => virtualizing(appWith(plain, n))],
  "functions that are denied": [60, (n) => virtualizing(appWith(plain, n), deny)],
  "functions with shims": [60, (n) => shimming(new Map([["a:b/c", instance(range(n).map((i) => [`f${i}`, func([stream()], "u32")]))]]))],
  "types that are the host's": [40, (n) => virtualizing(appWith(recordAnd, n))],
  "types that are denied": [40, (n) => virtualizing(appWith(recordAnd, n), deny)],
  "resources that are the host's": [40, (n) => virtualizing(appWith(resourceAnd, n))],
  "resources that are denied": [40, (n) => virtualizing(appWith(resourceAnd, n), deny)],
  "interfaces that are the host's": [50, (n) => virtualizing(appWithMany(one, n))],
  "interfaces that are denied": [50, (n) => virtualizing(appWithMany(one, n), deny)],
  "interfaces that are exported": [50, (n) => virtualizing(appWithMany(one, n, { exportsAll: true }))],
  "interfaces, each denied by name": [50, (n) => virtualizing(appWithMany(one, n), { denyImports: range(n).map((i) => `a:b/c${i}`) })],
  "interfaces with shims": [30, (n) => shimming(new Map(range(n).map((i) => [`a:b/c${i}`, instance([["f", func([stream()], "u32")]])])))],
  "variables, allowed and fixed": [
    200,
    (n) =>
      virtualizing(environmentApp(), {
        env: Object.fromEntries(range(n).map((i) => [`N${i}`, "v"])),
        allowEnv: range(n).map((i) => `H${i}`),
      }),
  ],
  arguments: [200, (n) => virtualizing(environmentApp(), { args: range(n).map((i) => `a${i}`) })],
  files: [300, (n) => embedding({ mounts: [{ path: "/", entry: directory(range(n).map((i) => [`f${i}`, file(`x${i}`)])) }] })],
  "files that look alike": [100, (n) => embedding({ mounts: [{ path: "/", entry: directory(range(n).map((i) => [`f${i}`, alike(i)])) }] })],
  "symbolic links": [
    300,
    (n) =>
      embedding({
        mounts: [
          { path: "/", entry: directory([["x", file("")], ...range(n).map((i) => [`l${i}`, { kind: "link", target: "x" }] as const)]) },
        ],
      }),
  ],
  "directories in each other": [
    100,
    (n) => embedding({ mounts: [{ path: "/", entry: range(n).reduce((inner) => directory([["d", inner]]), directory([])) }] }),
  ],
  "directories beside each other": [
    300,
    (n) => embedding({ mounts: [{ path: "/", entry: directory(range(n).map((i) => [`d${i}`, directory([["f", file("x")]])])) }] }),
  ],
  "mounts beside each other": [100, (n) => embedding({ mounts: range(n).map((i) => ({ path: `/m${i}`, entry: file("x") })) })],
  "mounts in a mount": [
    100,
    (n) =>
      embedding({
        mounts: [{ path: "/", entry: directory([]) }, ...range(n).map((i) => ({ path: `/m/m${i}`, entry: directory([["f", file("x")]]) }))],
      }),
  ],
  "writable mounts": [60, (n) => embedding({ tmpfs: range(n).map((i) => ({ path: `/m${i}` })) })],
  "directories of the host": [60, (n) => embedding({ preopens: range(n).map((i) => ({ path: `/m${i}`, host: `/h${i}` })) })],
  "components in each other, virtualized": [
    4,
    (n) =>
      virtualizing(
        range(n).reduce((inner) => composed(inner, { allowAll: true, env: { A: "b" } }), environmentApp()),
        { allowAll: true },
      ),
  ],
  "components beside each other, inspected": [
    20,
    (n) => {
      const outer = new writer.ComponentWriter();
      const inner = fileApp();
      for (let i = 0; i < n; i++) outer.component([inner]);
      const bytes = chunk.bytesOf(outer.finish());
      return () => api.inspect(bytes);
    },
  ],
  "embedded files, inspected": [
    200,
    (n) => {
      const entry = directory(range(n).map((i) => [`d${i}`, directory([[`f${i}`, file(`x${i}`)]])]));
      const bytes = composed(fileApp(), { mounts: [{ path: "/", entry }] });
      return () => api.inspect(bytes);
    },
  ],
  "interfaces, each allowed by name and held against what is allowed": [
    100,
    (n) => {
      const inspection = api.inspect(appWithMany(one, n));
      const allowance = { allow: range(n).map((i) => `a:b/c${i}`) };
      return () => api.beyond(inspection, allowance);
    },
  ],
  "interfaces, inspected and drawn": [
    40,
    (n) => {
      const bytes = composed(appWithMany(one, n, { exportsAll: true }), {});
      return () => api.drawSvg(api.inspect(bytes));
    },
  ],
};

describe("doubling adds at most twice what doubling added before:", () => {
  test.each(Object.entries(CASES))("%s", (_, [count, make]) => {
    const [small, middle, large] = [count, 2 * count, 4 * count].map((each) => {
      const run = make(each);
      run();
      return steps(run);
    }) as [number, number, number]; // one each
    expect(middle).toBeGreaterThan(small);
    expect((large - middle) / (middle - small)).toBeLessThan(MOST);
  });

  test("and what is quadratic is found out", () => {
    const search = (count: number): (() => void) => {
      const names = range(count).map(String);
      return () => void names.filter((name) => names.includes(name));
    };
    const [small, middle, large] = [100, 200, 400].map((count) => steps(search(count))) as [number, number, number]; // one each
    expect((large - middle) / (middle - small)).toBeGreaterThan(3.5);
  });
});
