/**
 * Golden cases, a folder each: app.wat and options.json become expected.wat, or fail with error.txt.
 * The code of adapters is left out, because compilers change it. UPDATE_GOLDENS=1 writes what comes out.
 */
import { parse, print } from "@bytecodealliance/jco";
import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Mount, NestError, type Options, virtualize } from "../../src/index.ts";
import { bytesOf } from "../compose/apps.ts";
import { validate, wasmtimeAvailable } from "../hosts/wasmtime.ts";

/** What options.json holds: files are texts by path. */
type CaseOptions = Omit<Options, "mounts"> & { readonly mounts?: Readonly<Record<string, string>> };

const update = process.env["UPDATE_GOLDENS"] === "1";
const names = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((each) => each.isDirectory()).map((each) => each.name);

test("there are cases", () => {
  expect(names.length).toBeGreaterThan(5);
});

describe.each(names)("%s", (name) => {
  const file = (each: string): string => path.join(import.meta.dirname, name, each);

  test("comes out as expected", async () => {
    const app = await parse(await readFile(file("app.wat"), "utf8"));
    const { text, output } = await outcomeOf(app, JSON.parse(await readFile(file("options.json"), "utf8")) as CaseOptions);
    const [expected, other] = output === undefined ? ["error.txt", "expected.wat"] : ["expected.wat", "error.txt"];
    if (update) {
      await writeFile(file(expected), text);
      await rm(file(other), { force: true });
    }
    if (output !== undefined && wasmtimeAvailable()) expect(await validate(output)).toEqual({ kind: "valid" });
    expect(existsSync(file(other))).toBe(false);
    expect(text).toBe(await readFile(file(expected), "utf8"));
  });
});

async function outcomeOf(app: Uint8Array, { mounts, ...options }: CaseOptions): Promise<{ readonly text: string; readonly output?: Uint8Array }> {
  const embedded = Object.entries(mounts ?? {}).map(([path, text]): Mount => ({ path, entry: { kind: "file", contents: new TextEncoder().encode(text) } }));
  try {
    const output = bytesOf(virtualize(app, { ...options, mounts: embedded }).chunks);
    return { text: withoutCode(await print(output)), output };
  } catch (error) {
    if (!(error instanceof NestError)) throw error;
    return { text: `${error.name}: ${error.message}\n` };
  }
}

/** A component's text with `...` for the inside of core modules, and no version of ours. */
function withoutCode(text: string): string {
  const kept: string[] = [];
  let module: string | undefined;
  for (const line of text.split("\n")) {
    if (module !== undefined) {
      if (line === `${module})`) module = undefined;
    } else if (/^ *\(core module /.test(line)) {
      kept.push(line.endsWith(")") && !line.endsWith(";)") ? line : `${line} ...)`);
      if (!line.endsWith(")") || line.endsWith(";)")) module = /^ */.exec(line)?.[0];
    } else if (!line.includes("(processed-by ")) kept.push(line.replace(/(\\22version\\22:\\22)[^\\]*/, "$1"));
  }
  return kept.join("\n");
}
