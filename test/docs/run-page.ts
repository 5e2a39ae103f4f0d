/**
 * Goes through a page as a reader does, in a folder of its own that has what the page speaks of: writes the files that
 * it shows, runs its commands in a shell, and compares what they print. `UPDATE_DOCS=1` puts what they print into the page.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAIN } from "../cli/wasi-nest.ts";
import { root } from "../hosts/disk-cache.ts";
import { WAC, WAC_MISSING, wacAvailable } from "../hosts/wac.ts";
import { WASMTIME_CLI_MISSING, wasmtimeCli } from "../hosts/wasmtime-cli.ts";
import { INPUTS } from "./inputs.ts";
import { NOT_RUN } from "./not-run.ts";
import { type Command, type Page, replaceOutput, shows } from "./pages.ts";

const MILLISECONDS = 300_000;

/** Such as `wac plug`, which names what a tool does. */
const NAME = /^[\w-]+( [a-z]+)+$/;
const OURS = /^wasi-nest ([a-z]+)$/;

/** All but those of npm, which pages.test.ts looks into, and those that NOT_RUN gives a reason for. */
export const isRun = ({ text }: Command): boolean =>
  !Object.hasOwn(NOT_RUN, text) && !text.startsWith("npm ") && (OURS.test(text) || !NAME.test(text));

/** Pages whose programs take long to build, to compile or to bundle. */
const LONG_PAGES: readonly string[] = [
  ...["adapters", "cookbook", "run", "try"].map((page) => `docs/${page}.md`),
  ...["builds", "read-only", "python", "sqlite", "static-site", "bundler", "files"].map((page) => `docs/guide/${page}.md`),
];

/** What the long suite runs: StarlingMonkey takes minutes, too. */
export const isLong = (page: Page, { text }: Command): boolean =>
  LONG_PAGES.includes(page.name) || (/--adapter '?[^ ]+\.ts/.test(text) && !text.includes("--engine qjs"));

/** All of its commands, or those that are not long. */
export function describePage(page: Page, which: "all" | "short"): void {
  describe(page.name, () => {
    let folder: string;
    let cwd: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "wasi-nest-page-"));
      cwd = join(folder, "project");
      mkdirSync(cwd);
      for (const [file, input] of Object.entries(INPUTS[page.name] ?? {})) {
        if (typeof input === "function") write(join(cwd, file), await input());
        else link(join(cwd, file), join(root, input.link));
      }
      writeScript(join(folder, "bin/wasi-nest"), [process.execPath, "--no-global-search-paths", "--", MAIN]);
      const wasmtime = wasmtimeCli();
      if (wasmtime !== undefined) writeScript(join(folder, "bin/wasmtime"), [wasmtime]);
      // A name alone would find the script itself.
      if (isAbsolute(WAC)) writeScript(join(folder, "bin/wac"), [WAC]);
    }, MILLISECONDS);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const files = page.blocks.filter(({ file }) => file !== "");
    const writeUpTo = (line: number): void => {
      while ((files[0]?.line ?? line) < line) {
        const { file = "", text = "" } = files.shift() ?? {};
        write(join(cwd, file), text);
      }
    };
    const cases = page.commands
      .filter((command) => isRun(command) && (which === "all" || !isLong(page, command)))
      .map((command) => [`line ${command.line}: ${command.text}`, command] as const);
    test.for(cases)("%s", { timeout: MILLISECONDS }, ([, command], { skip }) => {
      skip(/\b(wac|plugged|composed) |(plugged|composed)\.wasm$/.test(command.text) && !wacAvailable(), WAC_MISSING);
      skip(command.text.startsWith("wasmtime ") && wasmtimeCli() === undefined, WASMTIME_CLI_MISSING);
      writeUpTo(command.line);
      // What names one of our commands promises that there is one.
      const line = OURS.test(command.text) ? `${command.text} --help` : command.text;
      const { code, printed } = run(line, cwd, join(folder, "bin"));
      const isFailure = /^wasi-nest: /m.test(command.output);
      expect(code, printed).toBe(isFailure ? 1 : 0);
      if (command.output === "" || shows(command.output, printed)) return;
      if (process.env["UPDATE_DOCS"] === undefined) expect(printed).toBe(command.output);
      else replaceOutput(page, command, printed);
    });
  });
}

/** Both of its outputs are one, as in a terminal. */
function run(line: string, cwd: string, bin: string): { readonly code: number | null; readonly printed: string } {
  const env = { PATH: [bin, process.env["PATH"]].join(delimiter), XDG_CACHE_HOME: join(root, ".cache") };
  const { status, stdout } = spawnSync("sh", ["-c", `exec 2>&1\n${line}`], { cwd, env, encoding: "utf8", maxBuffer: 1 << 26 });
  return { code: status, printed: stdout };
}

function write(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function writeScript(path: string, command: readonly string[]): void {
  write(path, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  chmodSync(path, 0o755);
}
