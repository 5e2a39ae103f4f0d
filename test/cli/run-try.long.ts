/** `run --try` and `run --take` where programs fail, and where nothing may be written. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
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

test("applies it if that is asked for, and nothing after a trap", () => {
  const cwd = project();
  const run = (input: string): ReturnType<typeof wasiNest> => wasiNest(["run", "app.wasm", "--try", ".::/work", "--apply"], { cwd, input });
  const trapped = run("rm /work/src/a.txt\ntrap\n");
  expect(trapped.code).toBe(1);
  expect(trapped.stderr).toMatch(
    /^changes in \.:\nD src\/a\.txt\nnone of it was applied: the program was stopped\nwasi-nest: the component trapped: /,
  );
  expect(run("rm /work/src/a.txt\nmkdir /work/n\n")).toMatchObject({
    code: 0,
    stderr: "changes in .:\nA n/\nD src/a.txt\napplied 2 changes to .\n",
  });
  expect(readdirSync(cwd)).toEqual(["app.wasm", "n", "src"]);
  expect(readdirSync(join(cwd, "src"))).toEqual(["b.bin"]);
  expect(run("")).toMatchObject({ code: 0, stderr: "no changes in .\n" });
});

test("takes out what a program has made, and its exit code is the program's", async () => {
  const cwd = project();
  writeFileSync(join(cwd, "hello.wasm"), await cProgram("hello"));
  const take = ["--take", "/out=made", "--tmpfs", "/out"];
  expect(wasiNest(["run", "app.wasm", ...take], { cwd, input: "mkdir /out/n\nwrite /out/n/f text\nsymlink n /out/l\n" })).toEqual({
    ...{ code: 0, stdout: "" },
    stderr: "warning: `/out/l` is a symbolic link, and is left out\nwrote 2 entries to made\n",
  });
  expect(readFileSync(join(cwd, "made/n/f"), "utf8")).toBe("text");
  // The program does not begin where its files would go nowhere.
  expect(wasiNest(["run", "hello.wasm", ...take], { cwd })).toEqual({
    ...{ code: 1, stdout: "" },
    stderr: "wasi-nest: `made` is not empty\n  `--force` writes there, and replaces files\n",
  });
  const failing = wasiNest(["run", "hello.wasm", "--stdio", "ignore", ...take, "--force", "--", "exit=7"], { cwd });
  expect(failing).toMatchObject({ code: 7, stderr: "wrote 0 entries to made\n" });
  expect(wasiNest(["run", "hello.wasm", "--take", "/out=other"], { cwd })).toEqual({
    ...{ code: 1, stdout: "" },
    stderr:
      "wasi-nest: `hello.wasm` exports no files to take\n  make it with `--export-files`, or give `run` a directory in memory, such as `--tmpfs /out`\n",
  });
});
