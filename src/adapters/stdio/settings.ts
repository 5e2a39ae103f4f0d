/** What the options of the standard streams come to. */
import { isStreamFile, type StreamFile, type StreamFiles } from "./stream-files.ts";

export type StreamPolicy = "allow" | "ignore" | "deny";

export interface StdioOptions {
  /** Bytes become the input, or a mounted file. "ignore" is at its end at once. "deny" by default. */
  readonly stdin?: StreamPolicy | Uint8Array | StreamFile;
  /** "ignore" accepts and drops everything, "deny" (the default) is closed; a file is empty at first. */
  readonly stdout?: StreamPolicy | StreamFile;
  readonly stderr?: StreamPolicy | StreamFile;
}

export type StdioSettings = { readonly [Name in keyof Required<StdioOptions>]: NonNullable<StdioOptions[Name]> };

/** The stream that an interface gives. */
export const STREAMS = { "wasi:cli/stdin": "stdin", "wasi:cli/stdout": "stdout", "wasi:cli/stderr": "stderr" } as const;

export const isStream = (base: string): base is keyof typeof STREAMS => Object.hasOwn(STREAMS, base);

export function stdioSettings({ stdin, stdout, stderr }: StdioOptions, all: boolean): StdioSettings {
  const other = all ? "allow" : "deny";
  return { stdin: stdin ?? other, stdout: stdout ?? other, stderr: stderr ?? other };
}

/** A standard stream that is denied by its interface's name is a denied stream. */
export function withDeniedStreams(settings: StdioSettings, isDeniedByName: (base: string) => boolean): StdioSettings {
  const denied = Object.entries(STREAMS).flatMap(([base, stream]) => (isDeniedByName(base) ? [[stream, "deny"] as const] : []));
  return { ...settings, ...Object.fromEntries(denied) };
}

export function streamFilesOf({ stdin, stdout, stderr }: StdioOptions): StreamFiles {
  return {
    ...(isStreamFile(stdin) && { stdin: stdin.file }),
    ...(isStreamFile(stdout) && { stdout: stdout.file }),
    ...(isStreamFile(stderr) && { stderr: stderr.file }),
  };
}
