/** Programs find replaced files as if the output had been made with them, on both hosts. */
import { expect, test } from "vitest";
import { type Directory, type Entry, type Options, replaceFiles } from "../../src/index.ts";
import { randomOf } from "../differential/random.ts";
import { randomTree } from "../files/random-tree.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { ALL_BUT_FILES, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const file = (text: string): Entry => ({ kind: "file", contents: new TextEncoder().encode(text) });
const directory = (entries: Readonly<Record<string, Entry>>): Directory => ({
  kind: "directory",
  entries: new Map(Object.entries(entries)),
});

const small = directory({ a: file("a") });
const large = directory({
  ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`file ${i}`, file(`${i}`.repeat(200))])),
  deep: randomTree(randomOf(3), { isTimed: true }),
});

const kinds: Readonly<Record<string, Options>> = {
  "read-only files": {},
  "files that others of which can be written": {
    tmpfs: [{ path: "/tmp" }],
    mounts: [{ path: "/data/in", entry: directory({ b: file("b") }), writable: true }],
  },
};

test.for(hosts)("a program lists them on $name", { timeout: 3 * RUN_MILLISECONDS }, async ({ available, run }, { skip }) => {
  skip(!available, WASMTIME_MISSING);
  const core = await cProgram("walk");
  for (const program of [await adaptCommand(core), core]) {
    for (const kind of Object.values(kinds)) {
      const make = (entry: Directory): Uint8Array =>
        virtualized(program, {
          ...ALL_BUT_FILES,
          ...kind,
          env: { NAME: "value" },
          args: ["/data"],
          mounts: [{ path: "/data", entry }, ...(kind.mounts ?? [])],
        });
      const [direct, other] = [await run(make(large)), make(small)];
      const replaced: Uint8Array = Buffer.concat(replaceFiles(other, [{ path: "/data", entry: large }]));
      await expectValid(replaced);
      const outcome = await run(replaced);
      expect(outcome.stdout.toString().split("\n").length).toBeGreaterThan(300);
      expect(outcome).toEqual(direct);
      const again: Uint8Array = Buffer.concat(replaceFiles(replaced, [{ path: "/data", entry: small }]));
      expect(await run(again)).toEqual(await run(other));
    }
  }
});
