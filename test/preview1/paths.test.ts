/** What a path is, and that a file is the same by its path and by its descriptor, whoever answers. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptPreview1, type Entry, type Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import { cProgram } from "../guests/index.ts";
import { BUILD_MILLISECONDS, hosts, virtualized } from "../run/on-hosts.ts";

const OPTIONS: Options = { stdout: "allow", allowClocks: true };
const FILES = { f: "1", "a-file": "22", "a-directory/a-file": "333" };

/** Options of files by what answers; `undefined`: nothing of ours. */
const WAYS: Readonly<Record<string, ((entry: Entry) => Options) | undefined>> = {
  "the host": undefined,
  "embedded files": (entry) => ({ mounts: [{ path: "/", entry }] }),
  "files with rules": (entry) => ({ mounts: [{ path: "/", entry }], hide: ["**/.env"] }),
  "a directory of the host's": () => ({ preopens: [{ path: "/", host: "/" }] }),
  "an overlay": () => ({ overlays: [{ path: "/", host: "/" }] }),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-preview1-"));
  await mkdir(path.join(folder, "a-directory"));
  for (const [name, contents] of Object.entries(FILES)) await writeFile(path.join(folder, name), contents);
});
afterAll(() => rm(folder, { recursive: true }));

for (const { name, available, run } of hosts) {
  test.skipIf(!available).for(Object.keys(WAYS))(
    `paths that are no text are refused by %s on ${name}`,
    { timeout: BUILD_MILLISECONDS },
    async (way) => {
      const core = await cProgram("preview1-paths");
      const files = WAYS[way]?.(await readMount(folder));
      const component = files === undefined ? adaptPreview1(core) : virtualized(core, { ...OPTIONS, ...files });
      expect(await run(component, { preopens: { "/": folder } })).toMatchObject({ stdout: "done\n", stderr: "", exitCode: 0 });
    },
  );
}
