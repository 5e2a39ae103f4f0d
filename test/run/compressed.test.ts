/** Programs find compressed files as they find others, and an error where one is damaged, on both hosts. */
import { deflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type Directory, type Entry, type Options, virtualize } from "../../src/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { ALL_BUT_FILES, BUILD_MILLISECONDS, expectValid, hosts, isLong, RUN_MILLISECONDS } from "./on-hosts.ts";

const file = (text: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(text) });
const text = (name: string): string => `${name} begins ${"and goes on ".repeat(60)}and ends`;
const tree: Directory = {
  kind: "directory",
  entries: new Map<string, Entry>([
    ...["a", "b", "c", "d", "e"].map((name) => [name, file(text(name))] as const),
    ["same", file(text("a"))],
    ["large", file(text("large").repeat(50))],
    ["short", file("short")],
    ["link", { kind: "link", target: "a" }],
  ]),
};

const READS = [
  "read /data/a",
  "read /data/same",
  "read /data/short",
  "read /data/link",
  "stat /data/b",
  "read /data/large",
  "read /data/a",
];
const kinds: Readonly<Record<string, { readonly options: Options; readonly attempts: readonly string[] }>> = {
  "that are read-only": { options: { mounts: [{ path: "/data", entry: tree }] }, attempts: READS },
  "that can be written": {
    options: { mounts: [{ path: "/data", entry: tree, writable: { maxBytes: 8192 } }] },
    attempts: [
      ...READS,
      "append /data/a",
      "read /data/a",
      "read /data/same",
      "rename /data/b /data/moved",
      "read /data/moved",
      "link /data/c /data/linked",
      "append /data/linked",
      "read /data/c",
      "write /data/d",
      "read /data/d",
      "unlink /data/e",
      "read /data/e",
    ],
  },
  "beside the host's": {
    options: { mounts: [{ path: "/data", entry: tree }], overlays: [{ path: "/host", host: "/" }] },
    attempts: READS,
  },
  "under rules": {
    options: { mounts: [{ path: "/data", entry: tree, writable: true }], protect: ["a"] },
    attempts: [...READS, "append /data/a", "append /data/same", "read /data/same"],
  },
};

let programs: Readonly<Record<string, Uint8Array>>;
beforeAll(async () => {
  const core = await cProgram("attempt");
  programs = { "a component": await adaptCommand(core), "a core module": core };
}, BUILD_MILLISECONDS);

const made = (program: Uint8Array, options: Options, attempts: readonly string[]): { bytes: Buffer; compressed: number } => {
  const { chunks, report } = virtualize(program, { ...ALL_BUT_FILES, ...options, args: attempts });
  return { bytes: Buffer.concat(chunks), compressed: report.files.compressed?.count ?? 0 };
};

describe.each(hosts)("on $name", ({ name: host, available, run }) => {
  // jco takes long to make modules of each output.
  const short = host === "jco" && !isLong;
  test.skipIf(!available).each(Object.entries(kinds).slice(0, short ? 1 : undefined))(
    `files %s (${WASMTIME_MISSING})`,
    async (_, { options, attempts }) => {
      for (const program of Object.values(programs)) {
        const plain = made(program, options, attempts);
        const compressed = made(program, { ...options, compress: deflateRawSync }, attempts);
        expect([plain.compressed, compressed.compressed]).toEqual([0, 7]);
        expect(compressed.bytes.length).toBeLessThan(plain.bytes.length);
        await expectValid(compressed.bytes);
        const outcome = await run(compressed.bytes);
        expect(outcome.stdout).toContain("read /data/a: a begins and goes on");
        expect(outcome).toEqual(await run(plain.bytes));
      }
    },
    4 * RUN_MILLISECONDS,
  );

  test.skipIf(!available || short)(
    `a damaged file cannot be opened, all others can (${WASMTIME_MISSING})`,
    async () => {
      const attempts = [
        "read /data/b",
        "read /data/a",
        "read /data/b",
        "rename /data/b /data/x",
        "read /data/x",
        "read /data/c",
        "stat /data/x",
      ];
      for (const [kind, { options }] of Object.entries(kinds).slice(0, 2)) {
        const streams: Uint8Array[] = [];
        const compress = (contents: Uint8Array): Uint8Array => {
          const stream = deflateRawSync(contents);
          if (contents[0] === "b".charCodeAt(0)) streams.push(stream);
          return stream;
        };
        for (const program of Object.values(programs)) {
          const { bytes } = made(program, { ...options, compress }, attempts);
          const at = bytes.indexOf(streams.at(-1) ?? "");
          expect(at).toBeGreaterThan(0);
          bytes[at] = 7;
          const { stdout } = await run(bytes);
          const [first, other, again, rename, moved, last, stat] = String(stdout).split("\n");
          expect([first, again]).toEqual(["read /data/b: errno 29", "read /data/b: errno 29"]);
          expect([other, last]).toEqual([`read /data/a: ${text("a")}`, `read /data/c: ${text("c")}`]);
          if (kind === "that can be written")
            expect([rename, moved, stat]).toEqual(["rename /data/b /data/x: ok", "read /data/x: errno 29", "stat /data/x: ok"]);
        }
      }
    },
    8 * RUN_MILLISECONDS,
  );
});
