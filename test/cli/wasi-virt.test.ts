/** Command lines of WASI-Virt: each comes to what our own words come to, or is refused by a sentence. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandOf } from "../../src/cli/commands.ts";
import { parse } from "../../src/cli/command-line.ts";
import { libraryOptions, refuseContradictions } from "../../src/cli/library-options.ts";
import { type AdapterGiven, VIRTUALIZE_OPTIONS } from "../../src/cli/options.ts";
import { Progress } from "../../src/cli/progress.ts";
import type { Making } from "../../src/cli/write-component.ts";
import { type Chunk, type Options, virtualize } from "../../src/index.ts";
import { cProgram } from "../guests/index.ts";
import { WASI_VIRT_LINES } from "./wasi-virt-lines.ts";

/** What the commands ask to have written; composing all of it would take long. */
const asked: Making<never>[] = [];
vi.mock("../../src/cli/write-component.ts", () => ({ writeComponent: async (making: Making<never>) => void asked.push(making) }));

const cwd = mkdtempSync(path.join(tmpdir(), "wasi-nest-test-"));
let program: Uint8Array;
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
beforeAll(async () => {
  program = await cProgram("hello");
  writeFileSync(path.join(cwd, "component.wasm"), program);
  mkdirSync(path.join(cwd, "local-dir"));
  writeFileSync(path.join(cwd, "local-dir/f.txt"), "f");
}, 300_000);

interface Meant {
  readonly subject: string;
  readonly wasiVersion: readonly string[] | undefined;
  readonly options: Options<Chunk>;
}

/** What a line comes to, with its files where they are here. */
async function meant(line: string): Promise<Meant> {
  const words = line
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => word.replace(/^component\.wasm$/, `${cwd}/$&`).replace("./local-dir", `${cwd}/local-dir`));
  const at = words[0] === "adapter" ? 1 : 0;
  const { args, run } = commandOf([...words.slice(0, at), "-o", "virt.wasm", "--quiet", ...words.slice(at)]);
  asked.length = 0;
  await run(args);
  const [making] = asked;
  if (making === undefined) throw new Error("nothing is made");
  const { given, subject, table } = making;
  refuseContradictions(given, table);
  const { options } = await libraryOptions(given, new Progress(false));
  return {
    subject,
    wasiVersion: subject === "adapter" ? (given as AdapterGiven)["wasi-version"] : undefined,
    options: options.allowAll === true ? options : withoutDenials(options),
  };
}

/** What is denied where nothing allows everything is as if it were not given. */
const withoutDenials = (options: Options<Chunk>): Options<Chunk> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== false && value !== "deny"));

function bytesOf({ subject, options }: Meant): Buffer {
  expect(subject).not.toBe("adapter");
  return Buffer.concat(virtualize(program, options as Options).chunks);
}

test.each(WASI_VIRT_LINES)("wasi-virt %s", async (theirs, here) => {
  if ("own" in here) {
    const [found, expected] = [await meant(theirs), await meant(here.own)];
    // The same paths in other words.
    if (!isDeepStrictEqual(found, expected)) expect(bytesOf(found).equals(bytesOf(expected))).toBe(true);
  } else {
    const error = await meant(theirs).then(
      () => undefined,
      (thrown: Error) => thrown.message.replaceAll(`${cwd}/`, ""),
    );
    expect(error).toBe(here.refused);
  }
});

test("each line is there once", () => {
  expect(new Set(WASI_VIRT_LINES.map(([theirs]) => theirs)).size).toBe(WASI_VIRT_LINES.length);
});

test("-V is the version, -h the help", () => {
  expect(parse(["-V"], VIRTUALIZE_OPTIONS).given).toEqual({ version: true });
  expect(parse(["-h"], VIRTUALIZE_OPTIONS).given).toEqual({ help: true });
});
