/**
 * `wasi:cli/terminal-*`: whether a standard stream is a terminal. Where nothing else is said, that is the host's to say of a stream
 * that is the host's, and no other stream is one.
 */
import { UsageError } from "../../errors.ts";
import { Header, imageOf } from "../../image/image.ts";
import { list, word } from "../../shapes.ts";
import type { AdapterModule, Core } from "../adapter-module.ts";
import { isTexts } from "../checks.ts";
import { plainAdapter } from "../adapter.ts";
import type { Given } from "../option-table.ts";
import { guestCore } from "../prebuilt-core.ts";
import { terminalsCore } from "../prebuilt.ts";
import { isServer } from "../server.ts";
import { type StdioOptions, stdioSettings, withDeniedStreams } from "../stdio/settings.ts";

type Stream = "stdin" | "stdout" | "stderr";

export interface TerminalsOptions {
  /** Exactly these standard streams are terminals, whatever they are. */
  readonly terminal?: readonly Stream[];
}

/** What outputs tell of it. */
export interface TerminalsPolicy {
  readonly terminal?: readonly string[];
}

const NAMES = ["stdin", "stdout", "stderr"] as const;
const NONE = "none";

const STREAMS_OF: Readonly<Record<string, readonly Stream[]>> = {
  "wasi:cli/terminal-input": ["stdin"],
  "wasi:cli/terminal-output": ["stdout", "stderr"],
  "wasi:cli/terminal-stderr": ["stderr"],
  "wasi:cli/terminal-stdin": ["stdin"],
  "wasi:cli/terminal-stdout": ["stdout"],
};

const FLAGS = {
  terminal: {
    type: "string",
    array: true,
    starts: [...NAMES, NONE],
    describe: "The standard streams that are terminals, such as stdin,stdout, or none; otherwise those that the host says are",
  },
} as const;

function terminalsOf({ terminal }: Given<typeof FLAGS>): readonly Stream[] | undefined {
  if (terminal === undefined) return undefined;
  const words = terminal.flatMap((text) => text.split(","));
  if (words.length === 1 && words[0] === NONE) return [];
  return words.map((each) => {
    const found = NAMES.find((name) => name === each);
    if (found !== undefined) return found;
    const all = NAMES.map((name) => `\`${name}\``).join(", ");
    throw new UsageError(
      `\`--terminal ${terminal.join(",")}\`: ${each === "" ? "an empty name" : `\`${each}\``} is none of ${all}; \`none\` stands alone`,
    );
  });
}

const ID = "terminals";

const coreOf = (streams: readonly Stream[]): Core => ({
  id: ID,
  make: () =>
    plainAdapter(ID, guestCore(terminalsCore), imageOf(new Header(), [], "nothing"), (_base, func) =>
      streams.some((stream) => func === `get-terminal-${stream}`) ? ["some"] : [],
    ),
});

export const terminals: AdapterModule<TerminalsOptions> = {
  name: ID,
  interfaces: Object.fromEntries(Object.keys(STREAMS_OF).map((base) => [base, "terminals"])),
  heading: "Standard streams (denied by default):",
  flags: FLAGS,
  options: {
    terminal: {
      shape: list(word(...NAMES)),
      type: '("stdin" | "stdout" | "stderr")[]',
      meaning: "exactly these streams are terminals; otherwise those of the host's that it says are",
      flag: "terminal",
      read: terminalsOf,
      readme: [["terminals", "virtualize", "`--terminal stdin,stdout`"]],
    },
  },
  readme: [{ row: "terminals", denied: "none", allowed: "with their streams" }],
  samples: [
    { flag: "terminal", value: ["stdout"], of: ["wasi:cli/terminal-stdin", "wasi:cli/terminal-stdout", "wasi:cli/terminal-stderr"] },
  ],
  // That the output is no terminal is the truth, whoever asks.
  denial: "error",
  recorded: {
    checks: { terminal: isTexts },
    shown: ({ terminal }: TerminalsPolicy) =>
      terminal === undefined ? [] : [["terminals", terminal.length === 0 ? "none" : terminal.join(", ")]],
  },
  configure(options: TerminalsOptions & StdioOptions, { allowAll }) {
    const { terminal } = options;
    if (terminal !== undefined)
      return {
        isHosts: () => false,
        decide: ({ named }) => (named === undefined ? ID : "deny"),
        finish: () => coreOf(terminal),
        recorded: { terminal: NAMES.filter((name) => terminal.includes(name)) },
      };
    const settings = stdioSettings(options, allowAll);
    return {
      isHosts: (base) => (STREAMS_OF[base] ?? []).some((stream) => settings[stream] === "allow"),
      decide({ base, named, world, isDeniedByName }) {
        const streams = withDeniedStreams(settings, isDeniedByName);
        const isHosts = (STREAMS_OF[base] ?? []).some((stream) => streams[stream] === "allow") && (allowAll || !isServer(world));
        return isHosts && named === undefined ? "host" : "deny";
      },
    };
  },
};
