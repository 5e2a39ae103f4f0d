/** Other tools read in adapters and outputs, as WIT, what they are: it can be parsed, and means the same. */
import { describe, expect, test } from "vitest";
import { createAdapter, NestError, virtualize } from "../../src/index.ts";
import { bytesOf, importing, interfacesIn, randomOf, randomSelection } from "../compose/apps.ts";
import { randomInterface } from "../compose/random-interface.ts";
import { randomOptions } from "../compose/random-options.ts";
import { customInterfaces, everything } from "../compose/worlds.ts";
import { wasiWit, worldComponent } from "../guests/index.ts";
import { validate, wasmtimeAvailable } from "../hosts/wasmtime.ts";
import { isLong } from "../run/on-hosts.ts";
import { throughWit, WASM_TOOLS_MISSING, wasmTools } from "../hosts/wasm-tools.ts";
import { ADAPTER_OPTIONS } from "./adapter-options.ts";
import { GOLDEN_CASES, goldenCase } from "./golden-outputs.ts";
import { expectSameWit } from "./same-wit.ts";

const isMissing = wasmTools() === undefined;

test.for(ADAPTER_OPTIONS)("of an adapter with %s", async ([, options], { skip }) => {
  skip(isMissing, WASM_TOOLS_MISSING);
  await expectSameWit(bytesOf(createAdapter(options).chunks));
});

test.for(GOLDEN_CASES)("of the golden case %s", async (name, { skip }) => {
  skip(isMissing, WASM_TOOLS_MISSING);
  const { app, output } = await goldenCase(name);
  // What the app exports is as the app has it.
  skip((await throughWit(app)).again instanceof Error, "the app itself is nothing that WIT can say");
  await expectSameWit(output);
});

test.for(Array.from({ length: isLong ? 12 : 4 }, (_, seed) => (isLong ? 4 : 0) + seed))(
  "of a part of a world, with options by chance (seed %i)",
  async (seed, { skip }) => {
    skip(isMissing, WASM_TOOLS_MISSING);
    const random = randomOf(seed);
    const world = await (seed % 2 === 0 ? everything("0.2.12") : customInterfaces());
    const interfaces = interfacesIn(world);
    const app = seed % 3 === 0 ? world : importing(interfaces, randomSelection(interfaces, random));
    try {
      await expectSameWit(bytesOf(virtualize(app, randomOptions(random, app)).chunks));
    } catch (error) {
      if (!(error instanceof NestError)) throw error;
    }
  },
);

test.for(isLong ? [2, 3, 4, 5] : [0, 1])("of functions by chance, handed on and exported (seed %i)", async (seed, { skip }) => {
  skip(isMissing, WASM_TOOLS_MISSING);
  const { app } = randomInterface(randomOf(seed), 12);
  for (const options of [{ stdin: "ignore" }, { allowAll: true }] as const) await expectSameWit(bytesOf(virtualize(app, options).chunks));
});

describe("where the app exports a type of the host's that is made of a virtual one", () => {
  const app = async (exported: string): Promise<Uint8Array> =>
    worldComponent(
      `package test:made;
interface k {
  use wasi:io/streams@0.2.12.{input-stream};
  enum kind { a, b }
  record inner { source: input-stream, kind: kind }
  record outer { inner: inner }
  plain: func(kind: kind) -> u32;
  take: func(inner: inner) -> kind;
  wrap: func(outer: outer);
}
interface api { use k.{${exported}}; give: func() -> ${exported}; }
world made { import wasi:cli/stdin@0.2.12; import k; export api; }
${await wasiWit("0.2.12")}`,
      "made",
    );

  test.for(["inner", "outer"])("the interface is exported along with it (`%s`)", async (name, { skip }) => {
    const { chunks, report } = virtualize(await app(name), { stdin: "ignore" });
    expect(report.exports).toContain("test:made/k");
    if (wasmtimeAvailable()) expect(await validate(bytesOf(chunks))).toEqual({ kind: "valid" });
    skip(isMissing, WASM_TOOLS_MISSING);
    await expectSameWit(bytesOf(chunks));
  });

  test("and is not where all is the host's", async () => {
    expect(virtualize(await app("outer"), { stdin: "allow", stdout: "allow" }).report.exports).toEqual(["test:made/api"]);
  });
});

test("where the app exports a function of a record of a virtual interface, which is made of others", async ({ skip }) => {
  skip(isMissing, WASM_TOOLS_MISSING);
  const app = await worldComponent(
    `package test:records;
interface api { use wasi:filesystem/types@0.2.12.{descriptor-stat}; last: func() -> descriptor-stat; }
world records { export api; }
${await wasiWit("0.2.12")}`,
    "records",
  );
  const output = bytesOf(virtualize(app).chunks);
  await expectSameWit(output);
  const { wit } = await throughWit(output);
  expect(wit).toContain("use wasi:filesystem/types@0.2.12.{descriptor-stat}");
});
