/**
 * What is read-only answers as Linux does where a directory is mounted read-only: the path is looked at first, and
 * `read-only` is said of what could be changed otherwise. Embedded files and directories of the host's answer alike.
 *
 * read-only.expected.txt is what Linux answers. Where a directory can be mounted, as for root, that is checked, and
 * `UPDATE_GOLDENS=1` writes it anew.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Mount, Options } from "../../src/index.ts";
import { readMount } from "../../src/node/index.ts";
import { adaptCommand, cProgram } from "../guests/index.ts";
import { WASMTIME_MISSING } from "../hosts/wasmtime.ts";
import { BUILD_MILLISECONDS, expectValid, hosts, RUN_MILLISECONDS, virtualized } from "./on-hosts.ts";

const EXPECTED = path.join(import.meta.dirname, "read-only.expected.txt");
const SOURCE = path.join(import.meta.dirname, "../guests/c/read-only.c");

let core: Uint8Array;
let program: Uint8Array;
let folder: string;
let tree: string;

beforeAll(async () => {
  core = await cProgram("read-only");
  program = await adaptCommand(core);
  folder = await mkdtemp(path.join(tmpdir(), "wasi-nest-read-only-"));
  tree = path.join(folder, "tree");
  await mkdir(path.join(tree, "d/e"), { recursive: true });
  await writeFile(path.join(tree, "f"), "contents");
  await writeFile(path.join(tree, "d/x"), "x");
  const links = { l: "f", ld: "d", dangling: "n", lost: "n/x", loop: "loop" };
  for (const [name, target] of Object.entries(links)) await symlink(target, path.join(tree, name));
}, BUILD_MILLISECONDS);
afterAll(() => rm(folder, { recursive: true }));

/** The answer of each call. */
const answersOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(text.split("\n").flatMap((line) => [/^(.*): (.*)$/.exec(line)?.slice(1) ?? []].filter((each) => each.length === 2)));

/**
 * What the way from a C program to WASI 0.2 makes of it, whatever the file system says: to the adapter of preview 1 a
 * directory has all rights, which is what wasi-libc's `access` asks for, and its descriptor is none to set times of.
 */
const BY_THE_WAY: Readonly<Record<string, string>> = {
  'access("f", W_OK)': "ok",
  'access("d", W_OK)': "ok",
  "futimens(d, times)": "EBADF",
};

/** Mounts a directory read-only and does something there; `undefined` if that cannot be done. */
function inReadOnly<T>(directory: string, action: () => T): T | undefined {
  if (process.platform !== "linux" || spawnSync("cc", ["--version"]).status !== 0) return undefined;
  if (spawnSync("mount", ["--bind", directory, directory]).status !== 0) return undefined;
  try {
    return spawnSync("mount", ["-o", "remount,ro,bind", directory]).status === 0 ? action() : undefined;
  } finally {
    execFileSync("umount", [directory]);
  }
}

test("the answers are what Linux says", async ({ skip }) => {
  const native = path.join(folder, "native");
  const stdout = inReadOnly(tree, () => {
    execFileSync("cc", ["-D_GNU_SOURCE", "-w", "-o", native, SOURCE]);
    return execFileSync(native, [tree], { encoding: "utf8" });
  });
  if (stdout === undefined) return skip("needs Linux, its C compiler `cc`, and to be allowed to mount a directory");
  if (process.env["UPDATE_GOLDENS"] !== undefined) await writeFile(EXPECTED, stdout);
  expect(stdout).toBe(await readFile(EXPECTED, "utf8"));
});

interface Way {
  readonly name: string;
  readonly options: () => Promise<Options>;
  /** Answers that are others where the directory is no preopen but a mount in one: `.` is then its name there. */
  readonly inTree?: Readonly<Record<string, string>>;
}

const WAYS: readonly Way[] = [
  { name: "an embedded directory", options: async () => ({ mounts: [await embedded()] }) },
  {
    name: "an embedded directory beside a writable one",
    options: async () => ({ mounts: [await embedded()], tmpfs: [{ path: "/tmp" }] }),
  },
  { name: "a directory of the host's", options: async () => ({ preopens: [HOSTS] }) },
  { name: "a directory of the host's beside a writable one", options: async () => ({ preopens: [HOSTS], tmpfs: [{ path: "/tmp" }] }) },
  {
    name: "a directory of the host's beside another that can be changed",
    options: async () => ({ preopens: [HOSTS, { path: "/other", host: "/given" }] }),
  },
  {
    name: "a directory of the host's in a tree",
    options: async () => ({ preopens: [HOSTS], mounts: [{ path: "/", entry: { kind: "directory", entries: new Map() } }] }),
    inTree: { 'rename("f", ".")': "EXDEV", 'rmdir(".")': "EBUSY" },
  },
];

const HOSTS = { path: "/in", host: "/given", readOnly: true };
const embedded = async (): Promise<Mount> => ({ path: "/in", entry: await readMount(tree) });

/** What is refused of `/in` by its function; `d` is open where something in it is asked for by its name. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "open-at": ["f", "l", "ld/x", "ld/n", "n", "dangling", "d>x", "d>n"],
  "create-directory-at": ["ld/n", "n", "n/", "d>n"],
  "remove-directory-at": ["d", "d/", "d/e", "f", "l", "n", "d>e"],
  "unlink-file-at": ["d", "f", "f/", "l", "n", "dangling", "d>x", "d>n"],
  "rename-at": ["f", "d", "f/", "n", "d>x"],
  "link-at": ["g", "d>n"],
  "symlink-at": ["g", "d>n"],
  "set-times-at": ["f", "d", "l", "dangling"],
};
const MOUNT = "--mount GUEST=LOCAL:rw lets it through";
const WITHOUT_RO = "a --preopen or --file without :ro lets it through";
/** The lines; `pathOf` is what is printed of a path. */
const linesOf = (option: string, pathOf: (path: string) => string): ReadonlySet<string> =>
  new Set([
    ...Object.entries(REFUSED).flatMap(([called, paths]) => paths.map((each) => `${called} "${pathOf(each)}" is refused; ${option}`)),
    `set-times on an open file is refused; ${option}`,
  ]);
const whole = (at: string): string => `/in/${at.replace(">", "/")}`;
/** Of a directory of the host's that is open, it is not known where it is. */
const behind = (at: string): string => at.replace(/.*>/, "");
const TOLD: Readonly<Record<string, ReadonlySet<string>>> = {
  "an embedded directory": linesOf(MOUNT, whole),
  "an embedded directory beside a writable one": linesOf(MOUNT, whole),
  "a directory of the host's": linesOf(WITHOUT_RO, behind),
  "a directory of the host's beside another that can be changed": linesOf(WITHOUT_RO, behind),
  "a directory of the host's in a tree": linesOf(WITHOUT_RO, (at) => (at.includes(">") ? behind(at) : whole(at))),
};

describe.each(hosts)("on $name", ({ name, available, run }) => {
  beforeEach(({ skip }) => skip(!available, WASMTIME_MISSING));

  // jco takes longer, and what hosts answer is the same in the last four.
  test.each(WAYS.slice(0, name === "jco" ? 3 : undefined))(
    "$name answers as Linux",
    { timeout: RUN_MILLISECONDS },
    async ({ options, inTree }) => {
      const output = virtualized(program, { stdout: "allow", stderr: "allow", allowExit: true, args: ["/in"], ...(await options()) });
      await expectValid(output);
      const { stdout, stderr } = await run(output, { preopens: { "/given": tree } });
      expect(stderr).toBe("");
      const expected = answersOf(await readFile(EXPECTED, "utf8"));
      expect(Object.keys(expected).length).toBeGreaterThan(140);
      expect(answersOf(stdout)).toEqual({ ...expected, ...BY_THE_WAY, ...inTree });
    },
  );

  test.each([...WAYS.slice(0, name === "jco" ? 1 : 3), WAYS[4]!, WAYS[5]!].slice(0, name === "jco" ? 1 : undefined))(
    "what is refused in $name is told",
    { timeout: RUN_MILLISECONDS },
    async ({ name: way, options }) => {
      const shared: Options = { stdin: "ignore", stdout: "allow", stderr: "allow", allowExit: true, args: ["/in"], ...(await options()) };
      // One of them as it is, in one part with the files.
      const guest = name !== "jco" && way === "an embedded directory" ? core : program;
      const output = virtualized(guest, { ...shared, traceDenied: true });
      await expectValid(output);
      const [plain, told] = await Promise.all(
        [virtualized(guest, shared), output].map((each) => run(each, { preopens: { "/given": tree } })),
      );
      expect(told?.stdout).toBe(plain?.stdout);
      const lines = told?.stderr.split("\n").slice(0, -1) ?? [];
      expect(new Set(lines)).toEqual(TOLD[way]);
      expect(lines.length).toBe(TOLD[way]?.size);
    },
  );
});
