/**
 * `wasi:io`, and the one guest of all streams and files: standard streams, embedded files, files to export, streams that plugs
 * make. It finishes last, because what of it is ours depends on who provides the rest.
 */
import type { Chunk } from "../../binary/chunk.ts";
import { keyOf } from "../../component/names.ts";
import type { AdapterModule, Core } from "../adapter-module.ts";
import { type FilesystemOptions, filesystemSettings, hasOverlays } from "../filesystem/settings.ts";
import { CHANGES_INTERFACE, FILES_INTERFACE, KEPT_ASYNC, KEPT_INTERFACE, ownInterface, PIPES_INTERFACE } from "../own-interfaces.ts";
import {
  isAltered,
  isStream,
  type StdioOptions,
  type StdioSettings,
  stdioSettings,
  STREAMS,
  withDeniedStreams,
} from "../stdio/settings.ts";
import { ID as TRACE } from "../trace/output.ts";
import { ioAdapter } from "./adapter.ts";
import { decideIo, type HostShare, IO } from "./decide.ts";

const baseOf = (name: string): string => name.replace(/@.*/, "");
const [FILES, CHANGES, PIPES, KEPT] = [FILES_INTERFACE, CHANGES_INTERFACE, PIPES_INTERFACE, KEPT_INTERFACE].map(baseOf);

export interface IoCore extends Core {
  /** What became of the standard streams, and what of the host's there is to do with. */
  readonly decided: StdioSettings & HostShare;
}

/** It has none of its own. */
export type IoOptions = Readonly<Record<never, never>>;

export const io: AdapterModule<IoOptions> = {
  name: "io",
  interfaces: {
    "wasi:io/*": "io",
    [keyOf(FILES_INTERFACE)]: "other",
    [keyOf(CHANGES_INTERFACE)]: "other",
    [keyOf(PIPES_INTERFACE)]: "other",
    [keyOf(KEPT_INTERFACE)]: "other",
    [KEPT_ASYNC]: "other",
  },
  // Their types come with the other interfaces that are ours, and with those of WASI 0.3.
  privateInterfaces: new Map([baseOf(KEPT_INTERFACE), KEPT_ASYNC].map((each) => [each, new Map()])),
  heading: "Files:",
  flags: {},
  options: {},
  readme: [],
  decidesDenied: true,
  configure(options: FilesystemOptions<Chunk> & StdioOptions, { allowAll, traceDenied }) {
    const files = filesystemSettings(options, allowAll, traceDenied);
    const stdio = stdioSettings(options, allowAll);
    const tellsLimits = traceDenied && [stdio.stdout, stdio.stderr].some((each) => isAltered(each) && each.limit !== undefined);
    const exported = [
      ...(files.exportFiles ? ([FILES_INTERFACE] as const) : []),
      ...(files.exportFiles && hasOverlays(files) ? ([CHANGES_INTERFACE] as const) : []),
    ];
    const isExported = new Set<string | undefined>(exported.map(baseOf));
    return {
      isHosts: () => allowAll,
      decide({ base, named }) {
        if (base === PIPES || base === KEPT || base === KEPT_ASYNC || isExported.has(base)) return IO;
        return named !== undefined ? "deny" : base === FILES || base === CHANGES ? "host" : undefined;
      },
      ...(exported.length > 0 && { exported: new Map(exported.map((name) => [name, ownInterface(name)])) }),
      finish(draft): IoCore {
        const streams = withDeniedStreams(stdio, draft.isDeniedByName);
        const decided = { ...streams, ...decideIo(draft, files, streams) };
        const refuses = (base: string): boolean => isStream(base) && decided[STREAMS[base]] === "deny";
        return {
          id: IO,
          decided,
          isFirst: true,
          refuses,
          ...((tellsLimits || files.tellsRefused) && { lenders: [TRACE] }),
          make: () => ioAdapter({ ...files, ...decided, tellsLimits, ownPollables: !decided.hostPollables }),
        };
      },
    };
  },
};
