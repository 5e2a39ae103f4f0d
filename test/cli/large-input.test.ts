/** A component of 900 MB is inspected without most of it in memory. */
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Chunk, type Contents, createAdapter } from "../../src/index.ts";
import { MAIN, temporaryDirectory, wasiNest } from "./wasi-nest.ts";

const SIZE = 900_000_000;

/** A file with a hole in place of what is not in memory. */
function writeWithHoles(path: string, chunks: readonly Chunk[]): number {
  const descriptor = openSync(path, "w");
  let at = 0;
  for (const chunk of chunks) {
    if (chunk instanceof Uint8Array) writeSync(descriptor, chunk, 0, chunk.length, at);
    at += chunk.byteLength;
  }
  ftruncateSync(descriptor, at);
  closeSync(descriptor);
  return at;
}

test("inspect leaves the data of a large component on disk", () => {
  const directory = temporaryDirectory();
  const contents: Contents = { byteLength: SIZE, readInto() {} };
  const { chunks } = createAdapter<Chunk>({ mounts: [{ path: "/data/zeros", entry: { kind: "file", contents } }] });
  const size = writeWithHoles(join(directory, "large.wasm"), chunks);
  // In kB. Linux counts to `maxRSS` what the process had from which this one was started, and not to `VmHWM`.
  const peakOf = `existsSync("/proc/self/status")
    ? /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]
    : String(process.resourceUsage().maxRSS)`;
  const report = `process.on("exit", () => writeFileSync("peak.txt", ${peakOf}))`;
  writeFileSync(join(directory, "peak.mjs"), `import { existsSync, readFileSync, writeFileSync } from "node:fs";\n${report};\n`);
  const { code, stdout } = wasiNest(["inspect", "large.wasm", "--json"], {
    cwd: directory,
    main: MAIN,
    start: ["--import", "./peak.mjs", "--"],
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    component: { byteLength: size, metadata: { policy: { mounts: [{ path: "/data", files: 1, bytes: SIZE }] } } },
  });
  const peak = Number(readFileSync(join(directory, "peak.txt"), "utf8")) * 1024;
  expect(peak).toBeGreaterThan(1e7);
  expect(peak).toBeLessThan(SIZE / 2);
});
