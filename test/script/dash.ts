/**
 * dash, a shell that is POSIX and little more: many scripts in one process of a driver, each in a folder of its own.
 * It is what WASI_NEST_DASH names, or else `dash` on the PATH.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a test that is skipped for want of it says. */
export const DASH_MISSING = "needs dash, the shell: apt-get install dash, or set WASI_NEST_DASH";

export const DASH: string = process.env["WASI_NEST_DASH"] ?? "dash";
let found: boolean | undefined;

/** Whether there is one that starts; found out once. */
export function dashAvailable(): boolean {
  found ??= spawnSync(DASH, ["-c", "exit 7"]).status === 7;
  return found;
}

/** Which of the scripts dash refuses before it runs anything. */
export function refusedByDash(scripts: readonly string[]): ReadonlySet<string> {
  return inFolder((folder) => {
    scripts.forEach((script, i) => writeFileSync(join(folder, String(i)), script));
    const driver = `i=0; while [ -e "$i" ]; do "$0" -n "$i" 2>/dev/null || echo "$i"; i=$((i + 1)); done`;
    return new Set(
      run(["-c", driver, DASH], folder)
        .split("\n")
        .flatMap((line) => (line === "" ? [] : (scripts[Number(line)] ?? []))),
    );
  });
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Each script with these files around it and `stdin`. Every program of `programs` is `source`, a script of dash's own, by
 * another name. What dash says of itself is left out.
 */
export function runOnDash(scripts: readonly string[], { files, stdin, programs, source }: RunOptions): readonly Ran[] {
  return inFolder((folder) => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(join(folder, "source"), `#!${which()}\n${source}`, { mode: 0o755 });
    for (const program of new Set(programs)) symlinkSync("../source", join(bin, program));
    writeFileSync(join(folder, "stdin"), stdin);
    for (const [i, script] of scripts.entries()) {
      mkdirSync(join(folder, `${i}.files`));
      for (const [name, text] of files) writeFileSync(join(folder, `${i}.files`, name), text);
      writeFileSync(join(folder, `${i}.script`), script);
    }
    const driver = `PATH=$PWD/bin; i=0
      while [ -e "$i.script" ]; do
        (cd "$i.files" && "$0" "../$i.script" <../stdin >"../$i.stdout" 2>"../$i.stderr"; echo "$?" >"../$i.status")
        i=$((i + 1))
      done`;
    run(["-c", driver, which()], folder);
    return scripts.map((_, i) => {
      const text = (name: string): string => withoutShell(readFileSync(join(folder, name), "utf8"));
      const left = readdirSync(join(folder, `${i}.files`)).map((name) => [name, text(join(`${i}.files`, name))] as const);
      return { status: Number(text(`${i}.status`)), stdout: text(`${i}.stdout`), stderr: text(`${i}.stderr`), files: new Map(left) };
    });
  });
}

export interface RunOptions {
  readonly files: ReadonlyMap<string, string>;
  readonly stdin: string;
  readonly programs: readonly string[];
  readonly source: string;
}

/**
 * `../3.script: 1: cannot open nowhere: No such file`. dash writes that in three pieces: where stages run at once, anything may stand
 * between them. What is left of it is then an empty line.
 */
const withoutShell = (text: string): string =>
  text
    .replace(/\.\.\/\d+\.script: \d+: /g, "")
    .replace(/^cannot (open|create) .*: (No such file|Directory nonexistent)\n/gm, "")
    .replace(/cannot (open|create) [^\n]*?: (No such file|Directory nonexistent)/g, "");

function which(): string {
  if (DASH.includes("/")) return DASH;
  const folder = (process.env["PATH"] ?? "").split(":").find((each) => existsSync(join(each, DASH)));
  return join(folder ?? "", DASH);
}

function run(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(DASH, args, { cwd, encoding: "utf8", env: { LC_ALL: "C", PATH: process.env["PATH"] } });
  if (status !== 0) throw new Error(`dash ended with ${status}: ${stderr}`);
  return stdout;
}

function inFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "wasi-nest-dash-"));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
