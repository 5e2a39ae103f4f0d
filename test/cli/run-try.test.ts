/** `run --try` and `run --take`: what is left of a program when it has ended, and what is asked for wrongly. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { afterRun } from "../../src/cli/after-run.ts";
import { parse } from "../../src/cli/command-line.ts";
import { RUN_OPTIONS, type RunGiven } from "../../src/cli/options.ts";
import { cProgram } from "../guests/index.ts";
import { temporaryDirectory, wasiNest } from "./wasi-nest.ts";

let shell: Uint8Array;
beforeAll(async () => {
  shell = await cProgram("shell");
}, 300_000);

function project(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "app.wasm"), shell);
  mkdirSync(join(directory, "src"));
  writeFileSync(join(directory, "src/a.txt"), "one\ntwo\n");
  writeFileSync(join(directory, "src/b.bin"), Uint8Array.of(0, 1));
  return directory;
}

test("prints and makes what a program has changed, and takes out what it has made", () => {
  const cwd = project();
  const input = [
    ...["append src/a.txt three", "append src/b.bin x", "mkdir src/n", "write src/n/f f", "write outside x"],
    ...["mkdir /out/n", "write /out/n/g g", "symlink n /out/l", ""],
  ].join("\n");
  const options = ["--try", "src", "--diff", "--apply", "--tmpfs", "/out", "--take", "/out=made"];
  const { code, stdout, stderr } = wasiNest(["run", "app.wasm", ...options], { cwd, input });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "write outside x: failed\n" });
  expect(stderr.split("\n")).toEqual([
    ...["warning: `/out/l` is a symbolic link, and is left out", "wrote 2 entries to made"],
    ...["changes in src:", "M a.txt", "M b.bin", "A n/", "A n/f"],
    ...["--- a/a.txt", "+++ b/a.txt", "@@ -1,2 +1,3 @@", " one", " two", "+three", "\\ No newline at end of file"],
    ...["b.bin is no text, or too long to show", "--- /dev/null", "+++ b/n/f", "@@ -0,0 +1 @@", "+f", "\\ No newline at end of file"],
    ...["applied 4 changes to src", ""],
  ]);
  expect(readdirSync(join(cwd, "src"))).toEqual(["a.txt", "b.bin", "n"]);
  expect(readFileSync(join(cwd, "src/a.txt"), "utf8")).toBe("one\ntwo\nthree");
  expect(readFileSync(join(cwd, "made/n/g"), "utf8")).toBe("g");
});

describe("what cannot be", () => {
  const asked = async (...args: readonly string[]): Promise<string> => {
    try {
      await afterRun("app.wasm", parse(args, RUN_OPTIONS).given as RunGiven);
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
    return "";
  };

  test.each([
    [["--try", "nowhere"], "`--try nowhere`: `nowhere` is not a directory"],
    [["--try", "package.json"], "`--try package.json`: `package.json` is not a directory"],
    [["--try", ".."], "`--try ..` lies outside of the working directory: `..::/name` says where the program has it"],
    [["--try", "src::work"], "`--try src::work`: the program's path `work` is not absolute"],
    [["--try", "src::/a/../b"], "`--try src::/a/../b`: the program's path `/a/../b` is not absolute"],
    [["--try", "src::"], "`--try src::` is neither DIR nor DIR::GUEST, such as `.` or `./src::/src`"],
    [["--try", "a::/b::/c"], "`--try a::/b::/c` is neither DIR nor DIR::GUEST, such as `.` or `./src::/src`"],
    [["--try", ""], "`--try` is empty"],
    [["--try", "src", "--dir", "src"], "`--dir` and `--try` exclude each other"],
    [["--try", "src", "--host", "wasmtime"], "`--try` and `--take` ask the component when the program has ended, which only jco lets them"],
    [["--apply"], "`--apply` is about changes of a directory, and there is no `--try`"],
    [["--diff"], "`--diff` is about changes of a directory, and there is no `--try`"],
    [["--force"], "`--force` is about `--take` and `--apply`, and neither is given"],
    [["--force", "--try", "src"], "`--force` is about `--take` and `--apply`, and neither is given"],
    [["--take", "/out"], "`--take /out` is not GUEST=LOCAL, such as `/out=./out`"],
    [["--take", "out=out"], "`--take out=out` is not GUEST=LOCAL, such as `/out=./out`"],
    [["--take", "/out="], "`--take /out=` is not GUEST=LOCAL, such as `/out=./out`"],
    [["--take", "/a/../b=x"], "`--take /a/../b=x`: the path in the guest has `..` in it"],
    [["--take", "/a=x", "--take", "/b=x"], "`--take` writes to `x` twice"],
  ])("%j is an error before anything runs", async (args, message) => {
    expect(await asked(...args)).toBe(message);
  });
});
