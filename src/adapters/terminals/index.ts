/** `wasi:cli/terminal-*`: whether a standard stream is a terminal is the host's to say where the stream is the host's. */
import { keyOf } from "../../component/names.ts";
import type { World } from "../../component/world.ts";
import type { AdapterModule } from "../adapter-module.ts";
import { wasiKey } from "../link.ts";
import { type StdioOptions, stdioSettings, withDeniedStreams } from "../stdio/settings.ts";

const STREAMS_OF: Readonly<Record<string, readonly ("stdin" | "stdout" | "stderr")[]>> = {
  "wasi:cli/terminal-input": ["stdin"],
  "wasi:cli/terminal-output": ["stdout", "stderr"],
  "wasi:cli/terminal-stderr": ["stderr"],
  "wasi:cli/terminal-stdin": ["stdin"],
  "wasi:cli/terminal-stdout": ["stdout"],
};

/** Hosts of HTTP handlers have streams without terminals. */
const isServer = ({ exports }: World): boolean => [...exports.keys()].some((name) => keyOf(name) === wasiKey("wasi:http/incoming-handler"));

/** It has none of its own. */
export type TerminalsOptions = Readonly<Record<never, never>>;

export const terminals: AdapterModule<TerminalsOptions> = {
  name: "terminals",
  interfaces: Object.fromEntries(Object.keys(STREAMS_OF).map((base) => [base, "terminals"])),
  heading: "Standard streams (denied by default):",
  flags: {},
  options: {},
  readme: [],
  // That the output is no terminal is the truth, whoever asks.
  denial: "error",
  configure(options: StdioOptions, { allowAll }) {
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
