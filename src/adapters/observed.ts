/** What a run of a program showed of what it needs, and what a module makes of that. */
import type { Sample } from "./option-table.ts";

/** A file or a directory of the host's that a program used, or in which it changed something. */
export interface UsedPlace {
  /** Its absolute path in the guest, without links that were followed. */
  readonly path: string;
  /** What the host calls it: the name of a directory that it offers, and what lies below that, with all links followed. */
  readonly host: string;
  readonly isChanged: boolean;
}

export interface UsedRequest {
  /** In capitals, as HTTP has it. */
  readonly method: string;
  /** `https`; `undefined` where the program leaves it to the host. */
  readonly scheme: string | undefined;
  readonly authority: string | undefined;
  /** Without the query. */
  readonly path: string;
}

export interface UsedPeer {
  readonly kind: "tcp" | "udp" | "listen";
  /** As a rule has it, `127.0.0.1` or `[0:0:0:0:0:0:0:1]`. */
  readonly address: string;
  /** The name that was looked up for it, if any was. */
  readonly name: string | undefined;
  /** `undefined` where the system chose it. */
  readonly port: number | undefined;
}

export interface Observed {
  /** Functions that were called, by interfaces without version: `wasi:clocks/wall-clock#now`. */
  readonly functions: ReadonlySet<string>;
  /** The interfaces of standard streams that were read or written. */
  readonly streams: ReadonlySet<string>;
  /** Names of the variables that the program was given. */
  readonly variables: readonly string[];
  /** The code with which it called `exit`. */
  readonly exitCode: number | undefined;
  /** It is a core module of preview 1. */
  readonly isProgram: boolean;
  readonly files: readonly UsedPlace[];
  /** Directories that were listed, or in which something was made, renamed or removed. */
  readonly directories: readonly UsedPlace[];
  /** Paths in the guest of directories and links that the program asked about, and did no more. */
  readonly asked: readonly string[];
  readonly requests: readonly UsedRequest[];
  readonly peers: readonly UsedPeer[];
  /** Names that were looked up. */
  readonly lookups: readonly string[];
}

/** The options that give no more than a run needed, and what has to be said to whoever reads them. */
export interface Learned {
  readonly settings: readonly Sample[];
  readonly notes: readonly string[];
}

/** Whether anything of an interface was called. */
export const isCalled = ({ functions }: Observed, base: string): boolean => [...functions].some((each) => each.startsWith(`${base}#`));
