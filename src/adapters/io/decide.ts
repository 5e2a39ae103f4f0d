/**
 * Which streams, descriptors and pollables reach the app: the host's, ours, or both. They are of one type each, so where any of
 * them is ours, the interface is.
 */
import type { Draft, Provider } from "../adapter-module.ts";
import { type FilesystemSettings, hasFiles } from "../filesystem/settings.ts";
import { ASYNC_SERIES, SERIES, wasiKey } from "../series.ts";
import { KEPT_ASYNC, KEPT_INTERFACE, PIPES_INTERFACE } from "../own-interfaces.ts";
import { keyOf } from "../../component/names.ts";
import { isAltered, isStream, reachesHost, type StdioSettings, STREAMS } from "../stdio/settings.ts";

export const IO = "io";
const CLOCKS = [
  ["wasi:clocks/wall-clock", SERIES],
  ["wasi:clocks/system-clock", ASYNC_SERIES],
] as const;
const [PIPES_KEY, KEPT_KEY] = [keyOf(PIPES_INTERFACE), keyOf(KEPT_INTERFACE)];

/**
 * Says who provides the interfaces of WASI 0.3 that nobody has decided about. Streams are no resources there, so each interface is
 * the host's or ours by itself.
 */
function decideAsync(draft: Draft, streams: StdioSettings): void {
  const asked = [...draft.undecided].filter(([key, base]) => isAsync(key, base));
  for (const [key, base] of asked) {
    if (isStream(base)) draft.provide(key, streams[STREAMS[base]] === "allow" ? "host" : IO);
    else if (base.startsWith("wasi:filesystem/")) draft.provide(key, IO);
  }
  // What is left has the types of standard streams: they are of whoever has the functions.
  const providers = Object.keys(STREAMS).map((base) => draft.providerOf(wasiKey(base, ASYNC_SERIES)));
  const provider = ["host", IO].find((each) => providers.includes(each)) ?? "deny";
  for (const [key] of asked) if (draft.providerOf(key) === undefined) draft.provide(key, provider);
}

const isAsync = (key: string, base: string): boolean => key === wasiKey(base, ASYNC_SERIES);

/** What of the host's the adapter has to do with. */
export interface HostShare {
  /** Streams of the host reach the app. */
  readonly hostInputs: boolean;
  readonly hostOutputs: boolean;
  /** Descriptors of the host reach the app. */
  readonly hostDescriptors: boolean;
  /** And something may be changed through them. */
  readonly hostChanges: boolean;
  /** What is written gets the times of the host's clock, or of that of an adapter; otherwise all times are one fixed time. */
  readonly clock: Provider | undefined;
  /** The host provides `wasi:io/poll`. */
  readonly hostPollables: boolean;
  /** An adapter does that takes pollables of the host's as well, which our streams have. */
  readonly wrapsPollables: boolean;
  /** Somebody makes streams, of bytes in memory. */
  readonly pipes: boolean;
  /** And somebody has streams that last longer than their handles. */
  readonly keepsStreams: boolean;
  /** For programs of 0.3, too. */
  readonly keepsLater: boolean;
  /** Outputs of the host's are altered on their way, for an app that imports them in 0.3. */
  readonly altersLater: boolean;
}

/** Says who provides what nobody has decided about. */
export function decideIo(draft: Draft, settings: FilesystemSettings, streams: StdioSettings): HostShare {
  const mentions = (key: string, ...resources: readonly string[]): boolean =>
    resources.some((each) => draft.hostResources.has(`${wasiKey(key)} ${each}`));
  const standard = (Object.keys(STREAMS) as (keyof typeof STREAMS)[]).filter((base) =>
    [...draft.undecided].some(([key, asked]) => asked === base && !isAsync(key, base)),
  );
  const allows = (...bases: (keyof typeof STREAMS)[]): boolean =>
    bases.some((base) => standard.includes(base) && reachesHost(streams[STREAMS[base]]));
  const asksFor = (series: string): boolean => hasFiles(settings) && draft.undecided.has(wasiKey("wasi:filesystem/types", series));
  // In 0.3 no stream is a descriptor's.
  const [files, laterFiles] = [asksFor(SERIES), asksFor(ASYNC_SERIES)];
  const { hostDirectories, hostPreopens, hostFiles, preopens } = settings;
  const someAreHosts = hostDirectories || hostPreopens.length + hostFiles.length > 0;
  const hostDescriptors =
    ((files || laterFiles) && someAreHosts) || (files && mentions("wasi:filesystem/types", "descriptor", "directory-entry-stream"));
  const hostChanges =
    hostDescriptors &&
    (mentions("wasi:filesystem/types", "descriptor") ||
      hostDirectories ||
      [...hostPreopens, ...hostFiles].some(({ readOnly }) => !readOnly));
  const isWritable = preopens.some(({ writable, isHidden }) => writable !== undefined && isHidden !== true);
  const hostInputs = allows("wasi:cli/stdin") || mentions("wasi:io/streams", "input-stream") || (files && hostDescriptors);
  const hostOutputs =
    allows("wasi:cli/stdout", "wasi:cli/stderr") || mentions("wasi:io/streams", "output-stream") || (files && hostChanges);
  const keepsStreams = draft.providerOf(KEPT_KEY) === IO;
  const keepsLater = draft.providerOf(KEPT_ASYNC) === IO;
  const pipes = keepsStreams || draft.providerOf(PIPES_KEY) === IO;
  const virtualStreams =
    files ||
    pipes ||
    draft.isLender(IO) ||
    standard.some((base) => streams[STREAMS[base]] !== "allow") ||
    !(hostInputs || hostOutputs || mentions("wasi:io/error", "error"));
  // Streams that are the host's subscribe to its pollables, even where only their errors are in use.
  const isPollTaken = !["host", "deny", undefined].includes(draft.providerOf(wasiKey("wasi:io/poll")));
  const hostPollables = !isPollTaken && (hostInputs || hostOutputs || !virtualStreams || mentions("wasi:io/poll", "pollable"));
  const wrapsPollables = isPollTaken && virtualStreams && (hostInputs || hostOutputs);
  if (wrapsPollables) draft.handOn(wasiKey("wasi:io/poll"), "pollable");
  const altersLater = [...draft.undecided].some(([key, base]) => isAsync(key, base) && isStream(base) && isAltered(streams[STREAMS[base]]));
  decideAsync(draft, streams);
  for (const [key, base] of draft.undecided) {
    if (base === "wasi:io/poll") draft.provide(key, hostPollables ? "host" : IO);
    else draft.provide(key, files && base.startsWith("wasi:filesystem/") ? IO : virtualStreams ? IO : "host");
  }
  // The time of day is one, by whatever name: denied in either series, files do not tell it.
  const [clock, ...otherClocks] = CLOCKS.map(([base, series]) => draft.wouldProvide(base, series));
  const isTold = (files || laterFiles) && isWritable && clock !== "deny" && otherClocks.every((each) => each === clock);
  return {
    hostInputs,
    hostOutputs,
    hostDescriptors,
    hostChanges,
    clock: isTold ? clock : undefined,
    hostPollables,
    wrapsPollables,
    pipes,
    keepsStreams,
    keepsLater,
    altersLater,
  };
}
