/** What docs/guide/browser.md shows does in a page what it says, built by Vite and run by Node in the place of a browser. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "vite";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../cli/wasi-nest.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { root } from "../hosts/disk-cache.ts";
import { page } from "./pages.ts";

const { blocks } = page("docs/guide/browser.md");

test("a page that is built shows what its program and the one that it virtualizes itself have printed", { timeout: 120_000 }, async () => {
  const cwd = temporaryDirectory();
  const app = await adaptCommand(await cProgram("hello"));
  const files = blocks.flatMap(({ file, text }): readonly (readonly [string, string | Uint8Array])[] =>
    file === "" ? [] : [[file, text]],
  );
  for (const [file, contents] of [...files, ["app.wasm", app], ["public/app.wasm", app]] as const) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), contents);
  }
  const links = { "wasi-nest": ".", "@bytecodealliance": "node_modules/@bytecodealliance" };
  mkdirSync(join(cwd, "node_modules"));
  for (const [name, target] of Object.entries(links)) symlinkSync(join(root, target), join(cwd, "node_modules", name));
  await build({ root: cwd, logLevel: "silent" });
  const script = readdirSync(join(cwd, "dist/assets")).find((file) => /^index.*\.js$/.test(file)) ?? "";
  const args = [join(root, "test/docs/as-browser.mjs"), join(cwd, "dist/assets", script)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const shown = (path: string, text: string): string => `arg 0: app\narg 1: ${path}\ncwd /\nfile ${path}:\n${text}\n`;
  // The script is one long line, which comes before an error.
  expect(stderr.split("\n").slice(-9)).toEqual([""]);
  expect(stdout).toBe(shown("/work/in.txt", "hello from the page") + shown("/data/in.txt", "hello again"));
});
