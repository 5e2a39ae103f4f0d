/** A program of preview 1 in one part with what answers it: no component is the app, and inspecting tells it all the same. */
import { beforeAll, describe, expect, test } from "vitest";
import { decodeComponent, encodeComponent } from "../../src/binary/component.ts";
import { adaptPreview1, type Entry, inspect, type Options, virtualize } from "../../src/index.ts";
import { METADATA_SECTION } from "../../src/inspect/metadata.ts";
import { cProgram } from "../guests/index.ts";
import { typedModule } from "../guests/typed.ts";
import { BUILD_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

const TREE: Entry = { kind: "directory", entries: new Map<string, Entry>([["a", { kind: "file", contents: Buffer.from("a") }]]) };

const SETS: readonly Options[] = [
  {},
  { allowAll: true },
  { allowAll: true, denyImports: ["wasi:cli/environment", "wasi:cli/stdout"] },
  { env: { A: "1" }, stdout: "allow", mounts: [{ path: "/data", entry: TREE }] },
  { allowEnv: ["A"], stdout: "ignore", stderr: { prefix: "err: " }, tmpfs: [{ path: "/tmp" }] },
  { allowFs: true, stdout: { file: "/m/out" }, mounts: [{ path: "/m", entry: TREE, writable: true }] },
  { preopens: [{ path: "/", host: "/" }], hide: ["**/.env"], allowClocks: true },
  { clock: { virtual: true }, random: "zero", stdin: new Uint8Array(3) },
  { exitWithCode: true, allowExit: true, stdout: "allow" },
  { exitWithCode: true, deny: "trap" },
];

describe("of the app is told", () => {
  let programs: readonly Uint8Array[];
  beforeAll(
    async () => void (programs = await Promise.all([cProgram("hello"), cProgram("probe"), typedModule("library")])),
    BUILD_MILLISECONDS,
  );

  test.for(SETS)("what became of its imports, as the report has it: %o", (options) => {
    for (const module of programs) {
      const { chunks, report } = virtualize(module, options);
      const { app, bypasses } = inspect(Buffer.concat(chunks));
      expect(app).toEqual(report.imports);
      expect(bypasses).toEqual([]);
    }
  });

  test("why the output imports what it does, as the report has it", () => {
    for (const options of SETS) {
      const { chunks, report } = virtualize(programs[0]!, options);
      const { imports } = inspect(Buffer.concat(chunks));
      const allowed = report.hostImports.flatMap(({ name, reason }) => (reason === "allowed" ? [name] : [])).sort();
      expect(imports.flatMap(({ name, reason }) => (reason === "allowed" ? [name] : [])).sort()).toEqual(allowed);
    }
  });

  test("what it imports of preview 1, and how large it is", async () => {
    for (const module of programs) {
      const { program } = inspect(virtualized(module));
      const imports = WebAssembly.Module.imports(await WebAssembly.compile(module as BufferSource));
      expect(program).toEqual({
        byteLength: module.length,
        imports: imports.flatMap((each) => (each.module === "wasi_snapshot_preview1" ? [each.name] : [])),
      });
    }
  });

  test("nothing where it is a component", () => {
    expect(inspect(virtualized(adaptPreview1(programs[0]!))).program).toBeNull();
    expect(inspect(adaptPreview1(programs[0]!))).toMatchObject({ program: null, app: null });
  });
});

test("what an output says of itself is not believed where the program gets functions of the host", async () => {
  const module = await cProgram("hello");
  const { chunks, report } = virtualize(module, { allowEnv: true, allowArgs: true, allowCwd: true, stdout: "allow" });
  const output = Buffer.concat(chunks);
  const saying = (denied: (before: string) => string | undefined): ReturnType<typeof inspect>["app"] => {
    const sections = decodeComponent(output).map((each) => {
      if (each.kind !== "custom" || each.name !== METADATA_SECTION) return each;
      const said = JSON.parse(Buffer.from(each.bytes).toString()) as { denied: string };
      return { ...each, bytes: Buffer.from(JSON.stringify({ ...said, denied: denied(said.denied) })) };
    });
    return inspect(encodeComponent(sections)).app;
  };
  const ENVIRONMENT = "wasi:cli/environment@0.2.0";
  expect(report.imports).toContainEqual({ name: ENVIRONMENT, outcome: "allowed" });
  expect(saying((before) => before)).toEqual(report.imports);
  for (const letter of ["d", "v"])
    expect(saying((before) => letter.repeat(before.length))).toContainEqual({ name: ENVIRONMENT, outcome: "allowed" });
  // Nothing is said of this program: what nobody in the part calls is not the host's.
  for (const other of [undefined, "d", "d".repeat(99)]) {
    const app = saying(() => other);
    expect(app).toContainEqual({ name: ENVIRONMENT, outcome: "allowed" });
    expect(app).toContainEqual({ name: "wasi:cli/stdout@0.2.0", outcome: "allowed" });
    expect(app).toContainEqual({ name: "wasi:clocks/wall-clock@0.2.0", outcome: "virtualized" });
  }
});
