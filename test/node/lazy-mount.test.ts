import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { bytesOf } from "../../src/binary/chunk.ts";
import { type Chunk, type Entry, virtualize, type Virtualized } from "../../src/index.ts";
import { InputError, readMount } from "../../src/node/index.ts";
import { everything } from "../compose/worlds.ts";

let app: Uint8Array;
beforeAll(async () => void (app = await everything("0.2.12")), 60_000);

const bytes = (length: number, seed: number): Uint8Array =>
  new Uint8Array(length).map((_, index) => Math.imul(index + seed, 2654435761) >>> 24);
const SIZES = [0, 1, 255, 65_535, 65_536, 65_537, 300_000, 5_000_000];

function directory(): string {
  const root = mkdtempSync(join(tmpdir(), "wasi-nest-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "deep"));
  for (const [index, size] of SIZES.entries()) {
    writeFileSync(join(root, `f${size}`), bytes(size, index));
    writeFileSync(join(root, `deep/same${size}`), bytes(size, index));
  }
  return root;
}

const contentsOf = (entry: Entry<Chunk>, name: string): Chunk => {
  const file = entry.kind === "directory" ? entry.entries.get(name) : undefined;
  if (file?.kind !== "file") throw new Error(`no file ${name}`);
  return file.contents;
};

const HINT = "files must stay as they are until the output is written";
const embed = (entry: Entry<Chunk>): Virtualized<Chunk> => virtualize(app, { mounts: [{ path: "/data", entry }] });

test("small files are read, large ones are not", async () => {
  const entry = await readMount(directory(), { lazy: true });
  for (const [index, size] of SIZES.entries()) {
    const contents = contentsOf(entry, `f${size}`);
    expect(contents instanceof Uint8Array, `${size} bytes`).toBe(size <= 65_536);
    expect(Buffer.from(bytesOf([contents])).equals(bytes(size, index)), `${size} bytes`).toBe(true);
  }
});

test("the same bytes come out, whether files are read before or after", async () => {
  const root = directory();
  const [eager, lazy] = [embed(await readMount(root)), embed(await readMount(root, { lazy: true }))];
  expect(lazy.chunks.some((chunk) => !(chunk instanceof Uint8Array))).toBe(true);
  expect(Buffer.from(bytesOf(lazy.chunks)).equals(bytesOf(eager.chunks))).toBe(true);
  expect(lazy.report).toEqual(eager.report);
  expect(lazy.report.files).toMatchObject({ count: 16, storedBytes: SIZES.reduce((sum, size) => sum + size, 0) });
});

test.each([
  ["grew", (path: string) => appendFileSync(path, "x"), "changed while it was being embedded"],
  ["shrank", (path: string) => truncateSync(path, 70_000), "changed while it was being embedded"],
  ["was written to", (path: string) => utimesSync(path, 1, 1), "changed while it was being embedded"],
  ["vanished", (path: string) => rmSync(path), "does not exist"],
] as const)("a file that %s in between is an error that names it", async (_, change, message) => {
  const root = directory();
  const entry = await readMount(root, { lazy: true });
  const { chunks } = embed(entry);
  const path = join(root, "f300000");
  change(path);
  expect(() => bytesOf(chunks)).toThrow(new InputError([`\`${path}\` ${message}`], HINT));
});

test("a file that shrinks while it is read is an error too", async () => {
  const root = directory();
  const contents = contentsOf(await readMount(root, { lazy: true }), "f5000000");
  if (contents instanceof Uint8Array) throw new Error("it was read");
  const target = new Uint8Array(1000);
  contents.readInto(target, 0);
  expect(target).toEqual(bytes(5_000_000, 7).subarray(0, 1000));
  truncateSync(join(root, "f5000000"), 70_000);
  expect(() => contents.readInto(target, 70_000)).toThrow(
    new InputError([`\`${join(root, "f5000000")}\` changed while it was being embedded`], HINT),
  );
});
