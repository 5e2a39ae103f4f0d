/**
 * Wasmtime's command, which runs and serves components in a process of its own. It reads the component from a file that only we can
 * read, and that is gone when it ends.
 */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { lookup } from "node:dns/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { InputError } from "./input-error.ts";
import { inTemporaryFolder } from "./temporary.ts";

const COMMAND = "wasmtime";

export interface WasmtimeOptions {
  /** Host directories by their path in the guest. */
  readonly directories: Readonly<Record<string, string>>;
}

/** What a component may ask for has been said when it was virtualized: so the host has all, as this process has. */
const HOST = ["cli", "http", "config", "inherit-env", "inherit-network", "allow-ip-name-lookup", "cli-exit-with-code"];

/**
 * `args` are the program's, without its name.
 * @returns the exit code
 * @throws InputError where the command is not there
 */
export const runOnWasmtime = (
  component: Uint8Array,
  {
    args,
    arg0,
    invoke,
    ...options
  }: WasmtimeOptions & { readonly args: readonly string[]; readonly arg0: string; readonly invoke?: string | undefined },
): Promise<number> =>
  wasmtime(component, (file) => [
    ...["run", ...flagsOf(options), "--argv0", arg0],
    ...(invoke === undefined ? [] : ["--invoke", invoke]),
    ...[file, ...args],
  ]);

/**
 * It prints its address by itself.
 * @throws InputError where the command is not there, and for a name that is not known
 */
export async function serveOnWasmtime(
  component: Uint8Array,
  { hostname, port, ...options }: WasmtimeOptions & { readonly hostname: string; readonly port: number },
): Promise<number> {
  const { address, family } = await lookup(hostname).catch(() => {
    throw new InputError([`nothing can listen on \`${hostname}\`: the name is not known`]);
  });
  const to = `${family === 6 ? `[${address}]` : address}:${port}`;
  return wasmtime(component, (file) => ["serve", "--addr", to, ...flagsOf(options), file]);
}

const flagsOf = ({ directories }: WasmtimeOptions): readonly string[] => [
  ...HOST.flatMap((each) => ["-S", each]),
  ...Object.entries(directories).flatMap(([guest, host]) => ["--dir", `${host}::${guest}`]),
];

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that ends us ends it first: then nothing stays behind. */
const wasmtime = (component: Uint8Array, argsOf: (file: string) => readonly string[]): Promise<number> =>
  inTemporaryFolder(async (folder) => {
    const file = join(folder, "component.wasm");
    await writeFile(file, component, { mode: 0o600 });
    return new Promise<number>((resolve, reject) => {
      const child = spawn(COMMAND, argsOf(file), { stdio: "inherit" });
      const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
      for (const signal of SIGNALS) process.on(signal, pass);
      const over = (): void => {
        for (const signal of SIGNALS) process.off(signal, pass);
      };
      child.once("error", (cause: NodeJS.ErrnoException) => {
        over();
        reject(
          cause.code === "ENOENT"
            ? new InputError(
                ["`--host wasmtime` needs Wasmtime's command, and there is no `wasmtime` on the PATH"],
                "https://wasmtime.dev has it",
              )
            : new InputError([`\`wasmtime\` cannot be started: ${cause.code ?? cause.message}`]),
        );
      });
      child.once("exit", (code, signal) => {
        over();
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
      });
    });
  });
