/**
 * The differences from Linux that are right: where POSIX leaves a choice, or where the way from a C program to WASI
 * (wasi-libc, and the adapter of preview 1) takes it, whatever the file system under it. They differ in what an
 * operation says only: what is to be seen of the files afterwards must be the same.
 */

interface Accepted {
  readonly reason: string;
  /** Who made the choice; of a `toolchain` a directory of the host's under Wasmtime gives what ours gives. */
  readonly by: "toolchain" | "posix";
  readonly operation: RegExp;
  readonly linux: RegExp;
  readonly ours: RegExp;
  /** Operations in an empty directory, the last of which differs. */
  readonly example: readonly string[];
  /** Whether it may change something on Linux: then nothing is compared any more. */
  readonly ends?: true;
}

export const ACCEPTED: readonly Accepted[] = [
  {
    reason: "the adapter of preview 1 itself says that a directory's descriptor is none to read from",
    by: "toolchain",
    operation: /^[rR] /,
    linux: /^EISDIR$/,
    ours: /^EBADF$/,
    example: ["o 0 . rd", "r 0 10"],
  },
  {
    reason: "nor to truncate",
    by: "toolchain",
    operation: /^t /,
    linux: /^EINVAL$/,
    ours: /^EBADF$/,
    example: ["o 0 . rd", "t 0 10"],
  },
  {
    reason: "nor to move in",
    by: "toolchain",
    operation: /^k /,
    linux: /^(EINVAL|\d+)$/,
    ours: /^EBADF$/,
    example: ["o 0 . rd", "k 0 1 s"],
  },
  {
    reason: "nor to write back",
    by: "toolchain",
    operation: /^z /,
    linux: /^0$/,
    ours: /^EBADF$/,
    example: ["o 0 . rd", "z 0 1"],
  },
  {
    reason: "where neither time is to be set, Linux does not look at the path",
    by: "toolchain",
    operation: /^[ij] \S+ omit omit$/,
    linux: /^0$/,
    ours: /^E(NOENT|NOTDIR|LOOP|NAMETOOLONG)$/,
    example: ["i a omit omit"],
  },
  {
    reason: "wasi-libc refuses an empty path before anybody looks at the other one",
    by: "toolchain",
    operation: /^[vh] \S+ ''$/,
    linux: /^E/,
    ours: /^ENOENT$/,
    example: ["o 0 a wc", "v a/b ''"],
  },
  {
    reason: "the adapter looks at both descriptors, whether they are directories, before anybody looks at the first path",
    by: "toolchain",
    operation: /^[vh] \S+ @\d\//,
    linux: /^E/,
    ours: /^ENOTDIR$/,
    example: ["o 0 a wc", "v b @0/c"],
  },
  {
    reason: "in WASI no `..`, not that of a link either, leads out of the directory that a path begins in",
    by: "toolchain",
    operation: /@\d\//,
    linux: /^(?!EPERM)/,
    ours: /^EPERM$/,
    example: ["m a", "o 0 a rd", "y a/b ..", "m @0/b/c"],
    ends: true,
  },
  {
    reason: "a name too long is one error of several, and ours sees it before it looks for anything",
    by: "posix",
    operation: /n{256}/,
    linux: /^E/,
    ours: /^ENAMETOOLONG$/,
    example: [`v a ${"n".repeat(256)}`],
  },
  {
    reason: "a link is both, no directory and not to be followed",
    by: "posix",
    operation: /^o \S+ \S+ r?w?dn$/,
    linux: /^ENOTDIR$/,
    ours: /^ELOOP$/,
    example: ["y a .", "o 0 a rdn"],
  },
];

/** Whether the two lines that an operation gave may differ as they do, and whether that is then the end. */
export function acceptedAs(operation: string, linux: string, ours: string): "a difference" | "the end" | undefined {
  const [linuxResult = "", linuxState] = linux.split("\t");
  const [oursResult = "", oursState] = ours.split("\t");
  const accepted = ACCEPTED.find((each) => each.operation.test(operation) && each.linux.test(linuxResult) && each.ours.test(oursResult));
  if (accepted?.ends) return "the end";
  return accepted === undefined || linuxState !== oursState ? undefined : "a difference";
}
