/** What is compared, and the reference: directories of this machine, as Linux gives them to the interpreter compiled for it. */

import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { cached } from "../guests/cached.ts";
import { runChild } from "../hosts/outcome.ts";

export interface FileSystem {
  readonly name: string;
  /** What the interpreter prints when it does a script. */
  readonly run: (script: string, verbose?: boolean) => Promise<string>;
}

const SOURCE = path.join(import.meta.dirname, "../guests/c/operations");
/** The first is in memory and fast. */
const PARENTS = ["/dev/shm", tmpdir()];
export const TIMEOUT_MILLISECONDS = 600_000;

/** Why tests are skipped where there is no reference. */
export const COMPILER_MISSING = "needs Linux, its C compiler `cc` and /dev/shm for the reference";

const deviceOf = (directory: string): number | undefined => statSync(directory, { throwIfNoEntry: false })?.dev;

export function referenceAvailable(): boolean {
  return process.platform === "linux" && spawnSync("cc", ["--version"]).status === 0 && new Set(PARENTS.map(deviceOf)).size === 2;
}

/** Directories of two file systems, deep enough that no `..` of a script leads out of what is removed. */
export async function inDirectories<T>(use: (directories: readonly string[]) => Promise<T>): Promise<T> {
  const folders = await Promise.all(PARENTS.map((parent) => mkdtemp(path.join(parent, "wasi-nest-differential-"))));
  try {
    const directories = folders.map((folder) => path.join(folder, "1/2/3/4"));
    for (const directory of directories) await mkdir(directory, { recursive: true });
    return await use(directories);
  } finally {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }
}

/** The interpreter's words. */
export const wordsOf = (populate: boolean, verbose: boolean): readonly string[] => [
  ...(populate ? ["populate"] : []),
  ...(verbose ? ["verbose"] : []),
];

/** The interpreter's source by file name. */
export async function sources(): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(SOURCE)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(path.join(SOURCE, name), "utf8")] as const)));
}

/** The reference. */
export async function linux(): Promise<FileSystem> {
  const files = await sources();
  const program = await cached("operations-native", [execFileSync("cc", ["--version"]), JSON.stringify(files)], () =>
    inDirectories(async ([, directory = ""]) => {
      const output = path.join(directory, "program");
      const compiled = Object.keys(files).filter((name) => name.endsWith(".c"));
      execFileSync("cc", ["-O1", "-D_GNU_SOURCE", "-o", output, ...compiled], { cwd: SOURCE });
      return readFile(output);
    }),
  );
  return {
    name: "Linux",
    run: (script, verbose = false) =>
      inDirectories(async (directories) => {
        const file = path.join(directories.at(-1) ?? "", "../program");
        await writeFile(`${file}.bytes`, program);
        // Had we written it ourselves, a child that is being started meanwhile could hold it open: ETXTBSY.
        execFileSync("install", ["-m", "755", `${file}.bytes`, file]);
        const { stdout, stderr, exitCode, ending } = await runChild(file, [...directories, ...wordsOf(true, verbose)], {
          stdin: script,
          timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        });
        if (exitCode !== 0) throw new Error(`the reference ${ending}: ${stderr.toString()}`);
        return stdout.toString();
      }),
  };
}
