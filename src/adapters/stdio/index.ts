/** `wasi:cli/stdin`, `stdout` and `stderr`: the host's, embedded, files, dropped or closed. They are streams, which io makes. */
import { bytes, either, record, text, word } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isCount, isOneOf } from "../checks.ts";
import { isHarmless } from "../../component/callables.ts";
import type { Check, Given, Machine } from "../option-table.ts";
import { bytesText } from "../../amounts.ts";
import { isStream, type StdioOptions, stdioSettings, type StreamPolicy, STREAMS, withDeniedStreams } from "./settings.ts";
import { isStreamFile, type StreamFile } from "./stream-files.ts";

const POLICIES = ["allow", "ignore", "deny"] as const;
const PREFIX = "file:";

const FLAGS = {
  stdin: {
    type: "string",
    elsewhere: { "allow-stdin": "stdin allow" },
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    behind: "PATH",
    excludes: ["stdin-file", "stdin-text"],
    describe:
      "The host's input (allow), an empty input (ignore), a closed one (deny), or a mounted file, file:PATH, by its path in the guest",
  },
  stdout: {
    type: "string",
    elsewhere: { "allow-stdout": "stdout allow" },
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    behind: "PATH",
    describe: "The host's output (allow), an output that drops everything (ignore), a closed one (deny), or a file in memory, file:PATH",
  },
  stderr: {
    type: "string",
    choices: ["allow", "ignore", "deny"],
    prefix: "file:",
    behind: "PATH",
    elsewhere: { "allow-stderr": "stderr allow" },
    describe: "Standard error, as --stdout",
  },
  stdio: {
    type: "string",
    choices: ["allow", "ignore", "deny"],
    elsewhere: { "allow-stdio": "stdio allow" },
    describe: "All three streams; an option for one of them has precedence",
  },
  "stdin-file": { type: "string", file: "whole", excludes: ["stdin-text"], describe: "A file to embed as the input" },
  "stdin-text": { type: "string", anyValue: true, describe: "A text to embed as the input" },
} as const;

export type Flags = Given<typeof FLAGS>;

/** What outputs tell of it: the number of embedded bytes, or a word. */
export interface StdioPolicy {
  readonly stdin?: "allow" | "ignore" | number | `file:${string}`;
  readonly stdout?: "allow" | "ignore" | `file:${string}`;
  readonly stderr?: "allow" | "ignore" | `file:${string}`;
}

const streamFile = record<StreamFile>({ file: text }, "file");
const output = either("`allow`, `ignore`, `deny` or an object with a `file`", (value) =>
  typeof value === "string" ? word(...POLICIES) : typeof value === "object" ? streamFile : undefined,
);
const input = either("`allow`, `ignore`, `deny`, a Uint8Array or an object with a `file`", (value) =>
  value instanceof Uint8Array ? bytes : typeof value === "string" ? word(...POLICIES) : typeof value === "object" ? streamFile : undefined,
);

const streamOf = (name: "stdin" | "stdout" | "stderr", given: Flags): StreamPolicy | StreamFile | undefined => {
  const value = given[name] ?? given.stdio;
  return value?.startsWith(PREFIX) === true ? { file: value.slice(PREFIX.length) } : (value as StreamPolicy | undefined); // what is left
};

function inputOf(given: Flags, machine: Machine): NonNullable<StdioOptions["stdin"]> | undefined {
  if (given["stdin-file"] !== undefined) return machine.bytes(given["stdin-file"]);
  return given["stdin-text"] === undefined ? streamOf("stdin", given) : new TextEncoder().encode(given["stdin-text"]);
}

const recordedStream = (stream: StreamPolicy | Uint8Array | StreamFile): string | number | undefined =>
  stream instanceof Uint8Array ? stream.length : isStreamFile(stream) ? `${PREFIX}${stream.file}` : stream === "deny" ? undefined : stream;
const isRecorded: Check = (value) => isOneOf("allow", "ignore")(value) || (typeof value === "string" && value.startsWith(PREFIX));

const ROW = "standard streams";
/** What those of 0.3 share. */
const TYPES = "wasi:cli/types";

export const stdio: AdapterModule<StdioOptions> = {
  name: "stdio",
  interfaces: { ...STREAMS, [TYPES]: "other" },
  heading: "Standard streams (denied by default):",
  flags: FLAGS,
  options: {
    stdin: {
      shape: input,
      type: '"allow" | "ignore" | "deny" | Uint8Array | StreamFile',
      meaning: "bytes or a mounted file as the input; an ignored input is empty",
      flag: "stdin",
      read: inputOf,
      readme: [[ROW, "virtualize", "`ignore`, `file:PATH`, `--stdin-text`"]],
    },
    stdout: {
      shape: output,
      type: '"allow" | "ignore" | "deny" | StreamFile',
      meaning: "an ignored output drops everything; a denied one is closed; a file begins empty",
      flag: "stdout",
      read: (given: Flags) => streamOf("stdout", given),
      readme: [[ROW, "allow", "`--stdin`, `--stdout`, `--stderr`, `--stdio` `allow`"]],
    },
    stderr: {
      shape: output,
      type: '"allow" | "ignore" | "deny" | StreamFile',
      meaning: "likewise",
      flag: "stderr",
      read: (given: Flags) => streamOf("stderr", given),
    },
  },
  readme: [{ row: ROW, denied: "closed" }],
  allowing: (base) => ({ flags: `--${isStream(base) ? STREAMS[base] : "stdio"} allow` }),
  stopOf(has, given: Flags) {
    const isSilent = [given.stdout, given.stderr].every((stream) => (stream ?? given.stdio ?? "deny") === "deny");
    return isSilent && has("wasi:cli/stdout", "virtualized", "denied")
      ? "output is denied: what the program prints is lost; `--stdout allow` lets it through"
      : undefined;
  },
  decidesDenied: true,
  recorded: {
    checks: { stdin: (value) => isCount(value) || isRecorded(value), stdout: isRecorded, stderr: isRecorded },
    shown: ({ stdin, stdout, stderr }: StdioPolicy) => [
      ...(stdin === undefined ? [] : [["stdin", typeof stdin === "number" ? `${bytesText(stdin)} embedded` : stdin] as const]),
      ...(stdout === undefined ? [] : [["stdout", stdout] as const]),
      ...(stderr === undefined ? [] : [["stderr", stderr] as const]),
    ],
  },
  configure(options, { allowAll }) {
    const settings = stdioSettings(options, allowAll);
    const policyOf = (base: string, { stdin, stdout, stderr } = settings): StreamPolicy | Uint8Array | StreamFile =>
      isStream(base) ? { stdin, stdout, stderr }[STREAMS[base]] : "deny";
    return {
      // A denied stream is a closed one, which is the adapter's, unless it is to trap.
      decide: ({ base, item, denial, isDeniedByName }) =>
        base === TYPES
          ? isHarmless(item)
            ? undefined
            : "deny"
          : policyOf(base, withDeniedStreams(settings, isDeniedByName)) === "deny" && denial === "trap"
            ? "deny"
            : undefined,
      isHosts: (base) => policyOf(base) === "allow",
      recorded: {
        stdin: recordedStream(settings.stdin),
        stdout: recordedStream(settings.stdout),
        stderr: recordedStream(settings.stderr),
      },
    };
  },
};
