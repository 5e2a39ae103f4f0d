/** `wasi:filesystem`: files of the component's own, the host's under other paths, the host's, or none. io has them. */
import type { Chunk } from "../../binary/chunk.ts";
import { count, flag, list, text } from "../../shapes.ts";
import { parseInterfaceName } from "../../component/names.ts";
import type { AdapterModule } from "../adapter-module.ts";
import type { EnvironmentOptions } from "../environment/settings.ts";
import type { Machine } from "../option-table.ts";
import * as flags from "./flags.ts";
import { learnedFiles } from "./learned.ts";
import type { Mount } from "./mounts.ts";
import { CHECKS, type FilesystemPolicy, recordedOf, shown } from "./policy.ts";
import { type FilesystemOptions, filesystemSettings, hasFiles } from "./settings.ts";
import { compressor, hostFileList, mountList, overlayList, preopenList, tmpfsList } from "./shapes.ts";
import { missingDirectory } from "./working-directory.ts";

const PACKAGE = "wasi:filesystem";
const ROW = "files";

export const filesystem: AdapterModule<FilesystemOptions<Chunk>> = {
  name: "filesystem",
  interfaces: { [`${PACKAGE}/*`]: "filesystem" },
  heading: "Files:",
  flags: flags.FLAG_TABLE,
  options: {
    mounts: {
      shape: mountList,
      type: "Mount[]",
      meaning: "files to embed, below",
      flag: "mount",
      read: (given: flags.Flags, machine: Machine) => machine.mounts<Mount<Chunk>>(given),
      isSlow: true,
      readme: [[ROW, "virtualize", "`--mount`"]],
    },
    tmpfs: {
      shape: tmpfsList,
      type: "Tmpfs[]",
      meaning: "empty directories to write in, below",
      flag: "tmpfs",
      read: flags.tmpfsOf,
      readme: [[ROW, "virtualize", "`--tmpfs`"]],
    },
    overlays: {
      shape: overlayList,
      type: "Overlay[]",
      meaning: "directories of the host's to write in, in memory, below",
      flag: "overlay",
      read: flags.overlaysOf,
      readme: [[ROW, "virtualize", "`--overlay`"]],
    },
    fsMaxBytes: {
      shape: count,
      type: "number",
      meaning: "how many bytes may be written altogether, below",
      flag: "fs-max-bytes",
      read: flags.maxBytesOf,
    },
    fsMaxFiles: {
      shape: count,
      type: "number",
      meaning: "how many files, directories and links may be made, below",
      flag: "fs-max-files",
      read: flags.maxFilesOf,
    },
    sourceDateEpoch: {
      shape: count,
      type: "number",
      meaning: "the time of what has none of its own, in seconds since 1970, below",
      read: (_given: flags.Flags, machine: Machine) => flags.sourceDateEpochOf(machine.variable("SOURCE_DATE_EPOCH")),
    },
    exportFiles: {
      shape: flag,
      type: "boolean",
      meaning: "exports an interface for the writable files: [files.md](files.md)",
      flag: "export-files",
      read: flags.exportFilesOf,
    },
    compress: {
      shape: compressor,
      type: "(contents: Uint8Array) => Uint8Array",
      meaning: "compresses embedded files: [files-in-outputs.md](files-in-outputs.md#compressed-files)",
      flag: "compress",
      read: ({ compress }: flags.Flags, machine: Machine) => (compress === true ? machine.compressor() : undefined),
    },
    hide: {
      shape: list(text),
      type: "string[]",
      meaning: "globs of files that are not there for the component: [file-rules.md](file-rules.md)",
      flag: "hide",
      readme: [[ROW, "virtualize", "`--hide`"]],
    },
    protect: {
      shape: list(text),
      type: "string[]",
      meaning: "globs of files that are read-only, likewise",
      flag: "protect",
      readme: [[ROW, "virtualize", "`--protect`"]],
    },
    preopens: {
      shape: preopenList,
      isNothingIfEmpty: true,
      type: "HostDirectory[]",
      meaning: "directories of the host's under other paths, below",
      flag: "preopen",
      read: ({ preopen }: flags.Flags) => preopen?.map((text) => flags.hostPlaceOf("preopen", text)),
      readme: [[ROW, "allow", "`--preopen GUEST=HOST[:ro]`"]],
    },
    hostFiles: {
      shape: hostFileList,
      type: "HostFile[]",
      meaning: "single files of the host's under other paths, below",
      flag: "file",
      read: ({ file }: flags.Flags) => file?.map((text) => flags.hostPlaceOf("file", text)),
      readme: [[ROW, "allow", "`--file`"]],
    },
    allowFs: {
      shape: flag,
      type: "boolean",
      meaning: "the host's directories, mounts in them, below",
      flag: "allow-fs",
      excludes: ["preopens"],
      readme: [[ROW, "allow", "`--allow-fs`"]],
    },
  },
  readme: [{ row: ROW, denied: "no directories" }],
  samples: [
    { flag: "mount", value: ["/data=./data"] },
    { flag: "tmpfs", value: ["/tmp=64M"] },
    { flag: "preopen", value: ["/data=/data:ro"] },
    { flag: "file", value: ["/data/a.txt=/data/a.txt:ro"] },
    { flag: "overlay", value: ["/work=/work"] },
  ],
  learned: learnedFiles,
  allowing: () => ({ flags: "--mount, --tmpfs or --preopen", options: "`mounts` or `allowFs` give some" }),
  recorded: {
    checks: CHECKS,
    bounds: { mounts: "gives", preopens: "gives", hostFiles: "gives", hide: "takes", protect: "takes" },
    shown,
    guards: ({ hide, protect }: FilesystemPolicy) =>
      hide === undefined && protect === undefined
        ? []
        : [{ rules: "files", core: "io", isAbout: (name) => parseInterfaceName(name)?.package === PACKAGE }],
  },
  configure(options: FilesystemOptions<Chunk> & EnvironmentOptions, { allowAll, traceDenied }) {
    const settings = filesystemSettings(options, allowAll, traceDenied);
    const { isAllowed } = settings;
    return {
      isAllowed,
      isHosts: () => isAllowed && !hasFiles(settings),
      decide: ({ named }) => (named !== undefined ? "deny" : hasFiles(settings) ? undefined : isAllowed ? "host" : "deny"),
      finish(draft) {
        const files = hasFiles(settings) && draft.imports(`${PACKAGE}/types`);
        for (const [key, base] of draft.undecided) if (base.startsWith(`${PACKAGE}/`) && !files) draft.provide(key, "deny");
        if (files && settings.leavesHostFilesOut)
          draft.warn("not all directories of the host are allowed: the component sees only mounts and `preopens`");
        if (files && settings.hostDirectories)
          draft.warn("directories of the host that would be in a mount are left out: `preopens` puts them there");
        if (hasFiles(settings) && !files) draft.warn("the component imports no `wasi:filesystem`: it will not see the mounted files");
        for (const rule of settings.unusedRules) draft.warn(`no embedded file matches the rule \`${rule}\``);
        for (const rule of settings.shallowRules)
          draft.warn(
            `the rule \`${rule}\` matches only in the root of a mount: \`**/\` before the name is any directory, \`/\` is the root`,
          );
        const missing = draft.imports(`${PACKAGE}/*`) ? missingDirectory(options.cwd, settings) : undefined;
        if (missing !== undefined) draft.warn(missing);
        return undefined;
      },
      recorded: recordedOf(settings, options),
    };
  },
};
