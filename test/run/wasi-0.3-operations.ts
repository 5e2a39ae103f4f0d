/**
 * A program that does random operations of WASI 0.3 on a directory and prints what each came to: about ours as about a real one on
 * Wasmtime, but for what is known of Wasmtime.
 */

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { rustGuest } from "../guests/rust.ts";
import type { NewestHost } from "../hosts/newest-wasi.ts";
import { expectSuccess, printedByPlain, withData } from "./wasi-0.3-cases.ts";

interface Known {
  readonly reason: string;
  /** A line, but for the outcome at its end; and what it may be. */
  readonly operation: RegExp;
  readonly host: readonly string[];
  readonly ours: readonly string[];
}

/** What can be wrong with a path. */
const WRONG = ["NoEntry", "NotDirectory", "Loop"];

/** What Wasmtime does otherwise than Linux. */
const KNOWN: readonly Known[] = [
  {
    reason: "of a file that is not open for writing, Linux says EINVAL to ftruncate",
    operation: /^\d+ set-size \d+ $/,
    host: ["BadDescriptor"],
    ours: ["Invalid"],
  },
  {
    reason: "Wasmtime does not ask Linux whether it may write where nothing is written",
    operation: /^\d+ (write Some\(\d+\)|append None) 0 \d+ $/,
    host: ["ok"],
    ours: ["BadDescriptor"],
  },
  {
    reason: "to a link whose names are both wrong, Wasmtime says what is wrong with the second",
    operation: /^\d+ link \S+ \S+ $/,
    host: WRONG,
    ours: WRONG,
  },
];

/** An operation and its outcome. */
function partsOf(line: string): readonly [string, string] {
  const at = line.lastIndexOf(" ") + 1;
  return [line.slice(0, at), line.slice(at)];
}

function isKnown(expected: string, found: string): boolean {
  const [[operation, host], [same, ours]] = [partsOf(expected), partsOf(found)];
  if (operation !== same) return false;
  return KNOWN.some((known) => known.operation.test(operation) && known.host.includes(host) && known.ours.includes(ours));
}

/** Different kinds of things under the names that the program knows. */
async function makeFiles(folder: string): Promise<void> {
  await mkdir(path.join(folder, "b/d"), { recursive: true });
  await writeFile(path.join(folder, "a"), Buffer.alloc(20_000, "embedded"));
  await writeFile(path.join(folder, "b/c"), "short");
  await symlink("c", path.join(folder, "b/a"));
  await symlink("b", path.join(folder, "c"));
}

export async function expectSame(run: NewestHost["run"], seed: number, count: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-operations-"));
  try {
    const data = path.join(folder, "data");
    await makeFiles(data);
    const [plain, args] = [await rustGuest("tangle"), ["operations", `${seed}`, `${count}`]];
    const outcome = await run(await withData(plain, data, true, { args }));
    expectSuccess(outcome);
    const [expected, found] = [await printedByPlain(plain, data, { args }), outcome.stdout].map((text) => text.trimEnd().split("\n"));
    expect(found?.length).toBe(count);
    const different = found?.findIndex((ours, i) => ours !== expected?.[i] && !isKnown(expected?.[i] ?? "", ours)) ?? -1;
    if (different < 0) return;
    const before = found?.slice(Math.max(0, different - 30), different) ?? [];
    throw new Error([`seed ${seed}`, ...before, `Wasmtime: ${expected?.[different]}`, `ours:     ${found?.[different]}`].join("\n"));
  } finally {
    await rm(folder, { recursive: true });
  }
}
