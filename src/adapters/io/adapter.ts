/**
 * The io adapter: streams and their errors, standard streams, and embedded files, which belong together
 * because a file is read through a stream and all streams are of one type. Where nothing comes from the host
 * that can be waited for, it has pollables of its own too. Source of the guest: virt-adapters/io, and
 * virt-adapters/files where files can be written.
 */
import { filesImage } from "../../image/files-image.ts";
import type { Adapter, Told } from "../adapter.ts";
import { MOST_PACKED } from "../../image/packing.ts";
import { isDirect } from "../../image/tree.ts";
import type { FilesystemSettings } from "../filesystem/settings.ts";
import { guestCore } from "../prebuilt-core.ts";
import { filesCore, hostFilesCore, ioCore, compressedCore, ruledFilesCore, ruledHostFilesCore, tellingCore } from "../prebuilt.ts";
import { KEPT_ASYNC } from "../own-interfaces.ts";
import { ASYNC_SERIES } from "../series.ts";
import { isAltered, isStream, streamFilesOf, type StdioSettings, STREAMS } from "../stdio/settings.ts";
import { REFUSED_CHANGE, REFUSED_NODES } from "../../image/trace-layout.ts";
import { TELLS_LIMIT, TELLS_REFUSED } from "../trace/output.ts";
import { wordOf } from "../trace/refused.ts";
import { CHANGING, WRITING } from "../filesystem/operations.ts";
import type { HostShare } from "./decide.ts";

export interface IoSettings extends StdioSettings, Omit<FilesystemSettings, "exportFiles" | "isAllowed" | "leavesHostFilesOut">, HostShare {
  /** Where an output ends at a limit, that is told. */
  readonly tellsLimits: boolean;
  /** Pollables are the adapter's own. */
  readonly ownPollables: boolean;
}

const OUTPUT = { allow: "host", ignore: "ignore", deny: "closed", "to-stdout": "stdout" } as const;
const INPUT = { allow: "host", ignore: "empty", deny: "closed" } as const;

/** Methods of a descriptor that change something, or say that it could be. */
const CHANGES =
  /^\[method\]descriptor\.(open-at|get-flags|set-size|set-times|set-times-at|write|write-via-stream|append-via-stream|create-directory-at|link-at|symlink-at|unlink-file-at|remove-directory-at|rename-at)$/;

const CALLED = /^(?:p3_)?filesystem_types__descriptor_(.+?)(?:__|$)/;
const BY_EMBEDDER = /^virtual_/;
/** The word is 0 where nothing of a function is told; `isPlain`: the guest is the one of files that nobody can write to. */
function toldOf(guestName: string, isPlain: boolean): Told | undefined {
  const operation = CALLED.exec(guestName)?.[1]?.replaceAll("_", "-");
  if (operation === undefined) return BY_EMBEDDER.test(guestName) ? { word: 0, place: undefined } : undefined;
  const flags = (CHANGING.includes(operation) ? REFUSED_CHANGE : 0) | (isPlain ? REFUSED_NODES : 0);
  return { word: Math.max(0, wordOf(operation)) | flags, place: WRITING.get(operation) };
}

export function ioAdapter(settings: IoSettings): Adapter {
  const { stdin, stdout, stderr, hostInputs, hostOutputs, hostDescriptors, ownPollables, wrapsPollables, pipes, keepsStreams, keepsLater } =
    settings;
  const files = streamFilesOf(settings);
  const alters = isAltered(stdout) || isAltered(stderr);
  const direct = settings.preopens.filter(isDirect);
  const { hostDirectories } = settings;
  const isAnyDirect = hostDirectories || direct.length > 0;
  const changesHost = hostDirectories || direct.some((each) => each.changesHost === true);
  const { compress } = settings;
  const inflating = compress && guestCore(compressedCore).core;
  const image = filesImage({
    preopens: settings.preopens,
    hostPreopens: settings.hostPreopens.filter(({ path }) => !direct.some((each) => each.path === path)),
    hostDirectories,
    hasHostFiles: settings.hostFiles.length > 0,
    hasPipes: pipes,
    stdin: stdin instanceof Uint8Array ? stdin : undefined,
    fixedSeconds: settings.fixedSeconds,
    limits: settings.limits,
    rules: settings.rules,
    ruleTexts: settings.ruleTexts,
    packing: inflating && { compress, codeBytes: inflating.bytes.length, most: MOST_PACKED },
    streams: files,
    ...(alters && { outputs: { ...(isAltered(stdout) && { stdout }), ...(isAltered(stderr) && { stderr }) } }),
  });
  const streams: Readonly<Record<string, string>> = {
    "get-stdin": typeof stdin === "string" ? INPUT[stdin] : image.isInputWritable ? "file" : "embedded",
    "get-stdout": typeof stdout === "string" ? OUTPUT[stdout] : isAltered(stdout) ? "altered" : "file",
    "get-stderr":
      typeof stderr === "string" ? OUTPUT[stderr] : !isAltered(stderr) ? "file" : stderr === stdout ? "altered_stdout" : "altered",
  };

  const isHosts = (name: string): boolean => {
    if (name.endsWith("splice") || name.includes("error")) return hostInputs || hostOutputs;
    if (name.includes("descriptor") || name.includes("directory-entry-stream")) return hostDescriptors;
    return name.includes("input") ? hostInputs : hostOutputs;
  };
  const { hostFiles } = settings;
  const hasReadOnly =
    [...settings.hostPreopens, ...hostFiles].some(({ readOnly }) => readOnly) || settings.rules.some(({ kind }) => kind === "protect");
  const handle = /^\[method\](descriptor|directory-entry-stream)\.|^filesystem-error-code$/;
  const isWritable = pipes || settings.preopens.some(({ writable }) => writable !== undefined);
  const isWithHost = hostDirectories || hostFiles.length > 0 || settings.preopens.some(({ host }) => host !== undefined);
  const isRuled = settings.rules.length > 0 && settings.preopens.some(({ ruleStarts = [] }) => ruleStarts.length > 0);
  const core = isWithHost ? (isRuled ? ruledHostFilesCore : hostFilesCore) : isRuled ? ruledFilesCore : isWritable ? filesCore : ioCore;
  return {
    id: "io",
    ...guestCore(core),
    image,
    ...(inflating !== undefined && image.packed !== undefined && { inflating }),
    frozenClock: (isWritable || isWithHost || isRuled) && settings.clock === undefined ? settings.fixedSeconds : undefined,
    ...(settings.tellsRefused && {
      telling: { core: guestCore(tellingCore).core, isRuled, toldOf: (guestName) => toldOf(guestName, core === ioCore) },
    }),
    lenders: {
      ...(settings.clock !== undefined && settings.clock !== "host" && { "wasi:clocks/wall-clock now": settings.clock }),
      ...(settings.tellsRefused && TELLS_REFUSED),
      ...(settings.tellsLimits && TELLS_LIMIT),
    },
    files: {
      ...{ count: image.fileCount, bytes: image.fileBytes, storedBytes: image.storedBytes, compressed: image.packed ?? null },
      preopens: settings.hostPreopens,
      hostFiles,
      writable: settings.preopens.flatMap(({ path, writable, isHidden, host }) =>
        writable === undefined || isHidden === true ? [] : [{ path, ...writable, ...(host === undefined ? {} : { host }) }],
      ),
      hidden: settings.ruleGlobs.hide,
      protected: settings.ruleGlobs.protect,
      limits: settings.limits,
      streams: files,
    },
    variantsOf(base, name, series) {
      const stream = streams[series === ASYNC_SERIES && isStream(base) ? `get-${STREAMS[base]}` : name];
      if (stream !== undefined) return [stream];
      if (name === "get-directories") return isWithHost || settings.hostPreopens.length > 0 ? ["host"] : [];
      if (base === KEPT_ASYNC) return hostDescriptors ? ["host"] : [];
      if (series === ASYNC_SERIES) {
        const host = hostDescriptors ? (settings.hostChanges ? ["host"] : ["fixed", "host"]) : [];
        const behind = [...(settings.altersLater ? ["altered"] : []), ...host.slice(0, 1)];
        return [...(keepsLater ? [["kept", ...behind].join("_")] : []), ...(settings.altersLater ? [behind.join("_")] : []), ...host];
      }
      return [
        ...(keepsLater ? [isHosts(name) ? "later_host" : "later"] : []),
        ...(keepsStreams ? [...(alters ? ["kept_altered"] : []), ...(isHosts(name) ? ["kept_host"] : []), "kept"] : []),
        ...(wrapsPollables ? ["wrapped"] : []),
        ...(changesHost ? ["direct"] : []),
        ...(isAnyDirect || hostFiles.length > 0 ? [...(settings.hostChanges ? [] : ["fixed"]), "file"] : []),
        ...(alters ? ["altered"] : []),
        ...(isHosts(name) ? ["host"] : []),
        ...(ownPollables ? ["pure"] : []),
      ];
    },
    isShared: (_base, name, series) => series !== ASYNC_SERIES && hostDescriptors && handle.test(name),
    isChange: (_base, name) => hasReadOnly && CHANGES.test(name),
    isReadOnly: !settings.hostChanges,
  };
}
