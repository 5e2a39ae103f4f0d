/** What the options of the standard streams come to. */
import { OptionError } from "../../errors.ts";
import { type AlteredOutput, checkAltered } from "./altered-outputs.ts";
import { isStreamFile, type StreamFile, type StreamFiles } from "./stream-files.ts";

export type StreamPolicy = "allow" | "ignore" | "deny";

export interface StdioOptions {
  /** Bytes become the input, or a mounted file. "ignore" is at its end at once. "deny" by default. */
  readonly stdin?: StreamPolicy | Uint8Array | StreamFile;
  /** "ignore" accepts and drops everything, "deny" (the default) is closed; a file is empty at first; what is altered is the host's. */
  readonly stdout?: Output;
  /** Likewise, or "to-stdout": what is written goes where standard output goes. */
  readonly stderr?: Output | "to-stdout";
}

type Output = StreamPolicy | StreamFile | AlteredOutput;

export type StdioSettings = { readonly [Name in keyof Required<StdioOptions>]: NonNullable<StdioOptions[Name]> };

export const isAltered = (stream: Output | "to-stdout" | Uint8Array | undefined): stream is AlteredOutput =>
  typeof stream === "object" && !(stream instanceof Uint8Array) && !isStreamFile(stream);

/** Whether a stream is the host's, altered or not. */
export const reachesHost = (stream: StdioSettings[keyof StdioSettings]): boolean =>
  stream === "allow" || stream === "to-stdout" || isAltered(stream);

/** The stream that an interface gives. */
export const STREAMS = { "wasi:cli/stdin": "stdin", "wasi:cli/stdout": "stdout", "wasi:cli/stderr": "stderr" } as const;

export const isStream = (base: string): base is keyof typeof STREAMS => Object.hasOwn(STREAMS, base);

/** @throws OptionError for what alters nothing, and for standard error that would go to a closed output */
export function stdioSettings({ stdin, stdout, stderr }: StdioOptions, all: boolean): StdioSettings {
  const other = all ? "allow" : "deny";
  if (isAltered(stdout)) checkAltered("stdout", stdout);
  if (isAltered(stderr)) checkAltered("stderr", stderr);
  if (stderr === "to-stdout" && (stdout ?? other) === "deny")
    throw new OptionError("stderr", "standard error is to go to standard output, which is denied");
  return { stdin: stdin ?? other, stdout: stdout ?? other, stderr: stderr ?? other };
}

/**
 * A standard stream that is denied by its interface's name is a denied stream. Standard error that goes to standard output is what
 * that is, but for the host's: then it stays `to-stdout`.
 */
export function withDeniedStreams(settings: StdioSettings, isDeniedByName: (base: string) => boolean): StdioSettings {
  const denied = Object.entries(STREAMS).flatMap(([base, stream]) => (isDeniedByName(base) ? [[stream, "deny"] as const] : []));
  const { stdout, stderr, ...rest } = { ...settings, ...(Object.fromEntries(denied) as Partial<StdioSettings>) }; // by their names
  return { ...rest, stdout, stderr: stderr === "to-stdout" && stdout !== "allow" ? stdout : stderr };
}

export function streamFilesOf({ stdin, stdout, stderr }: StdioOptions): StreamFiles {
  return {
    ...(isStreamFile(stdin) && { stdin: stdin.file }),
    ...(isStreamFile(stdout) && { stdout: stdout.file }),
    ...(isStreamFile(stderr) && { stderr: stderr.file }),
  };
}
