/**
 * What a program of preview 1 can never come by, told from the functions that it imports: files without `path_open`, and directories
 * without a function that does something with one. What the guest would ask of WASI 0.2 for those alone is not imported. It is
 * never called, but for the list of preopens, which is empty. What tells of a stream's error why it failed is none of that.
 */
import { Code, op } from "../binary/instructions.ts";
import type { Import } from "../binary/prebuilt-module.ts";

const OPENS = "path_open";
/** Functions that do something with a directory which the program begins with. To close one, or to see that it is there, does nothing. */
const USES_DIRECTORY = /^(?:path_.*|fd_prestat_.*|fd_readdir|fd_filestat_get|fd_filestat_set_times)$/;

const FILESYSTEM = /(?:^| )wasi:filesystem\//;
const LISTS_PREOPENS = "get-directories";
/** The function of files that says of an error of a stream which of theirs it is: standard streams may be files of the host. */
export const ERROR_CODE = "filesystem-error-code";
/** What the guest calls with files alone, and never with directories. */
const OF_FILES: ReadonlySet<string> = new Set(
  ["read", "write", "append-via-stream", "set-size", "advise", "sync", "sync-data", "get-flags"].map(
    (name) => `[method]descriptor.${name}`,
  ),
);

/** By an import of the guest's, for a program that imports these functions: what it does where it is none; `undefined` where it is one. */
export function outOfReach(imported: Iterable<string>): (each: Import, paramCount: number) => Code | undefined {
  const names = [...imported];
  if (names.includes(OPENS)) return () => undefined;
  const hasDirectories = names.some((name) => USES_DIRECTORY.test(name));
  return ({ module, name }, paramCount) => {
    if (!FILESYSTEM.test(module) || name === ERROR_CODE || (hasDirectories && !OF_FILES.has(name))) return undefined;
    // No list, at the address that is given.
    if (name === LISTS_PREOPENS)
      return new Code(paramCount).get(0).constant(0).store(op.i32Store, 0).get(0).constant(0).store(op.i32Store, 4);
    return new Code(paramCount).op(op.unreachable);
  };
}
