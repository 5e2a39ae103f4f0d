/** `wasi:cli/stdin`, `stdout` and `stderr`: the host's, embedded, files, dropped or closed. They are streams, which io makes. */
import { bytes, either, isPlain, record, type Shape, text, word } from "../../shapes.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { isCount, isOneOf } from "../checks.ts";
import { isHarmless } from "../../component/callables.ts";
import type { Check, Given, Machine } from "../option-table.ts";
import { bytesText } from "../../amounts.ts";
import { alteredOf, alteredOutput, type AlteredOutput, alteredText, isAlteredText } from "./altered-outputs.ts";
import {
  isAltered,
  isStream,
  type StdioOptions,
  type StdioSettings,
  stdioSettings,
  type StreamPolicy,
  STREAMS,
  withDeniedStreams,
} from "./settings.ts";
import { isStreamFile, type StreamFile } from "./stream-files.ts";

type Stream = StdioSettings[keyof StdioSettings];

const POLICIES = ["allow", "ignore", "deny"] as const;
const PREFIX = "file:";

const FLAGS = {
  stdin: {
    type: "string",
    bare: "allow",
    elsewhere: { "allow-stdin": "stdin allow" },
    choices: ["allow", "ignore", "deny"],
    prefixes: { "file:": "PATH" },
    excludes: ["stdin-file", "stdin-text"],
    describe:
      "The host's input (allow), an empty input (ignore), a closed one (deny), or a mounted file, file:PATH, by its path in the guest",
  },
  stdout: {
    type: "string",
    bare: "allow",
    elsewhere: { "allow-stdout": "stdout allow" },
    choices: ["allow", "ignore", "deny"],
    prefixes: { "file:": "PATH", "prefix:": "TEXT", "limit:": "SIZE[,prefix:TEXT]" },
    describe:
      "The host's output (allow), also with a text before each line (prefix:TEXT) or closed behind so many bytes (limit:1M); an output that drops everything (ignore), a closed one (deny), or a file in memory, file:PATH",
  },
  stderr: {
    type: "string",
    bare: "allow",
    choices: ["allow", "ignore", "deny", "to-stdout"],
    prefixes: { "file:": "PATH", "prefix:": "TEXT", "limit:": "SIZE[,prefix:TEXT]" },
    elsewhere: { "allow-stderr": "stderr allow" },
    describe: "Standard error, as --stdout, or wherever standard output goes (to-stdout)",
  },
  stdio: {
    type: "string",
    bare: "allow",
    choices: ["allow", "ignore", "deny"],
    describe: "All three streams; an option for one of them has precedence",
  },
  "allow-stdio": {
    type: "boolean",
    means: { flag: "stdio", yes: "allow", no: "deny" },
    describe: "The same as --stdio allow; with =false, as --stdio deny",
  },
  "stdin-file": { type: "string", file: "whole", excludes: ["stdin-text"], describe: "A file to embed as the input" },
  "stdin-text": { type: "string", anyValue: true, describe: "A text to embed as the input" },
} as const;

export type Flags = Given<typeof FLAGS>;

type OutputText = `file:${string}` | `prefix:${string}` | `limit:${string}`;

/** What outputs tell of it: the number of embedded bytes, or a word. */
export interface StdioPolicy {
  readonly stdin?: "allow" | "ignore" | number | `file:${string}`;
  readonly stdout?: "allow" | "ignore" | OutputText;
  readonly stderr?: "allow" | "ignore" | "to-stdout" | OutputText;
}

const streamFile = record<StreamFile>({ file: text }, "file");
const outputOf = (wanted: string, ...more: readonly string[]): Shape =>
  either(`${wanted} or an object with a \`file\``, (value) => {
    if (typeof value === "string") return word(...POLICIES, ...more);
    return typeof value !== "object" ? undefined : isPlain(value) && ("prefix" in value || "limit" in value) ? alteredOutput : streamFile;
  });
const input = either("`allow`, `ignore`, `deny`, a Uint8Array or an object with a `file`", (value) =>
  value instanceof Uint8Array ? bytes : typeof value === "string" ? word(...POLICIES) : typeof value === "object" ? streamFile : undefined,
);

const streamOf = (name: "stdin" | "stdout" | "stderr", given: Flags): StreamPolicy | StreamFile | undefined => {
  const value = given[name] ?? given.stdio;
  return value?.startsWith(PREFIX) === true ? { file: value.slice(PREFIX.length) } : (value as StreamPolicy | undefined); // what is left
};

const alteredOr = (name: "stdout" | "stderr", given: Flags): AlteredOutput | undefined => alteredOf(name, given[name] ?? "");

function inputOf(given: Flags, machine: Machine): NonNullable<StdioOptions["stdin"]> | undefined {
  if (given["stdin-file"] !== undefined) return machine.bytes(given["stdin-file"]);
  return given["stdin-text"] === undefined ? streamOf("stdin", given) : new TextEncoder().encode(given["stdin-text"]);
}

function recordedStream(stream: Stream): string | number | undefined {
  if (stream instanceof Uint8Array) return stream.length;
  if (isAltered(stream)) return alteredText(stream);
  return isStreamFile(stream) ? `${PREFIX}${stream.file}` : stream === "deny" ? undefined : stream;
}
const isRecorded: Check = (value) => isOneOf("allow", "ignore")(value) || (typeof value === "string" && value.startsWith(PREFIX));
const isRecordedOutput: Check = (value) => isRecorded(value) || isAlteredText(value);

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
      shape: outputOf("`allow`, `ignore`, `deny`"),
      type: '"allow" | "ignore" | "deny" | StreamFile | AlteredOutput',
      meaning: "an ignored output drops everything; a denied one is closed; a file begins empty; an altered one is the host's",
      flag: "stdout",
      read: (given: Flags) => alteredOr("stdout", given) ?? streamOf("stdout", given),
      readme: [[ROW, "allow", "`--stdin`, `--stdout`, `--stderr`, `--stdio` `allow`"]],
    },
    stderr: {
      shape: outputOf("`allow`, `ignore`, `deny`, `to-stdout`", "to-stdout"),
      type: '"allow" | "ignore" | "deny" | "to-stdout" | StreamFile | AlteredOutput',
      meaning: "likewise, or wherever standard output goes",
      flag: "stderr",
      read: (given: Flags) => alteredOr("stderr", given) ?? (given.stderr === "to-stdout" ? given.stderr : streamOf("stderr", given)),
      readme: [[ROW, "virtualize", "`--stderr to-stdout`"]],
    },
  },
  readme: [{ row: ROW, denied: "closed" }],
  samples: Object.entries(STREAMS).map(([base, stream]) => ({ flag: stream, value: "allow", of: [base] })),
  learned: ({ streams, functions }) => ({
    settings: Object.entries(STREAMS).flatMap(([base, flag]) => (streams.has(base) ? [{ flag, value: "allow" }] : [])),
    notes: Object.entries(STREAMS).flatMap(([base, stream]) =>
      !streams.has(base) && functions.has(`${base}#get-${stream}`)
        ? [`It ${stream === "stdin" ? "read nothing from" : "wrote nothing to"} ${stream}, which is closed.`]
        : [],
    ),
  }),
  allowing: (base) => ({ flags: `--${isStream(base) ? STREAMS[base] : "stdio"} allow` }),
  stopOf(has, given: Flags) {
    const isSilent = [given.stdout, given.stderr].every((stream) => (stream ?? given.stdio ?? "deny") === "deny");
    return isSilent && has("wasi:cli/stdout", "virtualized", "denied")
      ? "output is denied: what the program prints is lost; `--stdout allow` lets it through"
      : undefined;
  },
  decidesDenied: true,
  recorded: {
    checks: {
      stdin: (value) => isCount(value) || isRecorded(value),
      stdout: isRecordedOutput,
      stderr: (value) => isRecordedOutput(value) || value === "to-stdout",
    },
    bounds: { stdout: "alters", stderr: "alters" },
    shown: ({ stdin, stdout, stderr }: StdioPolicy) => [
      ...(stdin === undefined ? [] : [["stdin", typeof stdin === "number" ? `${bytesText(stdin)} embedded` : stdin] as const]),
      ...(stdout === undefined ? [] : [["stdout", stdout] as const]),
      ...(stderr === undefined ? [] : [["stderr", stderr] as const]),
    ],
  },
  configure(options, { allowAll }) {
    const settings = stdioSettings(options, allowAll);
    const policyOf = (base: string, { stdin, stdout, stderr } = settings): Stream =>
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
