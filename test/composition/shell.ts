/** Scripts as text for a shell of this machine, and what that makes of them with test/guests/c/stage.c compiled for this machine. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Command, Redirection, Script } from "../../src/index.ts";

export const SHELL_MISSING = "needs dash and a C compiler (cc)";

/** What a script came to. */
export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** What is in each file. */
  readonly files?: Readonly<Record<string, string>>;
}

const STAGE = path.join(import.meta.dirname, "../guests/c/stage.c");
let folder: string | undefined;

export function shellAvailable(): boolean {
  return isThere("dash", ["-c", ":"]) && isThere("cc", ["--version"]);
}

const isThere = (command: string, args: readonly string[]): boolean => spawnSync(command, args).status === 0;

/** The folder with the program. */
function programs(): string {
  if (folder === undefined) {
    const made = mkdtempSync(path.join(tmpdir(), "wasi-nest-stage-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    execFileSync("cc", ["-O1", "-o", path.join(made, "stage"), STAGE]);
    folder = made;
  }
  return folder;
}

/** What a shell does with a script, in an empty folder. */
export function inShell(script: Script, { stdin = "", shell = ["dash"] }: { stdin?: string; shell?: readonly string[] } = {}): Ending {
  const place = mkdtempSync(path.join(programs(), "run-"));
  const [command = "", ...args] = shell;
  const found = spawnSync(command, [...args, "-c", textOf(script)], {
    cwd: place,
    input: stdin,
    env: { PATH: `${programs()}:/usr/bin:/bin` },
  });
  const files = Object.fromEntries(readdirSync(place).map((file) => [file, withoutPlace(readFileSync(path.join(place, file)))]));
  rmSync(place, { recursive: true });
  return { stdout: withoutPlace(found.stdout), stderr: withoutPlace(found.stderr), exitCode: found.status ?? 255, files };
}

/** Messages of the shell without its name and the line. */
const withoutPlace = (bytes: Buffer): string => bytes.toString("latin1").replaceAll(/^dash: \d+: (?=cannot )/gm, "");

const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The script as a shell reads it. */
export function textOf(script: Script): string {
  switch (script.kind) {
    case "command":
      return commandText(script);
    case "group":
      return ["(", textOf(script.body), ")", ...script.redirections.map(redirectionText)].join(" ");
    case "pipe":
      return script.stages.map((each) => inner(each, ["command", "group"])).join(" | ");
    case "and":
    case "or":
      return `${inner(script.left, ["command", "group", "pipe", "and", "or"])} ${script.kind === "and" ? "&&" : "||"} ${inner(script.right, ["command", "group", "pipe"])}`;
    case "sequence":
      return `${textOf(script.left)}; ${inner(script.right, ["command", "group", "pipe", "and", "or"])}`;
  }
}

const inner = (script: Script, kinds: readonly Script["kind"][]): string =>
  kinds.includes(script.kind) ? textOf(script) : `( ${textOf(script)} )`;

function commandText({ program, args, env, redirections }: Command): string {
  const variables = env.map(([name, value]) => `${name}=${quoted(value)}`);
  return [...variables, ...[program, ...args].map(quoted), ...redirections.map(redirectionText)].join(" ");
}

function redirectionText(redirection: Redirection): string {
  if (redirection.kind === "input") return `< ${quoted(redirection.path)}`;
  const from = redirection.from === "stdout" ? "1" : "2";
  if (redirection.kind === "duplicate") return `${from}>&${redirection.to === "stdout" ? "1" : "2"}`;
  return `${from}${redirection.kind === "append" ? ">>" : ">"} ${quoted(redirection.path)}`;
}
