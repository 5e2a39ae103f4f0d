/** What comes out of the golden cases. */
import { parse } from "@bytecodealliance/jco";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";

const CASES = path.join(import.meta.dirname, "../cases");

/** The names of those that are not refused. */
export const GOLDEN_CASES: readonly string[] = readdirSync(CASES).filter((name) => existsSync(path.join(CASES, name, "expected.wat")));

export async function goldenCase(name: string): Promise<{ readonly app: Uint8Array; readonly output: Uint8Array }> {
  const options = JSON.parse(await readFile(path.join(CASES, name, "options.json"), "utf8")) as Options & { mounts?: object };
  const mounts = Object.entries(options.mounts ?? {}).map(
    ([file]) => ({ path: file, entry: { kind: "file", contents: new Uint8Array() } }) as const,
  );
  const app = await parse(await readFile(path.join(CASES, name, "app.wat"), "utf8"));
  return { app, output: bytesOf(virtualize(app, { ...options, mounts }).chunks) };
}
