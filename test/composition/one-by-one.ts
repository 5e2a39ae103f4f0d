/** A script in dash, whose programs are the same WebAssembly modules, each run by itself by Wasmtime's command. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { wasmtimeArguments, wasmtimeCli } from "../hosts/wasmtime-cli.ts";

interface Around {
  readonly programs: ReadonlyMap<string, Uint8Array>;
  /** Files of the folder that is the root of all programs, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Directories of this machine, by their paths for the programs. */
  readonly directories?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** `shell` and Wasmtime's command are there. */
export async function oneByOne(script: string, shell: string, { programs, files, env = {}, directories = {} }: Around): Promise<Ended> {
  const folder = mkdtempSync(path.join(tmpdir(), "wasi-nest-one-by-one-"));
  try {
    const [bin, root] = [path.join(folder, "bin"), path.join(folder, "root")];
    for (const each of [bin, root]) mkdirSync(each);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    for (const [name, module] of programs) {
      const file = path.join(folder, `${name}.wasm`);
      writeFileSync(file, module);
      const args = [
        ...(await wasmtimeArguments("run", module)),
        ...Object.entries(env).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]),
        ...Object.entries({ "/": root, ...directories }).flatMap(([guest, host]) => ["--dir", `${host}::${guest}`]),
        ...["--argv0", name, file],
      ];
      const words = [wasmtimeCli() ?? "", ...args].map((word) => `'${word}'`).join(" ");
      writeFileSync(path.join(bin, name), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    }
    const found = spawnSync(shell, ["-c", script], { cwd: root, env: { PATH: `${bin}:/usr/bin:/bin` }, maxBuffer: 1 << 28 });
    // What the shell says of itself begins with its name and the line.
    const stderr = found.stderr.toString().replaceAll(/^\S*dash: \d+: /gm, "");
    return { stdout: found.stdout.toString(), stderr, exitCode: found.status };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
