/** A program of preview 1 in one part with files of ours: handles are no more than numbers there, and one look-up answers a stat. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { decodeComponent } from "../../src/binary/component.ts";
import { adaptPreview1, type Entry, type Options } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, virtualized } from "../run/on-hosts.ts";

const file = (text: string): Entry => ({ kind: "file", contents: Buffer.from(text) });
const folder = (entries: Readonly<Record<string, Entry>>): Entry => ({ kind: "directory", entries: new Map(Object.entries(entries)) });
const MOUNTS: Options["mounts"] = [
  { path: "/ro", entry: folder({ a: file("a"), b: file("b"), link: { kind: "link", target: "a" } }) },
  { path: "/rw", entry: folder({ a: file("a") }), writable: true },
];
const OPTIONS: Options = {
  mounts: MOUNTS,
  tmpfs: [{ path: "/t", maxBytes: 100_000 }],
  stdout: "allow",
  allowArgs: true,
  clock: { virtual: true },
};
const HOSTS: Options = { ...OPTIONS, preopens: [{ path: "/host", host: "/data" }], overlays: [{ path: "/over", host: "/data" }] };

/** The built-ins for handles of a component and all that is in it. */
function builtIns(bytes: Uint8Array): ReadonlySet<string> {
  return new Set(
    decodeComponent(bytes).flatMap((section) => {
      if (section.kind === "canon") return section.items.map(({ kind }) => kind).filter((kind) => kind.startsWith("resource."));
      return section.kind === "component" ? [...builtIns(section.bytes)] : [];
    }),
  );
}

test(
  "no handle of ours needs the host, and the host's are dropped as ever",
  async () => {
    const core = await cProgram("preview1-handles");
    const [own, beside] = [virtualized(core, OPTIONS), virtualized(core, HOSTS)];
    await Promise.all([own, beside].map(expectValid));
    for (const output of [own, beside]) expect([...builtIns(output)]).toEqual(["resource.drop"]);
  },
  BUILD_MILLISECONDS,
);

for (const { name, available, run } of hosts) {
  test.skipIf(!available)(
    `files are closed, told from each other, and waited beside, on ${name}`,
    async () => {
      const core = await cProgram("preview1-handles");
      const data = await mkdtemp(path.join(tmpdir(), "wasi-nest-fused-"));
      try {
        await writeFile(path.join(data, "a"), "host's");
        const lines = async (options: Options, args: readonly string[]): Promise<readonly string[]> => {
          const { stdout, stderr, trap, exitCode } = await run(virtualized(core, options), { args, preopens: { "/data": data } });
          expect({ stderr, trap, exitCode }).toEqual({ stderr: "", exitCode: 0 });
          return stdout.trimEnd().split("\n");
        };
        const own = ["/ro/a", "/ro/b", "/ro/link", "/ro", "/rw/a", "/t"];
        const found = await lines(OPTIONS, own);
        expect(found[0]).toBe("20");
        expect(found.slice(-2)).toEqual(["44", "poll: 0, 1: 2"]);
        const told = found.slice(1, -2).map((line) => /^(\S+): ([0-9a-f]+) twice$/.exec(line)?.slice(1) ?? [line]);
        expect(told.map(([each]) => each)).toEqual(own);
        const numbers = new Map(told.map(([each = "", number]) => [each, number]));
        expect(numbers.get("/ro/link")).toBe(numbers.get("/ro/a"));
        expect(new Set(numbers.values()).size).toBe(own.length - 1);
        // A layer has the program nested apart, where there are handles, and two calls.
        const apart = { limits: { "wasi:clocks/monotonic-clock#subscribe-duration": 1000 } };
        expect(await lines({ ...OPTIONS, ...apart }, own)).toEqual(found);
        const hosts = [...own, "/host/a", "/over/a"];
        expect(await lines(HOSTS, hosts)).toEqual(await lines({ ...HOSTS, ...apart }, hosts));
      } finally {
        await rm(data, { recursive: true });
      }
    },
    BUILD_MILLISECONDS,
  );
}

/** Files of the host's beside streams of ours: a function of the host's that gives a stream is wrapped. */
const BESIDE: readonly Options[] = [
  { allowFs: true, stdout: "allow", allowArgs: true, allowClocks: true },
  { allowFs: true, stdout: "allow", stdin: "deny", allowArgs: true, allowClocks: true },
  { allowAll: true, denyImports: ["wasi:cli/stdin"] },
];

/** What a program prints of a directory of the host's with three files, whose way is its first argument. */
async function printed(run: (typeof hosts)[number]["run"], output: Uint8Array): Promise<string> {
  const data = await mkdtemp(path.join(tmpdir(), "wasi-nest-beside-"));
  try {
    await mkdir(path.join(data, "deep/deeper/deepest"), { recursive: true });
    await mkdir(path.join(data, "folder"));
    const files = { file: "0123456789\n", "folder/inner": "inner\n", "deep/deeper/deepest/bottom": "b\n" };
    for (const [each, text] of Object.entries(files)) await writeFile(path.join(data, each), text);
    const { stdout, stderr, trap } = await run(output, { args: ["/t"], preopens: { "/t": data } });
    expect({ stderr, trap }).toEqual({ stderr: "" });
    return stdout;
  } finally {
    await rm(data, { recursive: true });
  }
}

for (const { name, available, run } of hosts) {
  test.skipIf(!available)(
    `the host's files are written and stay open beside streams of ours, on ${name}`,
    async () => {
      // A read of what is open for writing alone ends a program on jco.
      const isJco = name === "jco";
      const core = await cProgram(isJco ? "preview1-handles" : "write");
      const withoutNumber = (text: string): string => text.replace(/: [0-9a-f]+ twice/, ": twice");
      const wanted = withoutNumber(await printed(run, virtualized(core, { allowAll: true })));
      expect(wanted.split("\n").length).toBeGreaterThan(isJco ? 3 : 100);
      for (const options of BESIDE) {
        const output = virtualized(core, options);
        await expectValid(output);
        expect(withoutNumber(await printed(run, output))).toBe(wanted);
        expect(withoutNumber(await printed(run, virtualized(adaptPreview1(core), options)))).toBe(wanted);
      }
    },
    BUILD_MILLISECONDS,
  );
}

for (const { name, available, run } of hosts) {
  test.skipIf(!available)(
    `a file is written below a directory that is open for reading, on ${name}`,
    async () => {
      const core = await cProgram("attempt");
      const attempts = ["cd /t", "write x", "append x", "read x"];
      const { stdout, stderr } = await run(virtualized(core, OPTIONS), { args: attempts });
      expect({ stdout, stderr }).toEqual({ stdout: "cd /t: ok\nwrite x: ok\nappend x: ok\nread x: written+\n", stderr: "" });
    },
    BUILD_MILLISECONDS,
  );
}
