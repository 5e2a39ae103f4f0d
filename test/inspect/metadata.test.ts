import { metadataShow, print } from "@bytecodealliance/jco";
import { expect, test } from "vitest";
import { decodeComponent } from "../../src/binary/component.ts";
import { type Entry, type Options, virtualize, VERSION } from "../../src/index.ts";
import { METADATA_SECTION, readMetadata } from "../../src/inspect/metadata.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { hosts, RUN_MILLISECONDS, virtualized } from "../run/on-hosts.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const FILE = { kind: "file", contents: text("hello") } as const;
const TREE: Entry = {
  kind: "directory",
  entries: new Map<string, Entry>([
    ["a", FILE],
    [
      "d",
      {
        kind: "directory",
        entries: new Map<string, Entry>([
          ["b", FILE],
          ["l", { kind: "link", target: "b" }],
        ]),
      },
    ],
  ]),
};

const app = await adaptCommand(await cProgram("hello"));

function sectionOf(options: Options): Uint8Array {
  const found = decodeComponent(virtualized(app, options)).find((each) => each.kind === "custom" && each.name === METADATA_SECTION);
  if (found?.kind !== "custom") throw new Error("no such section");
  return found.bytes;
}

test.for<[string, Options, object]>([
  ["nothing at all", {}, {}],
  ["names of variables, not their values", { env: { TOKEN: "secret" }, allowEnv: ["A"] }, { env: ["TOKEN"], allowEnv: ["A"] }],
  ["the number of arguments", { arg0: "secret", args: ["secret", "x"], cwd: "/d" }, { args: 2, cwd: "/d" }],
  ["the host's", { allowEnv: true, allowArgs: true, allowCwd: true }, { allowEnv: true, allowArgs: true, allowCwd: true }],
  ["streams", { stdin: text("secret"), stdout: "ignore", stderr: "allow" }, { stdin: 6, stdout: "ignore", stderr: "allow" }],
  ["embedded trees", { mounts: [{ path: "/t", entry: TREE }] }, { mounts: [{ path: "/t", files: 2, bytes: 10 }] }],
  [
    "what is writable, and its limits",
    { mounts: [{ path: "/t", entry: TREE, writable: true }], tmpfs: [{ path: "/v", maxBytes: 5 }], fsMaxBytes: 7, fsMaxFiles: 8 },
    {
      mounts: [
        { path: "/t", files: 2, bytes: 10, writable: true },
        { path: "/v", files: 0, bytes: 0, writable: true, maxBytes: 5 },
      ],
      fsMaxBytes: 7,
      fsMaxFiles: 8,
    },
  ],
  [
    "files for streams and embedders, without what no app sees",
    {
      stdin: { file: "/t/a" },
      stdout: { file: "/o" },
      stderr: { file: "/t/e" },
      mounts: [{ path: "/t", entry: TREE, writable: true }],
      exportFiles: true,
    },
    {
      stdin: "file:/t/a",
      stdout: "file:/o",
      stderr: "file:/t/e",
      mounts: [{ path: "/t", files: 3, bytes: 10, writable: true }],
      exportFiles: true,
    },
  ],
  [
    "subsystems",
    { allowClocks: true, allowHttp: true, denyImports: ["wasi:random/random"] },
    { allow: ["clocks", "http"], denyImports: ["wasi:random/random"] },
  ],
  [
    "how things are denied",
    { deny: "trap", denyImports: ["wasi:random/random", { name: "wasi:sockets/*", deny: "error" }] },
    { deny: "trap", denyImports: ["wasi:random/random", "wasi:sockets/*=error"] },
  ],
])("keeps %s", ([, options, policy]) => {
  const section = sectionOf(options);
  expect(readMetadata(section)).toEqual({ version: VERSION, policy });
  expect(new TextDecoder().decode(section)).not.toMatch(/secret|hello/);
});

test("is small", () => {
  const options: Options = {
    env: { A: "x".repeat(1000) },
    args: ["y"],
    cwd: "/src",
    mounts: [{ path: "/t", entry: TREE }],
    allowAll: false,
  };
  expect(sectionOf(options).length).toBeLessThan(200);
  expect(sectionOf({ allowAll: true }).length).toBeLessThan(250);
});

test.for([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["no version", `{"format":1,"policy":{}}`],
] as const)("%s is none of ours", ([, section]) => {
  expect(readMetadata(text(section))).toBeNull();
});

test("a later format tells its version only, and what is not as it should be is left out", () => {
  expect(readMetadata(text(`{"format":2,"version":"9.0.0","policy":{"env":["A"]}}`))).toEqual({ version: "9.0.0", policy: null });
  const policy = { env: "A", args: -1, stdin: "deny", mounts: [{ path: "/a" }], fsMaxBytes: "1", stdout: "allow", later: 1 };
  expect(readMetadata(text(JSON.stringify({ format: 1, version: "0.1.0", policy })))).toEqual({
    version: "0.1.0",
    policy: { stdout: "allow" },
  });
});

test.for([
  [{}, true],
  [{ writable: true, maxBytes: 0 }, true],
  [{ writable: 1 }, false],
  [{ writable: true, maxBytes: "1" }, false],
  [{ files: -1 }, false],
] as const)("an embedded tree with %j is one: %s", ([more, isOne]) => {
  const mounts = [{ path: "/a", files: 1, bytes: 2, ...more }];
  const { policy } = readMetadata(text(JSON.stringify({ format: 1, version: "0.1.0", policy: { mounts } }))) ?? {};
  expect(policy).toEqual(isOne ? { mounts } : {});
});

test("other tools show the names of the parts", async () => {
  const output = virtualized(app, { stdout: "allow", allowHttp: true });
  const printed = await print(output);
  for (const name of ["$wasi", "$app"]) expect(printed).toContain(`(component ${name} `);
  expect(printed).toContain("(instantiate $app");
  expect((await metadataShow(output)).length).toBeGreaterThan(0);
});

test.for(hosts)("$name does not mind the sections", { timeout: RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
  skip(!available, "is not installed");
  const { exitCode, stdout } = await run(virtualized(app, { stdout: "allow", env: { A: "1" } }));
  expect(exitCode).toBe(0);
  expect(stdout).toContain("env A=1");
});

test("is the same for the same options", () => {
  const options: Options = { env: { A: "1" }, mounts: [{ path: "/t", entry: TREE }] };
  expect(sectionOf(options)).toEqual(sectionOf(options));
  expect(virtualize(app, options).report.sizes.total).toBe(virtualized(app, options).length);
});
